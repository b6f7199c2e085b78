package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What sockets hold has limits, whatever names an application lets its clients choose. */
class SocketLimitsTest {
    @RegisterExtension
    final CleanLog log = new CleanLog();

    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final Semaphore gone = new Semaphore(0);

    private EngineBuilder small() {
        return Engine.builder()
                .port(0)
                .limits(limits -> limits.sockets(held -> held.maxRooms(3)
                        .maxRoomsPerNamespace(4)
                        .maxRoomNameLength(10)
                        .maxAttached(2)))
                .namespace("/", root -> root.onConnect(sockets::add));
    }

    private Socket join(Engine engine) throws InterruptedException {
        WireClient.join(engine.port());
        return sockets.take();
    }

    private static String refused(Runnable join) {
        return assertThrows(IllegalStateException.class, join::run).getMessage();
    }

    @Test
    void aSocketIsInNoMoreRoomsThanItMay() throws Exception {
        try (Engine engine = small().start()) {
            Socket socket = join(engine);
            socket.join("a", "b");
            assertEquals(
                    "cannot join: the socket would be in 4 rooms, and 3 are allowed; leave rooms that are not needed any"
                            + " more, or raise limits(limits -> limits.sockets(sockets -> sockets.maxRooms(..)))",
                    refused(() -> socket.join("c", "d")));
            assertEquals(Set.of(socket.id(), "a", "b"), socket.rooms(), "none of them");
            assertTrue(refused(() -> socket.joinConfirmed("c", "d")).contains("maxRooms(..)"));
            socket.join("a", "b", "c"); // two of which it is in
            assertTrue(refused(() -> socket.signIn("eve")).contains("maxRooms(..)"));
            assertEquals(true, socket.user().isEmpty());
            socket.leave("a");
            socket.signIn("eve");
            socket.signIn("eve");
            assertEquals(Set.of(socket.id(), "b", "c", "user:eve"), socket.rooms());
        }
    }

    @Test
    void aNamespaceHasNoMoreRoomsThanItMay() throws Exception {
        try (Engine engine = small().start()) {
            Socket one = join(engine);
            Socket other = join(engine);
            one.join("a", "b", "c");
            other.join("d");
            assertTrue(refused(() -> other.join("e"))
                    .startsWith("cannot join: the namespace would have 5 rooms, and 4 are"));
            other.join("a", "b"); // which there are
            one.leave("c");
            other.leave("a");
            other.join("e");
            assertEquals(Set.of("a", "b", "d", "e"), engine.namespace("/").roomNames());
        }
    }

    @Test
    void aRoomsNameIsNoLongerThanItMayBe() throws Exception {
        try (Engine engine = small().start()) {
            Socket socket = join(engine);
            socket.join("0123456789");
            String message = refused(() -> socket.join("0123456789\n"));
            assertTrue(message.startsWith("cannot join: the name 0123456789"), message);
            assertTrue(message.contains("has 11 characters, and 10 are allowed"), message);
            assertEquals(1, message.lines().count(), message);
        }
    }

    @Test
    void theNamesOfASocketsRoomsAreLimitedTogether() throws Exception {
        try (Engine engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.sockets(held -> held.maxRoomNames(20).maxRoomNameLength(10)))
                .namespace("/", root -> root.onConnect(sockets::add))
                .start()) {
            Socket socket = join(engine);
            socket.join("0123456789", "abcdefgh");
            socket.join("0123456789", "xy");
            String message = refused(() -> socket.join("z"));
            assertTrue(
                    message.startsWith(
                            "cannot join: the names of the client's rooms would have 21 characters, and 20 are"),
                    message);
            assertTrue(message.contains("maxRoomNames(..)"), message);
            socket.leave("abcdefgh");
            socket.join("z");
        }
    }

    @Test
    void soAreThoseInAllNamespacesOfAConnection() throws Exception {
        try (Engine engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.sockets(held -> held.maxRoomNames(20).maxRoomNameLength(10)))
                .namespace("/", root -> root.onConnect(sockets::add))
                .namespaces(
                        Pattern.compile("/\\d"),
                        each -> each.onConnect(sockets::add).onDisconnect((socket, reason) -> gone.release()))
                .start()) {
            WireClient client = WireClient.join(engine.port());
            Socket root = sockets.take();
            client.send("40/1,");
            Socket other = sockets.take();
            root.join("0123456789");
            other.join("0123456789");
            assertTrue(refused(() -> root.join("a")).contains("would have 21 characters"));
            client.send("40/2,");
            Socket third = sockets.take();
            assertTrue(refused(() -> third.join("a")).contains("maxRoomNames(..)"));
            assertEquals(Set.of(third.id()), third.rooms());
            root.join("0123456789");
            join(engine).join("0123456789", "abcdefghij");

            client.send("41/1,");
            gone.acquire();
            Eventually.holds("its names count no longer", () -> other.rooms().isEmpty());
            third.join("abcdefghij");
            assertTrue(refused(() -> root.join("a")).contains("would have 21 characters"));
        }
    }

    /** Also those that were chosen before a verdict that never comes, or refuses. */
    @Test
    void theNamesOfARefusedSocketCountNoLonger() throws Exception {
        try (Engine engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.sockets(held -> held.maxRoomNames(20).maxRoomNameLength(10)))
                .namespace("/", root -> root.onConnect(sockets::add))
                .namespace(
                        "/refused",
                        refused -> refused.intercept(Around.connects((socket, chain) -> {
                            socket.join("0123456789", "abcdefghij");
                            return Ack.failed(new EngineException("refused"));
                        })))
                .start()) {
            WireClient client = WireClient.join(engine.port());
            Socket root = sockets.take();
            for (int i = 0; i < 3; i++) {
                client.send("40/refused,");
                client.expect("44/refused,{\"message\":\"refused\"}");
            }
            root.join("0123456789", "abcdefghij");
        }
    }

    private Engine recovering(int rooms, int roomsOfNamespace) {
        return recovering(Recovery.window(Duration.ofMinutes(2)), rooms, roomsOfNamespace);
    }

    private Engine recovering(Recovery recovery, int rooms, int roomsOfNamespace) {
        return Engine.builder()
                .port(0)
                .recovery(recovery)
                .limits(limits -> limits.sockets(held -> held.maxRooms(rooms).maxRoomsPerNamespace(roomsOfNamespace)))
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> {
                    socket.join(socket.handshake().auth().containsKey("pid") ? "late" : "early");
                    return chain.proceed();
                }))
                .onConnect(sockets::add)
                .onDisconnect((socket, reason) -> gone.release())
                .start();
    }

    /** Rooms chosen before the admission count too. */
    @Test
    void moreRoomsThanASocketMayHaveAreNotGivenBack() throws Exception {
        try (Engine engine = recovering(3, 100)) {
            ReturningClient client = ReturningClient.join(engine.port());
            Socket socket = sockets.take();
            socket.join("b");
            client.cut();
            gone.acquire();
            client.comeBack(engine.port());
            socket = sockets.take();
            assertTrue(socket.recovered());
            assertEquals(Set.of(socket.id(), "early", "b", "late"), socket.rooms());

            socket.leave("late");
            socket.join("c");
            client.cut();
            gone.acquire();
            client.comeBack(engine.port());
            socket = sockets.take();
            assertFalse(socket.recovered());
            assertEquals(Set.of(socket.id(), "late"), socket.rooms());
            assertEquals(1, engine.recoveryCounts().incomplete());
            log.expectComplaint("gets a new session: cannot join: the socket would be in 4 rooms, and 3 are allowed");
        }
    }

    /** While a client is away, others join as many rooms as there may be. */
    private void comeBackInVain(Engine engine) throws Exception {
        ReturningClient client = ReturningClient.join(engine.port());
        sockets.take().join("a", "b");
        client.cut();
        gone.acquire();
        ReturningClient.join(engine.port());
        sockets.take().join("c", "d");
        client.comeBack(engine.port());
        assertFalse(sockets.take().recovered());
        log.expectComplaint("the namespace would have 5 rooms, and 4 are allowed");
    }

    @Test
    void moreRoomsThanANamespaceMayHaveAreNotGivenBack() throws Exception {
        try (Engine engine = recovering(10, 4)) {
            comeBackInVain(engine);
            assertEquals(
                    Set.of("early", "c", "d", "late"), engine.namespace("/").roomNames());
        }
    }

    @Test
    void roomsThatAreNotGivenBackAreComplainedAboutOnce() throws Exception {
        Recovery recovery = Recovery.window(Duration.ofMinutes(2)).skipInterceptors();
        try (Engine engine = recovering(recovery, 10, 4)) {
            comeBackInVain(engine);
            assertEquals(1, engine.recoveryCounts().incomplete());
        }
    }

    @Test
    void aSocketHasNoMoreAttachedValuesThanItMay() throws Exception {
        try (Engine engine = small().start()) {
            Socket socket = join(engine);
            socket.attach("a", 1);
            socket.attach(String.class, "text");
            socket.attach("a", 2);
            assertTrue(refused(() -> socket.attach("b", 3)).contains("it has 2 attached values"));
            assertEquals(2, socket.attached("a", Integer.class));
            assertEquals("text", socket.attached(String.class));
        }
    }

    /** One socket that may join no more rooms keeps no other out, on any node. */
    @Test
    void whoIsMadeToJoinWithOthersStaysOutAlone() throws Exception {
        LocalCluster cluster = LocalCluster.create();
        try (Engine here = small().cluster(cluster.node()).start();
                Engine there = small().cluster(cluster.node()).start()) {
            Socket full = join(here);
            Socket free = join(here);
            Socket farFull = join(there);
            Socket farFree = join(there);
            full.join("a", "b", "c");
            farFull.join("a", "b", "c");
            here.namespace("/").socketsJoin("x");
            assertEquals(Set.of(free.id(), "x"), free.rooms());
            assertEquals(Set.of(full.id(), "a", "b", "c"), full.rooms());
            Eventually.equal(Set.of(farFree.id(), "x"), farFree::rooms);
            assertEquals(Set.of(farFull.id(), "a", "b", "c"), farFull.rooms());
            log.expectComplaint("stays out: cannot join: the socket would be in 4 rooms, and 3 are allowed");
        }
    }

    @Test
    void whatIsEmittedBeforeTheAdmissionIsBoundedInBytes() throws Exception {
        CompletableFuture<Void> verdict = new CompletableFuture<>();
        BlockingQueue<Socket> asking = new LinkedBlockingQueue<>();
        String kilobyte = "x".repeat(1_000);
        try (Engine engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxBuffered(10_000).maxUnsent(20_000))
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> {
                    asking.add(socket);
                    return Ack.later(verdict.thenApply(unused -> chain.proceed()));
                }))
                .start()) {
            WireClient modest = WireClient.open(engine.port()).send("40");
            Socket waiting = asking.take();
            for (int i = 0; i < 15; i++) {
                waiting.emit("state", kilobyte);
            }
            WireClient flooded = WireClient.open(engine.port()).send("40");
            Socket tooMuch = asking.take();
            for (int i = 0; i < 25; i++) {
                tooMuch.emit("state", kilobyte);
            }
            flooded.expectClosed();
            verdict.complete(null);
            modest.expectConnected();
            for (int i = 0; i < 15; i++) {
                modest.expect("42[\"state\",\"" + kilobyte + "\"]");
            }
            modest.close();
        }
    }
}
