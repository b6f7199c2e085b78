package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gangway.clients.RealClient;
import io.gangway.redis.mixed.Peer.Kind;
import io.gangway.testing.Eventually;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events reach the clients they are for, on whichever server these are. */
@ParameterizedClass
@EnumSource
class MixedBroadcastTest extends MixedClusterTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @ParameterizedTest
    @EnumSource
    void reachTheSocketsThatTheOperatorsChoose(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "red", "blue");
        RealClient other = cluster.join(far, "/", "blue");
        RealClient elsewhere = cluster.join(near, "/admin", "red");

        sender.emit(Scope.all(), "all", 1);
        sender.emit(Scope.all().to("red"), "red", 2);
        sender.emit(Scope.all().to("red", "blue"), "red or blue", 3);
        sender.emit(Scope.all().except("blue"), "not blue", 4);
        sender.emit(Scope.all().to("blue").except("red"), "blue, not red", 5);
        sender.emit(Scope.all().except(one.id()), "not one", 6);
        sender.emit(Scope.all().to(one.id()), "one", 7);
        sender.emit(Scope.all().from(own.id()), "the others", 8);
        sender.emit(Scope.all().from(own.id()).to("red"), "the other reds", 9);
        sender.emit(Scope.of("/admin").to("red"), "red elsewhere", 10);
        sender.emit(Scope.all().to("nobody"), "nobody", 11);

        own.expect("all", 1).expect("red", 2).expect("red or blue", 3).expect("not blue", 4);
        own.expect("not one", 6);
        one.expect("all", 1).expect("red", 2).expect("red or blue", 3);
        one.expect("one", 7).expect("the others", 8).expect("the other reds", 9);
        other.expect("all", 1).expect("red or blue", 3).expect("blue, not red", 5);
        other.expect("not one", 6).expect("the others", 8);
        elsewhere.expect("red elsewhere", 10);
        expectNothingElse("/", own, one, other);
        expectNothingElse("/admin", elsewhere);
    }

    @ParameterizedTest
    @EnumSource
    void carryEveryValueThatTheClientCanTake(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/");
        RealClient one = cluster.join(near, "/");
        RealClient other = cluster.join(far, "/");
        byte[] large = new byte[70_000];
        Arrays.fill(large, (byte) 0xc1);
        List<@Nullable Object> values = Arrays.asList(
                "",
                "ünï → 🎈 \u0000 \u2028 \" \\",
                "long ".repeat(14_000),
                true,
                null,
                List.of(0, -1, 31, 32, -32, -33, 127, 128, -128, -129, 255, 256, 32767, 32768, 65535, 65536),
                List.of(2147483647, 2147483648L, -2147483648, -2147483649L, 4294967295L, 4294967296L),
                List.of(9007199254740991L, -9007199254740991L),
                List.of(0.1, -1.5e-7, 5e-324),
                // Beyond 2^53 the Node.js adapters' MessagePack encoder writes other numbers than it was given.
                direction.from == Kind.JAVA ? List.of(1e300, -1.7976931348623157e308) : List.of(),
                List.of(),
                Map.of(),
                Map.of("", Map.of("deep", List.of(List.of(Map.of("er", "!"))))));
        List<@Nullable Object> binary = Arrays.asList(
                new byte[] {1, 2, 3},
                new byte[0],
                large,
                Map.of("in", List.of(Map.of("side", new byte[] {(byte) 0xff}), "beside", 7)));

        for (Object value : values) {
            sender.emit(Scope.all(), "value", value);
        }
        for (Object value : binary) {
            sender.emit(Scope.all(), "binary", value);
        }
        List<@Nullable Object> all = new ArrayList<>(values);
        all.addAll(binary);
        sender.emit(Scope.all(), "together", all.toArray());
        // Numbers that JSON lacks.
        Instant instant = Instant.parse("2026-11-25T10:00:00.123Z");
        sender.emit(Scope.all(), "neither", Double.NaN, Double.NEGATIVE_INFINITY, instant);
        sender.emit(Scope.all(), "neither, with binary", Double.NaN, instant, new byte[] {1});

        for (RealClient client : List.of(own, one, other)) {
            values.forEach(value -> client.expect("value", value));
            binary.forEach(value -> client.expect("binary", value));
            client.expect("together", all.toArray());
            client.expect("neither", null, null, instant.toString());
            client.expect("neither, with binary", null, instant.toString(), new byte[] {1});
        }
        expectNothingElse("/", own, one, other);
    }

    @ParameterizedTest
    @EnumSource
    void goHowTheFlagsSay(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "red");
        RealClient other = cluster.join(far, "/", "red");

        expectVolatile((flags, event) -> sender.emit(Scope.all().with(flags), event), own, one, other);
        sender.emit(Scope.all().to("red").with(Scope.Flag.UNCOMPRESSED), "uncompressed", 2);
        own.expect("uncompressed", 2); // a Node.js server's local events overtake the others
        sender.emit(Scope.all().with(Scope.Flag.LOCAL), "local", 3);
        sender.emit(Scope.all().to("red").with(Scope.Flag.LOCAL), "local red", 4);

        own.expect("local", 3).expect("local red", 4);
        one.expect("uncompressed", 2);
        other.expect("uncompressed", 2);
        expectNothingElse("/", own, one, other);
    }

    @ParameterizedTest
    @EnumSource
    void reachANamespaceThatIsNotOnAllServers(Direction direction) {
        take(direction);
        String namespace = "/dynamic-" + NUMBERS.incrementAndGet();
        RealClient own = cluster.join(sender, namespace, "red");
        RealClient one = cluster.join(near, namespace, "red");
        Eventually.equal(2, () -> sender.serverCount(namespace));
        Eventually.equal(2, () -> near.serverCount(namespace));

        sender.emit(Scope.of(namespace), "all", 1);
        sender.emit(Scope.of(namespace).to("red"), "red", 2);
        Peer.Gathered answers = sender.serverSideEmitWithAck(namespace, "question", "who?");

        own.expect("all", 1).expect("red", 2);
        one.expect("all", 1).expect("red", 2);
        // Servers without the namespace are neither counted nor do they answer.
        assertEquals(new Peer.Gathered(List.of(List.of(near.name(), "who?")), ""), answers);
        near.nextServerEvent();
        assertEquals(Set.of(own.id(), one.id()), ids(sender.fetchSockets(Scope.of(namespace))));
        expectNothingElse(namespace, own, one);
    }

    @ParameterizedTest
    @EnumSource
    void reachRoomsWhateverTheyAreCalled(Direction direction) {
        take(direction);
        // 20 characters are as long as a socket's id.
        Object[] rooms = {"a#b", "#", "0123456789abcdefghij", "42", "[x]*?^\\", "ünï 🎈", "a room"};
        RealClient one = cluster.join(near, "/", rooms);
        RealClient other = cluster.join(far, "/");

        for (Object room : rooms) {
            sender.emit(Scope.all().to(room), "room", room);
        }

        for (Object room : rooms) {
            one.expect("room", room);
        }
        expectNothingElse("/", one, other);
    }

    @ParameterizedTest
    @EnumSource
    void reachANamespaceWhoseNameWouldBeAPattern(Direction direction) {
        assumeFalse(
                mode.isClassic() && direction.to == Kind.NODE,
                "the classic Node.js adapter subscribes to the namespace's name as a pattern, which does not match it");
        take(direction);
        String namespace = Peer.NAMESPACES.get(2);
        RealClient one = cluster.joinBeside(cluster.join(near, "/"), near, namespace);
        near.join(namespace, one.id(), "red");
        if (mode.hasRoomChannels()) {
            cluster.awaitRoom(near, namespace, "red");
        }

        sender.emit(Scope.of(namespace), "all", 1);
        sender.emit(Scope.of(namespace).to("red"), "red", 2);

        one.expect("all", 1).expect("red", 2);
        expectNothingElse(namespace, one);
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE_TO_NODE", "NODE_TO_JAVA"})
    void reachRoomsThatAreNumbersInJavaScript(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", 42);
        RealClient one = cluster.join(near, "/", 42);
        RealClient other = cluster.join(far, "/");

        sender.emit(Scope.all().to(42), "42", 1);
        sender.emit(Scope.all().to(42, 43), "42 or 43", 2);

        own.expect("42", 1).expect("42 or 43", 2);
        one.expect("42", 1).expect("42 or 43", 2);

        sender.socketsJoin(Scope.all().to(42), 44);
        Eventually.equal(
                Set.of(own.id(), one.id()),
                () -> ids(sender.fetchSockets(Scope.all().to(44))));
        sender.emit(Scope.all().to(44), "44", 3);
        own.expect("44", 3);
        one.expect("44", 3);
        expectNothingElse("/", own, one, other);
    }

    @Test
    void carryTheirTraceToOtherJavaServers() {
        take(Direction.JAVA_TO_JAVA);
        NumberedTraces from = ((JavaPeer) sender).traces();
        NumberedTraces to = ((JavaPeer) near).traces();
        RealClient one = cluster.join(near, "/");
        RealClient node = cluster.join(cluster.peers(Kind.NODE).get(0), "/");
        from.forget();
        to.forget();

        sender.emit(Scope.all(), "text", "t");
        sender.emit(Scope.all(), "binary", new byte[] {1, 2});
        one.expect("text", "t").expect("binary", new byte[] {1, 2});
        node.expect("text", "t").expect("binary", new byte[] {1, 2});
        sender.serverSideEmit("/", "news", 1);
        assertEquals("news", near.nextServerEvent().name());
        assertEquals("news", cluster.peers(Kind.NODE).get(0).nextServerEvent().name());
        assertEquals("news", cluster.peers(Kind.NODE).get(1).nextServerEvent().name());
        assertEquals(List.copyOf(from.emitted()), List.copyOf(to.delivered()));

        cluster.peers(Kind.NODE).get(0).emit(Scope.all(), "of Node");
        one.expect("of Node");
        assertEquals(3, to.delivered().size(), "Node.js sends no trace");
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE_TO_JAVA", "JAVA_TO_JAVA"})
    void reachARoomAsSoonAsItHasBeenJoined(Direction direction) {
        assumeTrue(mode.hasRoomChannels(), "one channel serves all rooms");
        take(direction);
        RealClient one = cluster.join(near, "/");

        for (int i = 0; i < 1_000; i++) {
            String room = "fresh " + i;
            near.join("/", one.id(), room);
            sender.emit(Scope.all().to(room), room);
            one.expect(room);
        }
    }

    private static Set<String> ids(List<Peer.Fetched> sockets) {
        return sockets.stream().map(Peer.Fetched::id).collect(Collectors.toSet());
    }
}
