package io.gangway.redis.wire;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientAck;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SocketSnapshot;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Whatever arrives, nothing but MalformedMessageException is thrown, also by the payloads, which are decoded later, and
 * time and memory are bounded by the size of the message.
 *
 * <p>A failure names its seed and the message; {@code -Dgangway.seed=..} begins with it, {@code -Dgangway.long=true} takes
 * ten times as many.
 */
class MalformedTest {
    private static final int BODIES = Boolean.getBoolean("gangway.long") ? 1_000_000 : 100_000;

    private static final long SEED = Long.getLong("gangway.seed", 20261122L);

    /** Of the thread's own time: a busy machine is no failure. */
    private static final long MOST_NANOS = Duration.ofMillis(500).toNanos();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** How many bytes of memory one byte may cost: an empty map takes one byte, and is an object in Java. */
    private static final int BYTES_FOR_ONE = 400;

    private static final int BYTES_FOR_NONE = 200_000;

    private static final List<WireFormat> FORMATS = Messages.formats("/", Messages.NODE);
    private static final List<String> CHANNELS = List.of(
            "socket.io#/#",
            "socket.io#/#room1#",
            "socket.io#/#" + Messages.NODE + "#",
            "socket.io-request#/#",
            "socket.io-response#/#",
            "socket.io-response#/#" + Messages.NODE + "#",
            "p#/#",
            "elsewhere",
            "");

    @Test
    void endsAnywhereInACapturedMessage() {
        SplittableRandom random = new SplittableRandom(7);
        for (byte[] body : captured()) {
            for (int i = 0; i < 20; i++) {
                byte[] beginning = Arrays.copyOf(body, random.nextInt(body.length));
                WireFormat format = FORMATS.get(random.nextInt(FORMATS.size()));
                CHANNELS.forEach(channel -> read(format, channel, beginning, beginning.length + " bytes"));
            }
        }
    }

    @Test
    void takesRandomAndDamagedBodies() {
        List<byte[]> captured = captured();
        List<byte[]> own = ownMessages();
        for (int i = 0; i < BODIES; i++) {
            SplittableRandom random = new SplittableRandom(SEED + i);
            byte[] body = switch (random.nextInt(4)) {
                case 0 -> randomBody(random);
                case 1 -> damaged(own, random);
                default -> damaged(captured, random);
            };
            String about = "-Dgangway.seed=" + (SEED + i);
            WireFormat format = FORMATS.get(random.nextInt(FORMATS.size()));
            read(format, CHANNELS.get(random.nextInt(CHANNELS.size())), body, about);
            if (format instanceof StreamsFormat streams) {
                readEntry(streams, random, body, about);
            }
        }
    }

    /** What this node itself would send, in each format: each kind of message, with binary data too. */
    private static List<byte[]> ownMessages() {
        List<byte[]> bodies = new ArrayList<>();
        for (WireFormat format : Messages.formats("/", Messages.OTHER)) {
            for (ClusterMessage message : Messages.said()) {
                addBody(bodies, () -> format.publish(message));
            }
            for (ClusterMessage response : Messages.answers()) {
                addBody(bodies, () -> format.respond(Messages.NODE, response));
            }
        }
        return bodies;
    }

    private static void addBody(List<byte[]> bodies, Supplier<OutgoingMessage> sending) {
        try {
            OutgoingMessage sent = sending.get();
            if (sent instanceof OutgoingMessage.Publish publish) {
                bodies.add(publish.body());
            } else if (sent instanceof OutgoingMessage.Append append
                    && append.fields().get("data") != null) {
                bodies.add(append.fields().get("data"));
            }
        } catch (IllegalArgumentException inexpressible) {
            // Not every format can express every value.
        }
    }

    private static byte[] randomBody(SplittableRandom random) {
        byte[] body = new byte[random.nextInt(1 << random.nextInt(1, 11))];
        random.nextBytes(body);
        return body;
    }

    private static byte[] damaged(List<byte[]> captured, SplittableRandom random) {
        byte[] body = captured.get(random.nextInt(captured.size())).clone();
        for (int flips = random.nextInt(1, 5); flips > 0; flips--) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(4)) {
                case 0 -> body[at] = (byte) random.nextInt();
                case 1 -> body[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> body = Arrays.copyOf(body, Math.max(1, at));
                default -> {
                    byte[] other = captured.get(random.nextInt(captured.size()));
                    int length = Math.min(other.length, body.length - at);
                    System.arraycopy(other, random.nextInt(other.length - length + 1), body, at, length);
                }
            }
        }
        return body;
    }

    @Test
    void refusesWhatALaxReaderWouldTake() {
        for (String json : List.of(
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4,\"data\":{\"opts\":{\"rooms\":[],\"except\":[]},\"rooms\":[\"a\"]}}x",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4,\"data\":{\"opts\":{\"rooms\":[],\"except\":[],},\"rooms\":[\"a\"]}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4,\"data\":{\"opts\":{\"rooms\":[true]},\"rooms\":[\"a\"]}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4,\"data\":{\"opts\":{\"rooms\":{}},\"rooms\":[\"a\"]}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4,\"data\":{\"rooms\":[\"a\"]}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4.5,\"data\":{}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":-4,\"data\":{}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":99,\"data\":{}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3}",
                "{\"uid\":7,\"nsp\":\"/\",\"type\":3,\"data\":{}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4,\"data\":{\"opts\":{\"rooms\":[\"\\x\"]},\"rooms\":[\"a\"]}}",
                "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":4,\"data\":{\"opts\":{\"rooms\":[01]},\"rooms\":[\"a\"]}}",
                "{uid:\"x\"}",
                "{\"uid\":'x'}",
                "{'uid':\"x\"}",
                "{\"uid\":\"x\"\"nsp\":\"/\"}",
                "{\"uid\":\"x\u0001\",\"nsp\":\"/\",\"type\":3,\"data\":{}}",
                "{\"uid\":\"\\x\",\"nsp\":\"/\",\"type\":3,\"data\":{}}",
                "{",
                "{\"uid\"",
                "{\"uid\":",
                "{\"uid\":\"x\",",
                "{,}",
                "[]",
                "null")) {
            WireFormat format = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", Messages.NODE);
            assertThrows(MalformedMessageException.class, () -> format.read("socket.io#/#", Utf8.bytes(json)), json);
        }
    }

    @Test
    void takesNestingForWhatItIs() {
        for (String open : List.of("[", "{\"a\":")) {
            String deep = "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":10,\"data\":{\"requestId\":\"r\",\"packet\":"
                    + open.repeat(20_000);
            readEverywhere(Utf8.bytes(deep), deep.length());
        }
        byte[] deepPack = new byte[50_000];
        Arrays.fill(deepPack, (byte) 0x91);
        readEverywhere(deepPack, deepPack.length);
        Arrays.fill(deepPack, (byte) 0x80);
        System.arraycopy(HexFormat.of().parseHex("dd0000c34b"), 0, deepPack, 0, 5);
        readEverywhere(deepPack, deepPack.length);
    }

    private static List<byte[]> captured() {
        List<byte[]> bodies = new ArrayList<>();
        for (List<String> files : List.of(Capture.CLASSIC, Capture.SHARDED, Capture.STREAMS, List.of("emitter"))) {
            for (String file : files) {
                for (Capture capture : Capture.messagesIn(file)) {
                    bodies.add(capture.cmd().equals("XADD") ? capture.entry().get("data") : capture.body());
                }
            }
        }
        return bodies;
    }

    private static void readEverywhere(byte[] body, int length) {
        for (WireFormat format : FORMATS) {
            for (String channel : CHANNELS) {
                read(format, channel, body, length + " bytes");
            }
        }
    }

    private static void read(WireFormat format, String channel, byte[] body, String about) {
        assertHarmless(
                () -> {
                    ClusterMessage message = format.read(channel, body);
                    if (message != null) {
                        format.confirmation(message, body);
                        payloads(message).forEach(MalformedTest::decode);
                    }
                    return message;
                },
                body,
                about);
    }

    private static List<Payload> payloads(ClusterMessage message) {
        if (message instanceof Broadcast broadcast) {
            return List.of(broadcast.event());
        } else if (message instanceof ServerEvent event) {
            return List.of(event.event());
        } else if (message instanceof ServerReply reply) {
            return List.of(reply.value());
        } else if (message instanceof ClientAck ack) {
            return List.of(ack.value());
        } else if (message instanceof Fetched fetched) {
            return fetched.sockets().stream().map(SocketSnapshot::data).toList();
        }
        return List.of();
    }

    private static void decode(Payload payload) {
        try {
            payload.value();
        } catch (IllegalArgumentException invalid) {
            return; // what a payload declares that is read only when it is asked for
        }
        if (!payload.hasBinary()) {
            payload.json();
        }
    }

    private static void readEntry(StreamsFormat format, SplittableRandom random, byte[] body, String about) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        fields.put("uid", Utf8.bytes(random.nextBoolean() ? "x" : ""));
        fields.put("nsp", Utf8.bytes("/"));
        fields.put("type", Utf8.bytes(random.nextInt(9) == 0 ? "x" : Integer.toString(random.nextInt(15))));
        if (random.nextInt(9) > 0) {
            fields.put("data", body);
        }
        assertHarmless(
                () -> {
                    ClusterMessage message = format.readEntry(fields);
                    if (message != null) {
                        payloads(message).forEach(MalformedTest::decode);
                    }
                    return message;
                },
                body,
                about);
    }

    private interface Reading {
        ClusterMessage read() throws MalformedMessageException;
    }

    private static void assertHarmless(Reading reading, byte[] body, String about) {
        long before = Allocation.ofThisThread();
        long time = THREADS.getCurrentThreadCpuTime();
        try {
            reading.read();
        } catch (MalformedMessageException expected) {
            // within the bound
        } catch (RuntimeException | StackOverflowError escaped) {
            fail(about + ": " + HexFormat.of().formatHex(Arrays.copyOf(body, Math.min(body.length, 2_000))), escaped);
        }
        long nanos = THREADS.getCurrentThreadCpuTime() - time;
        long allocated = Allocation.ofThisThread() - before;
        assertTrue(nanos < MOST_NANOS, about + ": " + body.length + " bytes took " + nanos / 1_000_000 + " ms");
        assertTrue(
                allocated < BYTES_FOR_NONE + (long) BYTES_FOR_ONE * body.length,
                about + ": " + body.length + " bytes had " + allocated + " allocated");
    }
}
