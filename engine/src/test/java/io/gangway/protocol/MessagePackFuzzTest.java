package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gangway.clients.NodeProcess;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The MessagePack codec beside notepack, the one of the stock client, and under packets from sound to absurd.
 *
 * <p>A failure names its seed. Fifty thousand values each way and two million packets: {@code mvn -B -pl engine test
 * -Dtest=MessagePackFuzzTest -Dgangway.long=true}; another run of either: {@code -Dgangway.seed=...}.
 */
class MessagePackFuzzTest {
    private static final long SEED = Long.getLong("gangway.seed", 20260101L);
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int VALUES = LONG ? 50_000 : 3_000;
    private static final int PACKETS = LONG ? 2_000_000 : 50_000;
    /** Values on their way to Node and back. */
    private static final int AT_ONCE = 100;

    /** As in ParserFuzzTest; a byte becomes at worst an entry of a map, with its key and its boxed value. */
    private static final long ALLOCATED_AT_LEAST = 64 * 1024;

    private static final long ALLOCATED_PER_BYTE = 400;

    private final JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
    private final MessagePackCodec codec = new MessagePackCodec(binding);
    private final SocketIoCodec json = new SocketIoCodec(binding);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void notepackAndWeReadWhatTheOtherWrites() throws Exception {
        BlockingQueue<Map<String, Object>> answers = new LinkedBlockingQueue<>();
        List<RandomValues.Value> asked = new ArrayList<>();
        try (NodeProcess notepack = NodeProcess.start("notepack.js", answers::add)) {
            for (int i = 0; i < VALUES + AT_ONCE; i++) {
                if (i < VALUES) {
                    RandomValues.Value value = new RandomValues(new Random(SEED + i), 10).next(4);
                    asked.add(value);
                    Map<String, Object> line = new HashMap<>();
                    line.put("value", value.script());
                    line.put("packed", HexFormat.of().formatHex(packed(value.java())));
                    notepack.send(line);
                }
                if (i >= AT_ONCE) {
                    Map<String, Object> answer = answers.poll(60, TimeUnit.SECONDS);
                    assertAgree(asked.get(i - AT_ONCE), answer, "-Dgangway.seed=" + (SEED + i - AT_ONCE));
                }
            }
        }
    }

    private void assertAgree(RandomValues.Value value, Map<String, Object> answer, String seed) throws Exception {
        String theirs = (String) answer.get("packed");
        if (!value.own()) {
            assertEquals(theirs, HexFormat.of().formatHex(packed(value.java())), seed);
        }
        assertEquals(shown(value.java()), shown(answer.get("value")), seed);

        byte[] event = MessagePackCodecTest.bytes("83 'type' 02 'nsp' '/' 'data' 92 'e' " + theirs);
        Elements read = codec.binary(ByteBuffer.wrap(event)).event();
        assertEquals(shown(value.read()), shown(read.value(1)), seed);
        assertEquals(shown(read.values()), shown(asJsonClientsRead(read).values()), seed);
    }

    /** The value as it stands in a packet. */
    private byte[] packed(Object value) {
        Elements elements = binding.write(Arrays.asList(value));
        byte[] packet = bytesOf(codec.encode(new Packet.Ack("/", 0, elements)));
        int begin = MessagePackCodecTest.bytes("84 'type' 03 'nsp' '/' 'id' 00 'data' 91").length;
        return Arrays.copyOfRange(packet, begin, packet.length);
    }

    private static byte[] bytesOf(Frame frame) {
        return Elements.copy(frame.attachments().get(0));
    }

    /** Binary data as the scripts write them, or as lists of bytes. */
    private static Object shown(Object value) {
        if (value instanceof Map<?, ?> map && map.get("$binary") instanceof String hex) {
            return PacketCodecContract.comparable(HexFormat.of().parseHex(hex));
        } else if (value instanceof List<?> list) {
            return list.stream().map(MessagePackFuzzTest::shown).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> shown = new HashMap<>();
            map.forEach((key, item) -> shown.put(key, shown(item)));
            return shown;
        }
        // JavaScript shows of a larger number only as many digits as tell it from its neighbours.
        return value instanceof Long number && Math.abs(number) > 1L << 53
                ? (Object) number.doubleValue()
                : PacketCodecContract.comparable(value);
    }

    private Elements asJsonClientsRead(Elements elements) throws MalformedPacketException {
        Frame frame = json.encode(new Packet.Ack("/", 1, elements));
        StrictJson.require(frame.text().substring(frame.text().indexOf('[')));
        ReceivedPacket packet = json.text(frame.text());
        for (ByteBuffer attachment : frame.attachments()) {
            packet = packet.rest().binary(attachment);
        }
        return packet.ack();
    }

    @Test
    void whateverComesIsMalformedOrCanBeRelayed() {
        int accepted = 0;
        for (int i = 0; i < PACKETS; i++) {
            Random random = new Random(SEED + i);
            byte[] packet = packet(random);
            for (int mutations = random.nextInt(4); mutations > 0; mutations--) {
                packet = mutated(packet, random);
            }
            try {
                accepted += isAccepted(packet) ? 1 : 0;
            } catch (Throwable failure) {
                throw new AssertionError(
                        "-Dgangway.seed=" + (SEED + i) + ": " + HexFormat.of().formatHex(packet), failure);
            }
        }
        int sound = accepted;
        assertTrue(sound > PACKETS / 10 && sound < PACKETS * 9 / 10, () -> sound + " of " + PACKETS);
    }

    private byte[] packet(Random random) {
        RandomValues values = new RandomValues(random, 11);
        Object[] arguments = {values.next(3).java(), values.next(3).java()};
        Elements elements = binding.writeEvent("name", Arrays.asList(arguments));
        long id = random.nextBoolean() ? PacketCodec.NO_ACK : random.nextInt(300);
        Packet packet = random.nextInt(4) == 0
                ? new Packet.Ack("/chat", random.nextInt(300), elements)
                : new Emission("/", id, "name", elements, Delivery.RELIABLE);
        return bytesOf(codec.encode(packet));
    }

    private static byte[] mutated(byte[] packet, Random random) {
        int at = random.nextInt(packet.length + 1);
        int end = Math.min(packet.length, at + random.nextInt(8));
        byte[] splinter = new byte[random.nextInt(6)];
        random.nextBytes(splinter);
        if (splinter.length > 0 && random.nextBoolean()) {
            splinter[0] = (byte) (0xc0 | random.nextInt(32)); // the type bytes with lengths
        }
        int kept = random.nextInt(8) == 0 ? packet.length : end;
        byte[] mutated = Arrays.copyOf(packet, at + splinter.length + packet.length - kept);
        System.arraycopy(splinter, 0, mutated, at, splinter.length);
        System.arraycopy(packet, kept, mutated, at + splinter.length, packet.length - kept);
        return mutated;
    }

    private boolean isAccepted(byte[] packet) throws MalformedPacketException {
        long before = threads.getCurrentThreadAllocatedBytes();
        Elements elements = elements(packet);
        List<Object> values = elements == null ? null : elements.values();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long bound = ALLOCATED_AT_LEAST + ALLOCATED_PER_BYTE * packet.length;
        assertTrue(allocated <= bound, () -> allocated + " bytes for " + packet.length);
        if (elements == null) {
            return false;
        }
        assertEquals(elements.size(), values.size());
        Object shown = shown(values);

        // To clients of the same kind ...
        Frame copied = codec.encode(new Packet.Ack("/", 1, binding.write(List.of("x", elements))));
        Elements copy = codec.binary(ByteBuffer.wrap(bytesOf(copied))).ack();
        assertEquals(shown, shown(copy.rest().values()));
        // ... and of the other, and from these back to the first.
        Elements asJson = asJsonClientsRead(elements);
        Elements back = codec.binary(ByteBuffer.wrap(bytesOf(codec.encode(new Packet.Ack("/", 1, asJson)))))
                .ack();
        assertEquals(shown(asJson.values()), shown(back.values()));
        assertEquals(shown, shown(asJson.values()));
        return true;
    }

    /** Null if the packet is malformed, or has no elements. */
    private Elements elements(byte[] packet) {
        try {
            ReceivedPacket received = codec.binary(ByteBuffer.wrap(packet));
            return switch (received.type()) {
                case CONNECT -> {
                    received.auth();
                    yield null;
                }
                case EVENT -> received.event();
                case ACK -> received.ack();
                case DISCONNECT, CONNECT_ERROR -> null;
            };
        } catch (MalformedPacketException malformed) {
            return null;
        }
    }
}
