package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server adds sockets of other servers to rooms, removes them, and disconnects them. */
@ParameterizedClass
@EnumSource
class MixedMembershipTest extends MixedClusterTest {

    @ParameterizedTest
    @EnumSource
    void socketsEnterAndLeaveRooms(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "red");
        RealClient other = cluster.join(far, "/", "blue");

        sender.socketsJoin(Scope.all().to("red"), "green", "gold");
        awaitMembers("green", own, one);
        awaitMembers("gold", own, one);
        sender.emit(Scope.all().to("green"), "green", 1);
        own.expect("green", 1);
        one.expect("green", 1);

        sender.socketsLeave(Scope.all().to("gold").except(one.id()), "green");
        awaitMembers("green", one);
        awaitMembers("gold", own, one);
        sender.emit(Scope.all().to("green"), "green", 2);
        one.expect("green", 2);

        sender.socketsJoin(Scope.all(), "everyone");
        awaitMembers("everyone", own, one, other);
        sender.socketsLeave(Scope.all(), "everyone", "gold");
        awaitMembers("everyone");
        awaitMembers("gold");
        expectNothingElse("/", own, one, other);
    }

    @ParameterizedTest
    @EnumSource
    void socketsAreTakenOutOfTheirNamespace(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "red");
        RealClient beside = cluster.joinBeside(one, near, "/admin");
        RealClient other = cluster.join(far, "/", "red", "blue");

        sender.disconnectSockets(Scope.all().to("red").except("blue"));

        own.expect("disconnect", "io server disconnect");
        one.expect("disconnect", "io server disconnect");
        expectNothingElse("/", other);
        expectNothingElse("/admin", beside);
        awaitMembers("red", other);
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreClosed(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/");
        RealClient one = cluster.join(near, "/", "red");
        RealClient beside = cluster.joinBeside(one, near, "/admin");
        RealClient other = cluster.join(far, "/", "blue");

        sender.closeConnections(Scope.all().to("red"));

        assertEquals("disconnect", one.next().name());
        assertEquals("disconnect", beside.next().name());
        expectNothingElse("/", own, other);
    }

    @ParameterizedTest
    @EnumSource
    void aSocketOfAnotherServerIsLikeOnesOwn(Direction direction) {
        take(direction);
        RealClient one = cluster.join(near, "/");
        RealClient other = cluster.join(far, "/");
        String id = one.id();

        sender.remoteEmit("/", id, "hello", "you", new byte[] {1, 2});
        one.expect("hello", "you", new byte[] {1, 2});

        Duration timeout = WireClient.PATIENCE;
        assertEquals("only this", sender.remoteEmitWithAck("/", id, timeout, "echo", "only this"));
        Object binary = sender.remoteEmitWithAck("/", id, timeout, "echo", new byte[] {3, 4});
        assertEquals(List.of("binary 0304"), RealClient.shown(List.of(binary)));
        one.expect("echo", "only this").expect("echo", new byte[] {3, 4});

        sender.remoteJoin("/", id, "green", "gold");
        awaitMembers("green", one);
        awaitMembers("gold", one);
        sender.remoteLeave("/", id, "green");
        awaitMembers("green");
        awaitMembers("gold", one);

        sender.remoteDisconnect("/", id);
        one.expect("disconnect", "io server disconnect");
        expectNothingElse("/", other);
    }

    private void awaitMembers(String room, RealClient... expected) {
        Eventually.equal(
                Set.of(expected).stream().map(RealClient::id).collect(Collectors.toSet()),
                () -> sender.fetchSockets(Scope.all().to(room)).stream()
                        .map(Peer.Fetched::id)
                        .collect(Collectors.toSet()));
    }
}
