package io.gangway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import com.sun.management.ThreadMXBean;
import io.gangway.protocol.Wire.Header;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElementsTest {
    private static final String P0 = "{\"_placeholder\":true,\"num\":0}";
    private static final String P1 = "{\"_placeholder\":true,\"num\":1}";

    private final Wire codec = new Wire(Json.standard(), ParserLimits.DEFAULT);

    record Point(int x, int y) {}

    record Message(String text, Point at, List<Point> path, LocalDate day, Double factor) {}

    private Elements elements(String json, ByteBuffer... attachments) throws MalformedPacketException {
        String text = attachments.length == 0 ? "3" + json : "6" + attachments.length + "-" + json;
        Header header = codec.header(text);
        return codec.ack(text, header, List.of(attachments));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }

    @Test
    void areDecodedAsTheTypeThatIsAskedFor() throws Exception {
        Elements elements = elements("[{\"text\":\"t\",\"at\":{\"x\":1,\"y\":2},\"path\":[{\"x\":3,\"y\":4}],"
                + "\"day\":\"2026-01-02\",\"more\":[{}]},5,\"6\",true,\"9b2f4e1c-0000-4000-8000-000000000000\"]");
        assertEquals(
                new Message("t", new Point(1, 2), List.of(new Point(3, 4)), LocalDate.of(2026, 1, 2), null),
                elements.get(0, TypeToken.get(Message.class)));
        assertEquals(5, elements.get(1, TypeToken.get(int.class)));
        assertEquals(5L, elements.get(1, TypeToken.get(Long.class)));
        assertEquals(5.0, elements.get(1, TypeToken.get(double.class)));
        assertEquals("6", elements.get(2, TypeToken.get(String.class)));
        assertEquals(true, elements.get(3, TypeToken.get(boolean.class)));
        assertEquals(
                UUID.fromString("9b2f4e1c-0000-4000-8000-000000000000"), elements.get(4, TypeToken.get(UUID.class)));
    }

    @Test
    void areDecodedAsGenericTypes() throws Exception {
        Elements elements = elements("[[{\"x\":1,\"y\":2}],{\"a\":[1,2]}]");
        assertEquals(List.of(new Point(1, 2)), elements.get(0, new TypeToken<List<Point>>() {}));
        assertEquals(Set.of(new Point(1, 2)), elements.get(0, new TypeToken<Set<Point>>() {}));
        assertEquals(Map.of("a", List.of(1, 2)), elements.get(1, new TypeToken<Map<String, List<Integer>>>() {}));
        assertArrayEquals(new Point[] {new Point(1, 2)}, elements.get(0, TypeToken.get(Point[].class)));
    }

    @Test
    void thatAreNullAreNullAsAnyType() throws Exception {
        Elements elements = elements("[null]");
        assertNull(elements.get(0, TypeToken.get(Message.class)));
        assertNull(elements.get(0, TypeToken.get(int.class)));
        assertNull(elements.get(0, TypeToken.get(byte[].class)));
        assertNull(elements.get(0, TypeToken.get(ByteBuffer.class)));
        assertNull(elements.get(0, TypeToken.get(Object.class)));
        assertNull(elements.value(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"text\"]",
                "[1]",
                "[[]]",
                "[true]",
                "[{\"at\":1}]",
                "[{\"at\":{\"x\":\"a\"}}]",
                "[{\"at\":{\"x\":null,\"y\":1}}]",
                "[{\"at\":{\"x\":0.5,\"y\":1}}]",
                "[{\"at\":{\"x\":1e400,\"y\":1}}]",
                "[{\"at\":{\"x\":4294967296,\"y\":1}}]",
                "[{\"path\":{}}]",
                "[{\"day\":\"tomorrow\"}]",
                "[{\"day\":5}]",
                "[{\"factor\":\"NaN\"}]",
                "[{\"factor\":\"Infinity\"}]",
                "[{\"factor\":{}}]"
            })
    void thatDoNotFitTheTypeSaySo(String json) throws Exception {
        Elements elements = elements(json);
        assertThrows(JsonParseException.class, () -> elements.get(0, TypeToken.get(Message.class)));
    }

    @Test
    void areLenientInNothing() throws Exception {
        // fromJson(reader, type) would have read these as it pleases.
        assertThrows(JsonParseException.class, () -> elements("[\"NaN\"]").get(0, TypeToken.get(double.class)));
        assertThrows(JsonParseException.class, () -> elements("[1]").get(0, TypeToken.get(boolean.class)));
    }

    @Test
    void takeInfinityForNumbersTooLarge() throws Exception {
        Elements elements = elements("[1e400,{\"factor\":-1e400},[1e400]]");
        assertEquals(Double.POSITIVE_INFINITY, elements.value(0));
        assertEquals(Double.POSITIVE_INFINITY, elements.get(0, TypeToken.get(double.class)));
        assertEquals(Float.POSITIVE_INFINITY, elements.get(0, TypeToken.get(Float.class)));
        assertEquals(
                Double.NEGATIVE_INFINITY,
                elements.get(1, TypeToken.get(Message.class)).factor());
        assertEquals(
                Map.of("factor", Double.NEGATIVE_INFINITY), elements.get(1, new TypeToken<Map<String, Object>>() {}));
        assertEquals(List.of(Double.POSITIVE_INFINITY), elements.get(2, new TypeToken<List<Double>>() {}));
        assertThrows(JsonParseException.class, () -> elements.get(0, TypeToken.get(int.class)));
        assertThrows(JsonParseException.class, () -> elements.get(0, TypeToken.get(long.class)));
    }

    @Test
    void arePlainValuesAsObjectAndInObjects() throws Exception {
        Elements elements = elements("[{\"a\":[1,1.0,true,null,\"t\"]}]");
        Map<String, Object> plain = Map.of("a", Arrays.asList(1L, 1.0, true, null, "t"));
        assertEquals(plain, elements.value(0));
        assertEquals(plain, elements.get(0, TypeToken.get(Object.class)));
        assertEquals(plain, elements.get(0, TypeToken.get(Map.class)));
        assertEquals(plain, elements.get(0, new TypeToken<Map<String, Object>>() {}));
    }

    @Test
    void areBytesWhereBytesAreAskedFor() throws Exception {
        Elements elements = elements("[" + P1 + ",[" + P0 + ",null]]", bytes("zero"), bytes("one"));
        assertEquals("one", text(elements.get(0, TypeToken.get(byte[].class))));
        assertEquals(bytes("one"), elements.get(0, TypeToken.get(ByteBuffer.class)));
        List<byte[]> list = elements.get(1, new TypeToken<List<byte[]>>() {});
        assertEquals("zero", text(list.get(0)));
        assertNull(list.get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"text\"", "[1,2,3]", "1", "{}", "{\"_placeholder\":false,\"num\":0}", "\"AQID\""})
    void areNotBytesWithoutAPlaceholder(String json) throws Exception {
        Elements elements = elements("[" + json + "]", bytes("zero"));
        assertThrows(JsonParseException.class, () -> elements.get(0, TypeToken.get(byte[].class)));
        assertThrows(JsonParseException.class, () -> elements.get(0, TypeToken.get(ByteBuffer.class)));
    }

    @SuppressWarnings("ArrayRecordComponent") // that is what applications ask for
    record Upload(String name, byte[] content, Map<String, Object> more, Collection<?> any) {}

    @Test
    void areBytesWithinMapsAndListsAndRecords() throws Exception {
        Elements elements = elements(
                "[{\"name\":\"n\",\"content\":" + P0 + ",\"more\":{\"deep\":[{\"a\":" + P1 + "}]},\"any\":[" + P1
                        + "]}]",
                bytes("zero"),
                bytes("one"));
        Upload upload = elements.get(0, TypeToken.get(Upload.class));
        assertEquals("zero", text(upload.content));
        assertEquals("one", text(((Map<?, ?>) ((List<?>) upload.more.get("deep")).get(0)).get("a")));
        assertEquals("one", text(upload.any.iterator().next()));

        Map<String, Object> map = elements.get(0, new TypeToken<>() {});
        assertEquals("zero", text(map.get("content")));
        assertEquals("one", text(((Map<?, ?>) ((List<?>) ((Map<?, ?>) map.get("more")).get("deep")).get(0)).get("a")));
        assertEquals("zero", text(elements.get(0, TypeToken.get(Map.class)).get("content")));
        assertEquals(
                PacketCodecContract.comparable(elements.value(0)),
                PacketCodecContract.comparable(map),
                "as plain values");
    }

    @Test
    void copyTheBytesOfABufferThatTheyDoNotMove() throws Exception {
        ByteBuffer window = bytes("0123456789");
        window.position(2).limit(5);
        Elements elements = elements("[" + P0 + "]", window.asReadOnlyBuffer());
        byte[] first = elements.get(0, TypeToken.get(byte[].class));
        assertEquals("234", text(first));
        first[0] = 'x';
        assertEquals("234", text(elements.value(0)));
    }

    @Test
    void withoutTheFirstAreTheRest() throws Exception {
        Elements elements = elements("[\"name\", 1, " + P0 + "]", bytes("zero"));
        Elements rest = elements.rest();
        assertEquals(3, elements.size());
        assertEquals(2, rest.size());
        assertEquals("1", rest.json(0));
        assertEquals(P0, rest.json(1));
        assertEquals("zero", text(rest.values().get(1)));
        assertEquals(1, rest.rest().size());
        assertEquals(List.of(), elements("[1]").rest().values());
        assertEquals(0, elements("[]").size());
        assertEquals(List.of(), elements("[ ]").values());
    }

    @Test
    void cannotBeChanged() throws Exception {
        List<ByteBuffer> attachments = new ArrayList<>(List.of(bytes("zero")));
        String text = "61-[" + P0 + "]";
        Elements elements = codec.ack(text, codec.header(text), attachments);
        attachments.clear();
        assertEquals("zero", text(elements.value(0)));
        assertThrows(
                UnsupportedOperationException.class, () -> elements.values().clear());
    }

    @Test
    void shareTheBytesOfRepeatedPlaceholders() throws Exception {
        Elements elements = elements("[[" + P0 + "," + P0 + "]]", bytes("zero"));
        List<byte[]> list = elements.get(0, new TypeToken<List<byte[]>>() {});
        assertSame(list.get(0), list.get(1));
    }

    @Test
    void takeMemoryForWhatTheyHoldAndNotForWhatTheyRepeat() throws Exception {
        ByteBuffer attachment = ByteBuffer.allocate(100_000);
        Elements placeholders = elements("[[" + P0 + ("," + P0).repeat(1_000) + "]]", attachment);
        // Were each a copy, it would be a hundred megabytes.
        assertAllocatesAtMost(10_000_000, placeholders::values);
        assertAllocatesAtMost(10_000_000, () -> placeholders.get(0, new TypeToken<List<byte[]>>() {}));

        Elements ones = elements("[1" + ",1".repeat(500_000) + "]");
        // Had each a reader of its own, it would be more than a gigabyte.
        assertAllocatesAtMost(60_000_000, ones::values);
    }

    private static void assertAllocatesAtMost(long bytes, Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated <= bytes, () -> allocated + " bytes");
    }
}
