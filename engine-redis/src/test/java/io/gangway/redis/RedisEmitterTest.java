package io.gangway.redis;

import static io.gangway.redis.wire.Same.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import com.google.gson.annotations.SerializedName;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.EventWriter;
import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.LocalCluster;
import io.gangway.cluster.Payload;
import io.gangway.redis.link.MessageSink;
import io.gangway.redis.wire.Capture;
import io.gangway.redis.wire.CapturedTrafficTest;
import io.gangway.redis.wire.ExactReader;
import io.gangway.redis.wire.NodeRules;
import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.PlainJson;
import io.gangway.redis.wire.ShardedFormat;
import io.gangway.redis.wire.Utf8;
import io.gangway.redis.wire.WireFormat;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An emitter says what the emitter for Node.js says. */
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

    @Test
    void sendsWhatGsonWritesAndBytesAtAnyDepth() throws Exception {
        record Part(String name, byte[] bytes) {}
        record Whole(Part part, Object anything, Instant at, Duration took, double none, float tenth) {}
        emitter(RedisMode.SHARDED)
                .emit(
                        "e",
                        new Whole(
                                new Part("<&>", new byte[] {1}),
                                Map.of("b", ByteBuffer.wrap(new byte[] {2})),
                                Instant.parse("2026-11-25T10:00:00Z"),
                                Duration.ofSeconds(90),
                                Double.NaN,
                                0.1f),
                        null);
        Broadcast broadcast = (Broadcast) new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", "x")
                .read("socket.io#/#", ((OutgoingMessage.Publish) sent.get(0)).body());
        assertEquals(
                "[\"e\",{\"part\":{\"name\":\"<&>\",\"bytes\":{\"type\":\"Buffer\",\"data\":[1]}},"
                        + "\"anything\":{\"b\":{\"type\":\"Buffer\",\"data\":[2]}},"
                        + "\"at\":\"2026-11-25T10:00:00Z\",\"took\":\"PT1M30S\",\"none\":null,\"tenth\":0.1},null]",
                PlainJson.write(broadcast.event().value()));
        NodeRules.check(sent.get(0));
    }

    enum Colour {
        @SerializedName("rot")
        RED
    }

    record Everything(String snakeCase, @Nullable Object nothing, List<Object> values) {}

    /** @param own whether it is for a Gson of our own, which does not know all that the engine's does */
    private static Object[] everything(boolean own) {
        Everything all = new Everything(
                "x",
                null,
                Arrays.asList(
                        1,
                        -0.0,
                        0.1f,
                        1e300,
                        own ? 2.5 : Double.NaN,
                        new BigDecimal("1.50"),
                        Long.MAX_VALUE,
                        'c',
                        Colour.RED,
                        own ? 7 : Optional.of(7),
                        UUID.fromString("7c9e6679-7425-40de-944b-e07fc1f90ae7"),
                        new Date(1_764_064_800_123L),
                        Instant.parse("2026-11-25T10:00:00.5Z"),
                        own ? 8 : LocalDate.of(2026, 11, 25),
                        own ? 9 : ZonedDateTime.parse("2026-11-25T10:00:00+01:00[Europe/Berlin]"),
                        Duration.ofSeconds(90),
                        map("z", Arrays.asList(true, null)),
                        "<&> \u2028 \ud83d"));
        return new Object[] {all, null, Map.of("a", 1), "text"};
    }

    /** What another node hears of an engine with this Gson, or its own. */
    private static List<String> heardOfAnEngine(@Nullable Gson gson) {
        LocalCluster cluster = LocalCluster.create();
        List<String> heard = new ArrayList<>();
        cluster.node().open("/", new Cluster.Inbound() {
            @Override
            public void message(ClusterMessage message, String offset) {
                heard.add(shown(((Broadcast) message).event()));
            }

            @Override
            public void linkChanged(boolean up) {}

            @Override
            public boolean hasRoom(String room) {
                return true;
            }
        });
        EngineBuilder builder = Engine.builder().port(0).cluster(cluster.node());
        if (gson != null) {
            builder.gson(gson);
        }
        try (Engine engine = builder.namespace("/").start()) {
            engine.namespace("/").emit("e", everything(gson != null));
            engine.namespace("/").emit("b", map("deep", List.of(new byte[] {1, 2}, ByteBuffer.wrap(new byte[] {3}))));
        }
        return heard;
    }

    private static String shown(Payload event) {
        return event.hasBinary() ? PlainJson.write(event.value()) : event.json();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void writesAsAnEngineWithTheSameGsonDoes(boolean ownGson) throws Exception {
        Gson gson = new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .serializeSpecialFloatingPointValues()
                .registerTypeAdapter(
                        Instant.class, (JsonSerializer<Instant>) (value, type, context) -> new JsonPrimitive("own"))
                .registerTypeAdapter(
                        Duration.class, (JsonSerializer<Duration>) (value, type, context) -> new JsonPrimitive("own"))
                .create();
        RedisEmitterBuilder builder = RedisEmitter.builder("redis://nowhere").mode(RedisMode.SHARDED);
        RedisEmitter emitter = (ownGson ? builder.gson(gson) : builder).over(sink());
        emitter.emit("e", everything(ownGson));
        emitter.emit("b", map("deep", List.of(new byte[] {1, 2}, ByteBuffer.wrap(new byte[] {3}))));

        List<String> heard = heardOfAnEngine(ownGson ? gson : null);
        WireFormat format = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", "x");
        for (OutgoingMessage outgoing : sent) {
            Broadcast broadcast = (Broadcast) format.read("socket.io#/#", ((OutgoingMessage.Publish) outgoing).body());
            assertEquals(heard.remove(0), shown(broadcast.event()));
        }
        assertEquals(List.of(), heard);
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
        assertTrue(message.startsWith("argument 0 of \"e\", a java.lang.Thread"), message);
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
                        .connect()) {
            BlockingQueue<Boolean> up = new LinkedBlockingQueue<>();
            cluster.open("/", new Cluster.Inbound() {
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

                @Override
                public boolean hasRoom(String room) {
                    return true;
                }
            });
            assertEquals(true, up.poll(20, TimeUnit.SECONDS));
            String unique = UUID.randomUUID().toString();
            emitter.emit("hello", unique, new byte[] {1});
            emitter.socketsJoin("room");
            emitter.serverSideEmit("sse", unique);
            Broadcast broadcast = (Broadcast) next(heard, Broadcast.class);
            while (!((List<?>) broadcast.event().value()).contains(unique)) {
                broadcast = (Broadcast) next(heard, Broadcast.class); // the stream is everybody's
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
