package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.gangway.connection.Frame;
import io.gangway.protocol.Wire.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every wire protocol keeps: what is written can be read back, and nonsense costs its sender alone. */
abstract class PacketCodecContract {
    /** A codec with the default limits that binds with {@code gson}. */
    abstract Wire codec(Gson gson);

    final Wire codec = codec(Json.standard());

    final Elements readBack(Object packet) throws MalformedPacketException {
        Frame frame = codec.encode(packet);
        Header header = codec.header(frame.text());
        assertEquals(frame.attachments().size(), header.attachments());
        return codec.event(frame.text(), header, frame.attachments());
    }

    static Wire.Event event(String name, Object... arguments) {
        return new Wire.Event("/", PacketCodec.NO_ACK, name, Arrays.asList(arguments));
    }

    /** Values as one can compare them: arrays of bytes as lists. */
    static Object comparable(Object value) {
        if (value instanceof byte[] bytes) {
            return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList();
        } else if (value instanceof List<?> list) {
            return list.stream().map(PacketCodecContract::comparable).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new HashMap<>();
            map.forEach((key, item) -> copy.put(key, comparable(item)));
            return copy;
        }
        return value == null ? "a null" : value;
    }

    @Test
    void anEventIsReadAsItWasWritten() throws Exception {
        Map<String, Object> map = new HashMap<>();
        map.put("text", "grüß Gott \u2028 \uD83D\uDE00 \"quoted\" \\ \n");
        map.put("list", Arrays.asList(1L, 2.5, true, null, List.of(), Map.of()));
        map.put("long", Long.MAX_VALUE);

        Elements elements = readBack(event("message", map, null, "text", -7L, false));

        assertEquals(Arrays.asList("message", map, null, "text", -7L, false), elements.values());
    }

    @Test
    void aHeaderSaysWhatAPacketIsFor() throws Exception {
        Frame frame = codec.encode(event("message"));
        assertEquals(ReceivedPacket.Type.EVENT, codec.header(frame.text()).type());
    }

    @Test
    void anEventWithoutArgumentsIsItsName() throws Exception {
        assertEquals(List.of("message"), readBack(event("message")).values());
    }

    @Test
    void elementsCarryValuesAsAReceiverSeesThem() {
        record Point(int x, double y) {}
        Elements elements = codec.elements(Arrays.asList(new Point(1, 2.5), null, "text"));
        assertEquals(Arrays.asList(Map.of("x", 1L, "y", 2.5), null, "text"), elements.values());
    }

    @Test
    void elementsThatCameInLeaveAmongOtherValues() throws Exception {
        Elements came = readBack(event("message", 1, "two")).rest();
        assertEquals(
                List.of("relayed", "before", 1L, "two", "behind"),
                readBack(event("relayed", "before", came, "behind")).values());
    }

    @Test
    void dataThatContainsItselfIsRefusedNotWritten() {
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> codec.encode(event("message", circle)));
        assertTrue(refused.getMessage().contains(ArrayList.class.getName()), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[", "\"", "\0", "\uD800", "nonsense", "{}}", "[[[[", "\uFEFF[]"})
    void nonsenseIsMalformed(String text) {
        assertThrows(MalformedPacketException.class, () -> {
            Header header = codec.header(text);
            codec.event(text, header, List.of());
        });
    }

    @Test
    void whatIsSaidOfAMalformedPacketRepeatsNothingOfIt() throws Exception {
        String text = codec.encode(event("message", "secret")).text();
        String cut = text.substring(0, text.length() - 2);
        MalformedPacketException malformed = assertThrows(MalformedPacketException.class, () -> {
            Header header = codec.header(cut);
            codec.event(cut, header, List.of());
        });
        assertEquals("invalid JSON", malformed.getMessage());
    }

    @Test
    void oneCodecServesManyThreads() {
        List<CompletableFuture<Void>> done = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 500; i++) {
                        List<Object> sent = List.of("message", (long) thread, Map.of("i", (long) i));
                        try {
                            assertEquals(
                                    sent,
                                    readBack(event("message", sent.get(1), sent.get(2)))
                                            .values());
                        } catch (MalformedPacketException malformed) {
                            throw new AssertionError(malformed);
                        }
                    }
                }))
                .toList();
        done.forEach(CompletableFuture::join);
    }

    @Test
    void bytesComeBackWhereTheyWere() throws Exception {
        byte[] bytes = {0, 1, -1};
        Elements elements = readBack(event("message", Map.of("deep", List.of(bytes))));
        Map<?, ?> map = (Map<?, ?>) elements.values().get(1);
        assertArrayEquals(bytes, (byte[]) ((List<?>) map.get("deep")).get(0));
    }
}
