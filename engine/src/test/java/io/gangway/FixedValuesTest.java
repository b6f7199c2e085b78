package io.gangway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gangway.clients.WireClient;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is emitted or answered is what it was when {@code emit} or {@code Ack.of} was called, whatever happens to it later. */
class FixedValuesTest {
    @RegisterExtension
    private final CleanLog log = new CleanLog();

    /** A value, how it is changed afterwards, and how the client has to see it. */
    private record Sample(Object value, Runnable change, String packet) {
        @Override
        public String toString() {
            return value.getClass().getSimpleName();
        }
    }

    record Chunk(int number, byte[] bytes) {}

    static final class Counter {
        int count = 1;
    }

    private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";

    private static List<Sample> samples() {
        byte[] bytes = {1, 2};
        byte[] nested = {1, 2};
        byte[] inRecord = {1, 2};
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2);
        Map<String, Object> map = new HashMap<>(Map.of("a", 1));
        List<Object> list = new ArrayList<>(Arrays.asList(1, null));
        List<Object> inner = new ArrayList<>(List.of(1));
        Set<Object> set = new LinkedHashSet<>(List.of(1));
        Object[] array = {1, List.of("x")};
        int[] numbers = {1, 2};
        TreeMap<?, ?>[] maps = {new TreeMap<>(Map.of("a", 1))};
        JsonObject tree = new JsonObject();
        tree.add("a", new JsonArray());
        Counter counter = new Counter();
        StringBuilder builder = new StringBuilder("a");
        return List.of(
                new Sample(bytes, () -> bytes[0] = 7, PLACEHOLDER),
                new Sample(Map.of("file", List.of(nested)), () -> nested[0] = 7, "{\"file\":[" + PLACEHOLDER + "]}"),
                new Sample(
                        new Chunk(1, inRecord), () -> inRecord[0] = 7, "{\"number\":1,\"bytes\":" + PLACEHOLDER + "}"),
                new Sample(
                        buffer,
                        () -> {
                            buffer.put(1, (byte) 7);
                            buffer.clear();
                        },
                        PLACEHOLDER),
                new Sample(map, () -> map.put("b", 2), "{\"a\":1}"),
                new Sample(list, list::clear, "[1,null]"),
                new Sample(List.of(inner), () -> inner.add(2), "[[1]]"),
                new Sample(Map.of("a", inner), () -> inner.add(3), "{\"a\":[1]}"),
                new Sample(set, () -> set.add(2), "[1]"),
                new Sample(array, () -> array[0] = 2, "[1,[\"x\"]]"),
                new Sample(numbers, () -> numbers[0] = 7, "[1,2]"),
                new Sample(maps, () -> maps[0] = null, "[{\"a\":1}]"),
                new Sample(tree, () -> tree.addProperty("b", 2), "{\"a\":[]}"),
                new Sample(counter, () -> counter.count = 2, "{\"count\":1}"),
                new Sample(builder, () -> builder.append("b"), "\"a\""));
    }

    private static Stream<Integer> indices() {
        return Stream.iterate(0, i -> i + 1).limit(samples().size());
    }

    private static void expect(WireClient client, String prefix, Sample sample, String suffix) {
        boolean binary = sample.packet.contains("_placeholder");
        String type = binary ? (prefix.charAt(1) == '2' ? "451-" : "461-") : prefix.substring(0, 2);
        client.expect(type + prefix.substring(2) + sample.packet + suffix);
        if (binary) {
            client.expect("binary 0102");
        }
    }

    @ParameterizedTest
    @MethodSource("indices")
    void anEventsArgumentsAreThoseOfTheCall(int index) {
        try (Engine engine = Engine.builder().port(0).namespace("/").start();
                WireClient client = WireClient.open(engine.port())) {
            client.stopReading();
            client.send("40");
            Eventually.equal(1, () -> engine.namespace("/").sockets().size());
            Socket socket = engine.namespace("/").sockets().iterator().next();
            List<Sample> samples = samples();
            Sample toOne = samples.get(index);
            socket.emit("e", toOne.value);
            toOne.change.run();
            Sample toAll = samples().get(index);
            engine.namespace("/").emit("e", toAll.value);
            toAll.change.run();
            Sample asked = samples().get(index);
            CompletableFuture<Arguments> unused = socket.emitWithAck("e", asked.value);
            asked.change.run();
            client.readOn();
            client.expectConnected();
            expect(client, "42[\"e\",", toOne, "]");
            expect(client, "42[\"e\",", toAll, "]");
            expect(client, "420[\"e\",", asked, "]");
        }
    }

    /** One event, answered in this way. */
    private static void answered(Function<Sample, Ack> handler, int index) {
        Sample sample = samples().get(index);
        try (Engine engine = Engine.builder()
                        .port(0)
                        .namespace("/")
                        .on("ask", (socket, arguments) -> handler.apply(sample))
                        .start();
                WireClient client = WireClient.join(engine.port())) {
            client.send("420[\"ask\"]");
            expect(client, "430[", sample, "]");
        }
    }

    @ParameterizedTest
    @MethodSource("indices")
    void anAcksValuesAreThoseOfItsMaking(int index) {
        answered(
                sample -> {
                    Ack ack = Ack.of(sample.value);
                    sample.change.run();
                    return ack;
                },
                index);
    }

    @ParameterizedTest
    @MethodSource("indices")
    void aLateAcksValueIsThatOfItsCompletion(int index) {
        answered(
                sample -> {
                    CompletableFuture<Object> stage = new CompletableFuture<>();
                    Ack ack = Ack.later(stage.thenApply(Function.identity()));
                    new Thread(() -> {
                                stage.complete(sample.value);
                                sample.change.run();
                            })
                            .start();
                    return ack;
                },
                index);
    }

    @ParameterizedTest
    @MethodSource("indices")
    void anAckMadeElsewhereIsFixedWhenItCompletesTheStage(int index) {
        answered(
                sample -> {
                    CompletableFuture<Ack> stage = new CompletableFuture<>();
                    Ack ack = Ack.later(stage).then(settled -> settled);
                    new Thread(() -> {
                                stage.complete(Ack.of(sample.value));
                                sample.change.run();
                            })
                            .start();
                    return ack;
                },
                index);
    }

    @Test
    void interceptorsSeeWhatTheClientGets() throws Exception {
        LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        byte[] bytes = {1, 2};
        Map<String, Object> map = new HashMap<>(Map.of("a", 1));
        try (Engine engine = Engine.builder()
                        .port(0)
                        .namespace("/")
                        .intercept(Around.events((event, chain) ->
                                chain.proceed().whenSettled((values, failure) -> seen.addAll(values))))
                        .on("ask", (socket, arguments) -> {
                            Ack ack = Ack.of(bytes, map, "text");
                            bytes[0] = 7;
                            map.clear();
                            return ack;
                        })
                        .start();
                WireClient client = WireClient.join(engine.port())) {
            client.send("420[\"ask\"]").expect("461-0[" + PLACEHOLDER + ",{\"a\":1},\"text\"]", "binary 0102");
            assertArrayEquals(new byte[] {1, 2}, (byte[]) seen.poll(10, TimeUnit.SECONDS));
            assertEquals(Map.of("a", 1), seen.poll(10, TimeUnit.SECONDS));
            assertEquals("text", seen.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatAnExceptionTellsIsFixedToo() {
        try (Engine engine = Engine.builder()
                        .port(0)
                        .namespace("/")
                        .on("ask", (socket, arguments) -> {
                            List<Object> fields = new ArrayList<>(List.of("name"));
                            EngineException failure = new EngineException("Invalid", Map.of("fields", fields));
                            fields.clear();
                            throw failure;
                        })
                        .start();
                WireClient client = WireClient.join(engine.port())) {
            client.send("420[\"ask\"]")
                    .expect("430[{\"status\":\"error\",\"message\":\"Invalid\",\"data\":{\"fields\":[\"name\"]}}]");
        }
    }

    @Test
    void otherNodesGetTheSame() throws Exception {
        LocalCluster nodes = LocalCluster.create();
        LinkedBlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
        byte[] bytes = {1, 2};
        try (Engine one = Engine.builder()
                        .port(0)
                        .cluster(nodes.node())
                        .namespace("/")
                        .start();
                Engine other = Engine.builder()
                        .port(0)
                        .cluster(nodes.node())
                        .namespace("/")
                        .onServerEvent("file", arguments -> {
                            heard.add(arguments.get(0, byte[].class));
                            Counter counter = new Counter();
                            Ack ack = Ack.of(counter);
                            counter.count = 2;
                            return ack;
                        })
                        .start()) {
            CompletableFuture<List<Arguments>> replies =
                    one.namespace("/").serverSideEmitWithAck("file", (Object) bytes);
            bytes[0] = 7;
            assertArrayEquals(new byte[] {1, 2}, heard.poll(10, TimeUnit.SECONDS));
            assertEquals(
                    Map.of("count", 1L),
                    replies.get(10, TimeUnit.SECONDS).get(0).values().get(0));
            assertEquals(2, other.namespace("/").nodeCount().get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void aListThatContainsItselfIsNoAnswer() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        endless.add(endless);
        try (Engine engine = Engine.builder()
                        .port(0)
                        .namespace("/")
                        .on("ask", (socket, arguments) -> Ack.of(endless))
                        .on("later", (socket, arguments) -> Ack.later(CompletableFuture.completedFuture(endless)))
                        .start();
                WireClient client = WireClient.join(engine.port())) {
            client.send("420[\"ask\"]").expectMasked("430[", "]");
            client.send("421[\"later\"]").expectMasked("431[", "]");
        }
        log.expectComplaint("failed, error");
    }
}
