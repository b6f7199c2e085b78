package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gangway.clients.RealClient;
import io.gangway.redis.mixed.Peer.Kind;
import io.gangway.testing.Eventually;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers carry out what an emitter sends; the first end of a direction is the emitter. */
@ParameterizedClass
@EnumSource
class MixedEmitterTest extends MixedClusterTest {
    private Emitter emitter;

    @Override
    void take(Direction direction) {
        assumeTrue(
                mode.isClassic() || direction.from == Kind.JAVA, "Node.js servers of this mode have no such emitter");
        super.take(direction);
        List<Peer> receivers = cluster.peers(direction.to);
        near = receivers.get(0);
        far = receivers.get(1);
        emitter = switch (direction.from) {
            case NODE ->
                new NodeEmitter(SharedProcesses.node(), SharedProcesses.redis().url());
            case JAVA -> new JavaEmitter(mode, SharedProcesses.redis().url());
        };
    }

    @AfterEach
    void closeEmitter() {
        if (emitter != null) {
            emitter.close();
        }
    }

    private void expectNothingElseSaid(String namespace, RealClient... clients) {
        emitter.emit(Scope.of(namespace), "the end");
        for (RealClient client : clients) {
            client.expect("the end");
        }
    }

    @ParameterizedTest
    @EnumSource
    void socketsGetEvents(Direction direction) {
        take(direction);
        RealClient one = cluster.join(near, "/", "red", "blue");
        RealClient other = cluster.join(far, "/", "blue");
        RealClient elsewhere = cluster.join(near, "/admin", "red");
        Instant instant = Instant.parse("2026-11-25T10:00:00.123Z");

        emitter.emit(Scope.all(), "all", 1);
        emitter.emit(Scope.all().to("red"), "red", 2);
        emitter.emit(Scope.all().to("red", "blue"), "red or blue", 3);
        emitter.emit(Scope.all().to("blue").except("red"), "blue, not red", 4);
        emitter.emit(Scope.all().except(one.id()), "not one", 5);
        emitter.emit(Scope.all().to(one.id()), "one", 6);
        emitter.emit(Scope.of("/admin").to("red"), "red elsewhere", 7);
        emitter.emit(Scope.all().to("blue").with(Scope.Flag.UNCOMPRESSED), "uncompressed", 9);
        emitter.emit(
                Scope.all(), "values", "ünï 🎈", null, 0.5, 9007199254740991L, Map.of("a", List.of(true)), instant);
        emitter.emit(Scope.all().to("blue"), "binary", Map.of("in", List.of(new byte[] {1, 2})), 7);

        one.expect("all", 1).expect("red", 2).expect("red or blue", 3).expect("one", 6);
        other.expect("all", 1)
                .expect("red or blue", 3)
                .expect("blue, not red", 4)
                .expect("not one", 5);
        elsewhere.expect("red elsewhere", 7);
        for (RealClient client : List.of(one, other)) {
            client.expect("uncompressed", 9);
            client.expect(
                    "values", "ünï 🎈", null, 0.5, 9007199254740991L, Map.of("a", List.of(true)), instant.toString());
            client.expect("binary", Map.of("in", List.of(new byte[] {1, 2})), 7);
        }
        expectNothingElseSaid("/", one, other);
        expectNothingElseSaid("/admin", elsewhere);
        expectVolatile((flags, event) -> emitter.emit(Scope.all().with(flags), event), one, other);
    }

    @ParameterizedTest
    @EnumSource
    void socketsEnterAndLeaveRooms(Direction direction) {
        take(direction);
        RealClient one = cluster.join(near, "/", "red");
        RealClient other = cluster.join(far, "/", "blue");

        emitter.socketsJoin(Scope.all(), "green", "gold");
        awaitMembers("green", one, other);
        awaitMembers("gold", one, other);
        emitter.socketsLeave(Scope.all().to("gold").except("blue"), "green");
        awaitMembers("green", other);
        awaitMembers("gold", one, other);
        expectNothingElseSaid("/", one, other);
    }

    @ParameterizedTest
    @EnumSource
    void socketsAreDisconnected(Direction direction) {
        take(direction);
        RealClient one = cluster.join(near, "/", "red");
        RealClient besideOne = cluster.joinBeside(one, near, "/admin");
        RealClient other = cluster.join(far, "/", "blue");
        RealClient besideOther = cluster.joinBeside(other, far, "/admin");

        emitter.disconnectSockets(Scope.all().to("red"));
        one.expect("disconnect", "io server disconnect");
        expectNothingElseSaid("/", other);
        expectNothingElseSaid("/admin", besideOne, besideOther);

        emitter.closeConnections(Scope.all().to("blue"));
        assertEquals("disconnect", other.next().name());
        assertEquals("disconnect", besideOther.next().name());
        expectNothingElseSaid("/admin", besideOne);
    }

    @ParameterizedTest
    @EnumSource
    void serversGetEvents(Direction direction) {
        take(direction);
        emitter.serverSideEmit("/", "news", "from outside", 1, null);
        emitter.serverSideEmit("/admin", "news", Map.of("a", "b"));

        for (Peer peer : cluster.peers()) {
            Set<Peer.ServerEvent> heard = Set.of(peer.nextServerEvent(), peer.nextServerEvent());
            assertEquals(
                    Set.of(
                            new Peer.ServerEvent("/", "news", Arrays.asList("from outside", 1L, null)),
                            new Peer.ServerEvent("/admin", "news", List.of(Map.of("a", "b")))),
                    heard,
                    peer.name());
        }
    }

    @Test
    void eventsCarryTheirTraceToJavaServers() {
        take(Direction.JAVA_TO_JAVA);
        NumberedTraces from = ((JavaEmitter) emitter).traces();
        NumberedTraces to = ((JavaPeer) near).traces();
        RealClient one = cluster.join(near, "/");
        RealClient node = cluster.join(cluster.peers(Kind.NODE).get(0), "/");
        from.forget();
        to.forget();

        emitter.emit(Scope.all(), "text", "t");
        emitter.emit(Scope.all(), "binary", new byte[] {1, 2});
        for (RealClient client : List.of(one, node)) {
            client.expect("text", "t").expect("binary", new byte[] {1, 2});
        }
        emitter.serverSideEmit("/", "news", 1);
        for (Peer peer : cluster.peers()) {
            assertEquals("news", peer.nextServerEvent().name());
        }
        assertEquals(3, from.emitted().size());
        assertEquals(List.copyOf(from.emitted()), List.copyOf(to.delivered()));
    }

    private void awaitMembers(String room, RealClient... expected) {
        Eventually.equal(
                Set.of(expected).stream().map(RealClient::id).collect(Collectors.toSet()),
                () -> near.fetchSockets(Scope.all().to(room)).stream()
                        .map(Peer.Fetched::id)
                        .collect(Collectors.toSet()));
    }
}
