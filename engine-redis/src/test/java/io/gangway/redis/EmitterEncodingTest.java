package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import com.google.gson.annotations.SerializedName;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.cluster.Bystander;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.LocalCluster;
import io.gangway.cluster.Payload;
import io.gangway.redis.link.MessageSink;
import io.gangway.redis.wire.NodeRules;
import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.PlainJson;
import io.gangway.redis.wire.ShardedFormat;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An emitter encodes what it emits as an engine with the same Gson does. */
@Timeout(30)
class EmitterEncodingTest {
    private final List<OutgoingMessage> sent = new ArrayList<>();

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
    void sendsWhatGsonWritesAndBytesAtAnyDepth() throws Exception {
        record Part(String name, byte[] bytes) {}
        record Whole(Part part, Object anything, Instant at, Duration took, double none, float tenth) {}
        RedisEmitter.builder("redis://nowhere")
                .mode(RedisMode.SHARDED)
                .over(sink())
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

    /** @param own whether they are for the test's own Gson, which lacks some types of the engine's */
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

    /** What another node receives from an engine with this Gson, or with its own. */
    private static List<String> heardOfAnEngine(@Nullable Gson gson) {
        LocalCluster cluster = LocalCluster.create();
        List<String> heard = new ArrayList<>();
        cluster.node().open("/", new Bystander() {
            @Override
            public void message(ClusterMessage message, String offset) {
                heard.add(shown(((Broadcast) message).event()));
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

    private static Map<String, Object> map(String name, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(name, value);
        return map;
    }
}
