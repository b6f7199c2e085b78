package io.gangway.redis;

import static io.gangway.redis.wire.Same.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.ClusterEvent;
import io.gangway.ClusterTracing;
import io.gangway.EventWriter;
import io.gangway.cluster.Bystander;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.redis.link.MessageSink;
import io.gangway.redis.wire.Capture;
import io.gangway.redis.wire.CapturedTrafficTest;
import io.gangway.redis.wire.ExactReader;
import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.PlainJson;
import io.gangway.redis.wire.ShardedFormat;
import io.gangway.redis.wire.Utf8;
import io.gangway.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A RedisEmitter sends what the emitter for Node.js sends. */
@Tag("jedis")
@Timeout(30)
class RedisEmitterTest {
    private final List<OutgoingMessage> sent = new ArrayList<>();

    private RedisEmitter emitter(RedisMode mode) {
        return RedisEmitter.builder("redis://nowhere").mode(mode).over(sink());
    }

    private MessageSink sink() {
        return new MessageSink() {
            @Override
            public void send(OutgoingMessage command, MessageSink.Delivery delivery) {
                sent.add(command);
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void speaksToClassicServersAsTheNodeEmitterDoes() throws Exception {
        RedisEmitter emitter = emitter(RedisMode.CLASSIC);
        emitter.emit("hello", 1, "é", map("a", Arrays.asList(true, null)));
        emitter.to("room1").emit("hello", "r");
        emitter.to("room1", "room2").except("room3").emit("hello", "re");
        emitter.lossy().emit("hello", "v");
        emitter.emit("bin", (Object) new byte[] {1, 2, 3});
        emitter.of("/admin").emit("hello", "nsp");
        emitter.socketsJoin("room1");
        emitter.to("room1").except("x").socketsJoin("room2", "room3");
        emitter.socketsLeave("room1");
        emitter.serverSideEmit("hello", 1, "2", map("c", List.of(4)));
        emitter.to("nobody").disconnectSockets();
        emitter.to("nobody").closeConnections();

        Iterator<Capture> captures = Capture.messagesIn("emitter").iterator();
        for (OutgoingMessage outgoing : sent) {
            Capture capture = captures.next();
            OutgoingMessage.Publish publish = (OutgoingMessage.Publish) outgoing;
            assertEquals(capture.channel(), publish.channel());
            Object said = publish.body()[0] == '{'
                    ? PlainJson.read(Utf8.text(publish.body()))
                    : ExactReader.readExactly(publish.body());
            assertSame(
                    CapturedTrafficTest.comparable(capture.decoded(), ""),
                    CapturedTrafficTest.comparable(said, ""),
                    capture);
        }
        assertEquals(false, captures.hasNext());
    }

    @Test
    void jsonCarriesHalvesOfSurrogatePairsAsEscapes() throws Exception {
        emitter(RedisMode.SHARDED).to("\ud83d").emit("half \ud83d", Map.of("\ude00", List.of("\ud83d\ude00\ude00")));
        byte[] body = ((OutgoingMessage.Publish) sent.get(0)).body();
        assertTrue(
                Utf8.text(body).contains("[\"half \\ud83d\",{\"\\ude00\":[\"\ud83d\ude00\\ude00\"]}]"),
                () -> Utf8.text(body));
        Broadcast broadcast =
                (Broadcast) new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", "x").read("socket.io#/#", body);
        assertEquals(Set.of("\ud83d"), broadcast.target().rooms());
        assertEquals(
                List.of("half \ud83d", Map.of("\ude00", List.of("\ud83d\ude00\ude00"))),
                broadcast.event().value());
        assertTrue(broadcast.event().json().contains("\\ude00"), "what came in so is passed on so");
    }

    @ParameterizedTest
    @EnumSource(RedisMode.class)
    void reachesUsersButPutsNobodyIntoTheirRooms(RedisMode mode) {
        RedisEmitter emitter = emitter(mode);
        assertEquals(
                emitter.to("user:42", "user:42").toString(), emitter.user("42").toString());
        String refusal = assertThrows(
                        IllegalArgumentException.class, () -> emitter.to("a").socketsJoin("b", "user:42"))
                .getMessage();
        assertTrue(refusal.contains("\"user:42\"") && refusal.contains("user(\"42\")"), refusal);
        assertThrows(IllegalArgumentException.class, () -> emitter.socketsLeave("user:42"));
        assertThrows(IllegalArgumentException.class, () -> emitter.socketsJoin("a", ""));
        assertThrows(NullPointerException.class, () -> emitter.socketsJoin("a", null));
        assertThrows(NullPointerException.class, () -> emitter.to("a", null));
        assertThrows(IllegalArgumentException.class, () -> emitter.except(""));
        assertEquals(List.of(), sent);
    }

    @Test
    void namesTheArgumentThatCannotBeWritten() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        RedisEmitter emitter = emitter(RedisMode.CLASSIC);
        String message = assertThrows(IllegalArgumentException.class, () -> emitter.emit("e", 1, endless))
                .getMessage();
        assertTrue(message.startsWith("cannot write argument 1 of event \"e\", a java.util.ArrayList: "), message);
        message = assertThrows(IllegalArgumentException.class, () -> emitter.emit("e", Thread.currentThread()))
                .getMessage();
        assertTrue(message.startsWith("cannot write argument 0 of event \"e\", a java.lang.Thread"), message);
        assertEquals(List.of(), sent);
    }

    @Test
    void refusesNamesThatNoEventCanBeEmittedByInTheWordsOfAnEngine() {
        RedisEmitter emitter = emitter(RedisMode.CLASSIC);
        for (String name : List.of("disconnect", "removeListener")) {
            String words = assertThrows(IllegalArgumentException.class, () -> EventWriter.requireName(name))
                    .getMessage();
            for (Executable emit : List.<Executable>of(() -> emitter.emit(name), () -> emitter.serverSideEmit(name))) {
                assertEquals(
                        words,
                        assertThrows(IllegalArgumentException.class, emit).getMessage());
            }
        }
        assertEquals(List.of(), sent);
    }

    @Test
    void choosingLeavesTheEmitterAsItWas() throws Exception {
        RedisEmitter emitter = emitter(RedisMode.CLASSIC);
        emitter.to("a");
        emitter.lossy().of("other");
        emitter.emit("e");
        assertEquals("socket.io#/#", ((OutgoingMessage.Publish) sent.get(0)).channel());
        emitter.of("other").emit("e");
        assertEquals("socket.io#/other#", ((OutgoingMessage.Publish) sent.get(1)).channel());
    }

    /** Fails from the second event on. */
    private static final class Exhausted implements ClusterTracing {
        private final List<ClusterEvent> events = new ArrayList<>();

        @Override
        public Map<String, String> emitted(ClusterEvent event) {
            events.add(event);
            if (events.size() > 1) {
                throw new IllegalStateException("exhausted, as the test wants");
            }
            return Map.of("traceparent", "00-1-2-01");
        }

        @Override
        public void deliver(ClusterEvent event, Map<String, String> trace, Runnable delivery) {
            throw new IllegalStateException("nothing is delivered to an emitter");
        }
    }

    @Test
    void aFailureToTraceCostsNoEventAndIsLoggedOnce() throws Exception {
        Exhausted tracing = new Exhausted();
        RedisEmitter emitter = RedisEmitter.builder("redis://nowhere")
                .mode(RedisMode.SHARDED)
                .clusterTracing(tracing)
                .over(sink());
        try (CapturedLog log = new CapturedLog()) {
            emitter.to("room").emit("traced", "secret");
            emitter.emit("untraced", "secret");
            emitter.serverSideEmit("untraced", "secret");
            assertEquals(1, log.text().split("exhausted, as the test wants", -1).length - 1, log::text);
            assertTrue(!log.text().contains("secret"), log::text);
        }
        assertEquals(3, sent.size());
        assertEquals(Map.of("traceparent", "00-1-2-01"), trace(0));
        assertEquals(Map.of(), trace(1));
        assertEquals(new ClusterEvent("/", "/", "traced"), tracing.events.get(0));
    }

    private Map<String, String> trace(int message) throws Exception {
        OutgoingMessage.Publish publish = (OutgoingMessage.Publish) sent.get(message);
        return ((Broadcast) new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", "x")
                        .read(publish.channel(), publish.body()))
                .trace();
    }

    /** A timer for each namespace of a user's own would be a leak. */
    @Test
    void namespacesBeyondTheFirstHundredShareALabel() {
        List<String> labels = new ArrayList<>();
        EmitterTraces traces = new EmitterTraces(new ClusterTracing() {
            @Override
            public Map<String, String> emitted(ClusterEvent event) {
                labels.add(event.label());
                return Map.of();
            }

            @Override
            public void deliver(ClusterEvent event, Map<String, String> trace, Runnable delivery) {}
        });
        for (int i = 0; i < 1_000; i++) {
            traces.emitted("/" + i, "e");
        }
        traces.emitted("/7", "e");
        assertEquals(101, Set.copyOf(labels).size());
        assertEquals(List.of("/99", "other"), labels.subList(99, 101));
        assertEquals("/7", labels.get(1_000));
    }

    @ParameterizedTest
    @EnumSource
    void isHeardByTheServersOfEachMode(RedisMode mode) throws Exception {
        String key = UUID.randomUUID().toString();
        BlockingQueue<ClusterMessage> heard = new LinkedBlockingQueue<>();
        try (RedisCluster cluster = RedisCluster.builder(TestRedis.sharedUrl())
                        .mode(mode)
                        .key(key)
                        .connect();
                RedisEmitter emitter = RedisEmitter.builder(TestRedis.sharedUrl())
                        .mode(mode)
                        .key(key)
                        .offlineBuffer(100, Duration.ofSeconds(30)) // however long it takes to connect
                        .connect()) {
            BlockingQueue<Boolean> up = new LinkedBlockingQueue<>();
            cluster.open("/", new Bystander() {
                @Override
                public void message(ClusterMessage message, String offset) {
                    if (message.from().equals("emitter")) {
                        heard.add(message);
                    }
                }

                @Override
                public void linkChanged(boolean isUp) {
                    if (isUp) {
                        up.add(true);
                    }
                }
            });
            assertEquals(true, up.poll(20, TimeUnit.SECONDS));
            String unique = UUID.randomUUID().toString();
            emitter.emit("hello", unique, new byte[] {1});
            emitter.socketsJoin("room");
            emitter.serverSideEmit("sse", unique);
            Broadcast broadcast = (Broadcast) next(heard, Broadcast.class);
            while (!((List<?>) broadcast.event().value()).contains(unique)) {
                broadcast = (Broadcast) next(heard, Broadcast.class); // all namespaces share the stream
            }
            assertTrue(broadcast.event().hasBinary());
            emitter.close();
            emitter.close();
            assertThrows(IllegalStateException.class, () -> emitter.emit("too late"));
        }
    }

    private static ClusterMessage next(BlockingQueue<ClusterMessage> heard, Class<?> type) throws Exception {
        ClusterMessage message = heard.poll(20, TimeUnit.SECONDS);
        while (message != null && !type.isInstance(message)) {
            message = heard.poll(20, TimeUnit.SECONDS);
        }
        return message;
    }

    private static Map<String, Object> map(String name, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(name, value);
        return map;
    }
}
