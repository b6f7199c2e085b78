package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The codec of plain WebSockets beside that of JSON, and under messages from sound to absurd.
 *
 * <p>A failure names its seed. Fifty thousand values and two million messages: {@code mvn -B -pl engine test
 * -Dtest=PlainFuzzTest -Dgangway.long=true}; another run of either: {@code -Dgangway.seed=...}.
 */
class PlainFuzzTest {
    private static final long SEED = Long.getLong("gangway.seed", 20260101L);
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int VALUES = LONG ? 50_000 : 3_000;
    private static final int MESSAGES = LONG ? 2_000_000 : 50_000;

    /** As in ParserFuzzTest; besides, a message with binary data is read, written and scanned once more. */
    private static final long ALLOCATED_AT_LEAST = 64 * 1024;

    private static final long ALLOCATED_PER_CHARACTER = 400;

    private static final List<String> NAMES = List.of(
            "event", "data", "id", "args", "error", "\\u0065vent", "dat\\u0061", "event ", "$binary", "", "more");

    private final JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
    private final PlainCodec codec = new PlainCodec(binding);
    private final SocketIoCodec json = new SocketIoCodec(binding);
    private final MessagePackCodec messagePack = new MessagePackCodec(binding);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int accepted;

    @Test
    void valuesArriveAsTheyDoByJson() {
        for (int i = 0; i < VALUES; i++) {
            Random random = new Random(SEED + i);
            RandomValues values = new RandomValues(random, 10);
            List<Object> arguments = new ArrayList<>();
            for (int count = random.nextInt(4); count > 0; count--) {
                arguments.add(values.next(4).java());
            }
            try {
                assertRelayable(binding.write(arguments));
            } catch (Throwable failure) {
                throw new AssertionError("-Dgangway.seed=" + (SEED + i), failure);
            }
        }
    }

    @Test
    void whateverComesIsMalformedOrCanBeRelayed() {
        elements("{\"event\":\"e\",\"data\":{\"$binary\":\"AQID\"}}"); // loading classes allocates, too
        for (int i = 0; i < MESSAGES; i++) {
            Random random = new Random(SEED + i);
            String message = message(random);
            try {
                read(message);
            } catch (Throwable failure) {
                throw new AssertionError(
                        "-Dgangway.seed=" + (SEED + i) + ": " + ParserFuzzTest.escaped(message), failure);
            }
        }
        assertTrue(accepted > MESSAGES / 10 && accepted < MESSAGES * 9 / 10, () -> accepted + " of " + MESSAGES);
    }

    @Test
    void aMessageOfManyMembersTakesTimeInProportion() throws Exception {
        String message = "{\"event\":\"e\"" + ",\"x\":1".repeat(160_000) + "}";
        long before = threads.getCurrentThreadCpuTime();
        assertEquals(List.of("e"), codec.text(message).event().values());
        long millis = (threads.getCurrentThreadCpuTime() - before) / 1_000_000;
        assertTrue(millis < 500, () -> millis + " ms"); // some 30; if each member cost the whole text, thousands
    }

    private static String message(Random random) {
        FuzzedPacket parts = new FuzzedPacket(random);
        if (random.nextInt(10) == 0) {
            return parts.splinters(random.nextInt(40));
        }
        List<String> members = new ArrayList<>();
        if (random.nextInt(8) > 0) {
            members.add("\"event\":" + parts.space() + parts.name());
        }
        if (random.nextInt(4) > 0) {
            members.add("\"data\":" + data(random, parts));
        }
        if (random.nextInt(3) == 0) {
            members.add("\"id\":" + (random.nextInt(4) > 0 ? "" + random.nextInt(300) : parts.value(0)));
        }
        if (random.nextInt(3) == 0) {
            members.add("\"args\":" + (random.nextInt(4) > 0 ? "" + random.nextBoolean() : parts.value(0)));
        }
        if (random.nextInt(6) == 0) {
            members.add('"' + parts.oneOf(NAMES) + "\":" + parts.value(2));
        }
        if (random.nextBoolean()) {
            Collections.shuffle(members, random);
        }
        String message = "{" + String.join("," + parts.space(), members) + parts.space() + "}";
        for (int left = random.nextBoolean() ? 0 : random.nextInt(4); left > 0; left--) {
            message = parts.mutated(message);
        }
        return message;
    }

    private static String data(Random random, FuzzedPacket parts) {
        return switch (random.nextInt(4)) {
            case 0 -> '[' + parts.value(3) + ',' + binary(random, parts) + parts.space() + ']';
            case 1 -> "{\"a\":" + binary(random, parts) + '}';
            default -> parts.value(4);
        };
    }

    private static String binary(Random random, FuzzedPacket parts) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        String base64 = '"' + Base64.getEncoder().encodeToString(bytes) + '"';
        return "{\"$binary\":" + (random.nextInt(6) == 0 ? parts.value(0) : base64) + '}';
    }

    private void read(String message) throws MalformedPacketException {
        long before = threads.getCurrentThreadAllocatedBytes();
        Elements elements = elements(message);
        int size = elements == null ? 0 : elements.values().size();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long bound = ALLOCATED_AT_LEAST + ALLOCATED_PER_CHARACTER * message.length();
        assertTrue(allocated <= bound, () -> allocated + " bytes for " + message.length() + " characters");
        if (elements != null) {
            accepted++;
            assertEquals(elements.size(), size);
            assertRelayable(elements);
        }
    }

    /** The values without an event's name; null if the message is malformed. */
    private Elements elements(String message) {
        try {
            ReceivedPacket packet = codec.text(message);
            return packet.readType() == ReceivedPacket.Type.EVENT
                    ? packet.event().rest()
                    : packet.ack();
        } catch (MalformedPacketException malformed) {
            return null;
        }
    }

    /** Clients of each kind receive the same values, as an event's and as an answer's. */
    private void assertRelayable(Elements elements) throws MalformedPacketException {
        Object shown = PacketCodecContract.comparable(elements.values());
        Elements plain = byPlain(elements);
        assertEquals(shown, PacketCodecContract.comparable(plain.values()));
        assertEquals(PacketCodecContract.comparable(byJson(elements).values()), shown);
        assertEquals(shown, PacketCodecContract.comparable(byJson(plain).values()));
        Elements packed = byMessagePack(elements);
        Elements back = byPlain(byMessagePack(plain));
        String text = shown.toString();
        // MessagePack has no unpaired surrogates, and 1e400 is null there.
        if (UnpairedSurrogates.escaped(text).equals(text) && !text.contains("Infinity")) {
            assertEquals(shown, PacketCodecContract.comparable(packed.values()));
            assertEquals(shown, PacketCodecContract.comparable(back.values()));
        }
    }

    private Elements byPlain(Elements elements) throws MalformedPacketException {
        String answer = codec.encode(new Packet.Ack("/", 7, elements)).text();
        StrictJson.require(answer);
        ReceivedPacket ack = codec.text(answer);
        assertEquals(ReceivedPacket.Type.ACK, ack.readType());
        assertEquals(7, ack.ackId());

        Elements named = binding.writeEvent("name", Arrays.asList(elements));
        String event = codec.encode(new Emission("/", 8, "name", named, Delivery.RELIABLE))
                .text();
        StrictJson.require(event);
        ReceivedPacket packet = codec.text(event);
        Elements back = packet.event();
        assertEquals("name", back.value(0));
        assertEquals(8, packet.ackId());
        assertEquals(
                PacketCodecContract.comparable(back.rest().values()),
                PacketCodecContract.comparable(ack.ack().values()));
        return back.rest();
    }

    private Elements byJson(Elements elements) throws MalformedPacketException {
        Frame frame = json.encode(new Packet.Ack("/", 1, elements));
        ReceivedPacket packet = json.text(frame.text());
        for (ByteBuffer attachment : frame.attachments()) {
            packet = packet.rest().binary(attachment);
        }
        return packet.ack();
    }

    private Elements byMessagePack(Elements elements) throws MalformedPacketException {
        Frame frame = messagePack.encode(new Packet.Ack("/", 1, elements));
        return messagePack
                .binary(ByteBuffer.wrap(Elements.copy(frame.attachments().get(0))))
                .ack();
    }
}
