package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.reflect.TypeToken;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is in which room, and until when. */
class RoomsTest {
    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final BlockingQueue<Set<String>> left = new LinkedBlockingQueue<>();
    private Engine engine;
    private Namespace namespace;

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(sockets::add)
                .onDisconnecting((socket, reason) -> left.add(socket.rooms()))
                .onDisconnect((socket, reason) -> {
                    left.add(socket.rooms());
                    socket.join("after");
                    left.add(socket.rooms());
                })
                .start();
        namespace = engine.namespace("/");
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private Socket socket() throws InterruptedException {
        return sockets.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void aSocketIsInTheRoomOfItsOwnId() throws Exception {
        WireClient client = WireClient.open(engine.port());
        String id = client.joinNamespace("/");
        Socket socket = socket();
        assertEquals(id, socket.id());
        assertEquals(Set.of(id), socket.rooms());
        assertEquals(Set.of(), namespace.roomNames());
        namespace.to(id).emit("for you");
        client.expect("42[\"for you\"]").close();
    }

    @Test
    void severalRoomsAreJoinedAtOnceAndLeftOneByOne() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        socket.join("a", "b", "c");
        socket.join("a");
        assertEquals(Set.of(socket.id(), "a", "b", "c"), socket.rooms());
        assertEquals(Set.of("a", "b", "c"), namespace.roomNames());
        socket.leave("b");
        assertEquals(Set.of(socket.id(), "a", "c"), socket.rooms());
        namespace.to("b").emit("for nobody");
        namespace.to("c").emit("for one");
        client.expect("42[\"for one\"]").close();
    }

    @Test
    void leavingARoomOneIsNotInIsHarmless() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        socket.leave("never joined");
        socket.join("a");
        socket.leave("never joined", "a", "a");
        socket.leave();
        socket.join();
        assertEquals(Set.of(socket.id()), socket.rooms());
        client.close();
    }

    @Test
    void aSocketKeepsTheRoomOfItsOwnId() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        socket.join(socket.id());
        socket.leave(socket.id());
        assertEquals(Set.of(socket.id()), socket.rooms());
        namespace.to(socket.id()).emit("still here");
        client.expect("42[\"still here\"]").close();
    }

    @Test
    void aRoomVanishesWithItsLastSocket() throws Exception {
        WireClient one = WireClient.join(engine.port());
        Socket first = socket();
        WireClient two = WireClient.join(engine.port());
        Socket second = socket();
        first.join("a");
        second.join("a", "b");
        first.leave("a");
        assertEquals(Set.of("a", "b"), namespace.roomNames());
        second.leave("a");
        assertEquals(Set.of("b"), namespace.roomNames());
        two.close();
        Eventually.equal(Set.of(), namespace::roomNames);
        one.close();
    }

    @Test
    void roomsAreReadableInDisconnectingAndGoneFromDisconnectOn() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        socket.join("a", "b");
        client.send("41");
        assertEquals(Set.of(socket.id(), "a", "b"), left.poll(10, TimeUnit.SECONDS));
        assertEquals(Set.of(), left.poll(10, TimeUnit.SECONDS));
        assertEquals(Set.of(), left.poll(10, TimeUnit.SECONDS));
        socket.join("later");
        assertEquals(Set.of(), socket.rooms());
        assertEquals(Set.of(), namespace.roomNames());
        client.close();
    }

    @Test
    void aSocketInNoRoomStillHasItsOwnInDisconnecting() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        client.abort();
        assertEquals(Set.of(socket.id()), left.poll(10, TimeUnit.SECONDS));
        assertEquals(Set.of(), left.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void theSetOfRoomsIsASnapshot() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        socket.join("a");
        Set<String> before = socket.rooms();
        socket.join("b");
        assertEquals(Set.of(socket.id(), "a"), before);
        assertThrows(UnsupportedOperationException.class, () -> before.add("c"));
        client.close();
    }

    @Test
    void roomsOfOneNamespaceAreNotThoseOfAnother() {
        try (Engine two = Engine.builder()
                .port(0)
                .namespace("/a")
                .onConnect(socket -> socket.join("room"))
                .namespace("/b")
                .onConnect(socket -> socket.join("room"))
                .start()) {
            WireClient client = WireClient.open(two.port());
            client.joinNamespace("/a");
            client.joinNamespace("/b");
            Eventually.equal(Set.of("room"), two.namespace("/b")::roomNames); // joined last
            two.namespace("/a").to("room").emit("a");
            two.namespace("/b").to("room").emit("b");
            client.expect("42/a,[\"a\"]", "42/b,[\"b\"]");
            client.send("41/a,").send("42/b,[\"x\"]");
            Eventually.equal(Set.of(), two.namespace("/a")::roomNames);
            assertEquals(Set.of("room"), two.namespace("/b").roomNames());
            client.close();
        }
    }

    @Test
    void theSocketsOfANamespaceAreFoundById() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        assertEquals(Optional.of(socket), namespace.socket(socket.id()));
        assertEquals(List.of(socket), List.copyOf(namespace.sockets()));
        assertThrows(
                UnsupportedOperationException.class, () -> namespace.sockets().clear());
        client.close();
        Eventually.equal(Optional.empty(), () -> namespace.socket(socket.id()));
        assertEquals(0, namespace.sockets().size());
    }

    @Test
    void manySocketsJoinAndLeaveByOneCall() throws Exception {
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(WireClient.join(engine.port()));
            Socket socket = socket();
            socket.join(i % 2 == 0 ? "even" : "odd");
        }
        namespace.socketsJoin("all");
        namespace.to("even").socketsJoin("picked", "twice");
        namespace.except("even").socketsLeave("all");
        assertEquals(Set.of("even", "odd", "all", "picked", "twice"), namespace.roomNames());
        namespace.to("all").emit("all");
        namespace.to("picked").emit("picked");
        namespace.emit("end");
        for (int i = 0; i < 4; i++) {
            clients.get(i).expect(i % 2 == 0 ? new String[] {"42[\"all\"]", "42[\"picked\"]"} : new String[0]);
            clients.get(i).expect("42[\"end\"]");
        }
        namespace.socketsLeave("all", "picked", "twice");
        assertEquals(Set.of("even", "odd"), namespace.roomNames());
        clients.forEach(WireClient::close);
    }

    @Test
    @Tag("threads")
    void joiningAndLeavingFromManyThreadsWhileClientsGoLeavesNoRoom() throws Exception {
        List<WireClient> clients = new ArrayList<>();
        List<Socket> joined = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(WireClient.join(engine.port()));
            joined.add(socket());
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int offset = i;
            Thread thread = new Thread(() -> {
                for (int n = 0; n < 20_000; n++) {
                    Socket socket = joined.get((n + offset) % joined.size());
                    socket.join("room" + n % 3);
                    if (n % 2 == offset % 2) {
                        socket.leave("room" + n % 3);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        clients.forEach(WireClient::close);
        for (Thread thread : threads) {
            thread.join();
        }
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
    }

    @Test
    void whatIsAttachedStaysWithTheSocketByType() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        assertEquals(Optional.empty(), socket.findAttached(String.class));
        NoSuchElementException thrown = assertThrows(NoSuchElementException.class, () -> socket.attached(String.class));
        assertEquals(
                "nothing of type java.lang.String is attached to " + socket + ": call attach(..) on connect",
                thrown.getMessage());
        socket.attach(String.class, "one");
        socket.attach(CharSequence.class, "two");
        socket.attach(Integer.class, 3);
        assertEquals("one", socket.attached(String.class));
        assertEquals("two", socket.attached(CharSequence.class));
        assertEquals(Optional.of(3), socket.findAttached(Integer.class));
        socket.attach(String.class, "other");
        assertEquals("other", socket.attached(String.class));
        client.close();
    }

    @Test
    void whatIsSharedIsReadAsAnyTypeAndWhatIsAttachedIsNoPartOfIt() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        socket.attach("name", "ada");
        assertEquals(Optional.empty(), shared().data(Map.class));
        socket.share(Map.of("visits", 3));
        assertEquals(Optional.of(Map.of("visits", 3)), shared().data(new TypeToken<Map<String, Integer>>() {}));
        assertEquals(Optional.of(Map.of("visits", 3L)), shared().data(new TypeToken<Map<String, Long>>() {}));
        client.close();
    }

    private RemoteSocket shared() {
        return engine.namespace("/").fetchSockets().join().get(0);
    }

    @Test
    void whatIsAttachedStaysWithTheSocketByKeyToo() throws Exception {
        WireClient client = WireClient.join(engine.port());
        Socket socket = socket();
        assertEquals(Optional.empty(), socket.findAttached("visits", Integer.class));
        assertEquals(
                "nothing under \"visits\" is attached to " + socket + ": call attach(..) on connect",
                assertThrows(NoSuchElementException.class, () -> socket.attached("visits", Integer.class))
                        .getMessage());
        socket.attach("visits", 1);
        socket.attach("name", "ada");
        assertEquals(1, socket.attached("visits", Integer.class));
        assertEquals(1, socket.attached("visits", int.class));
        assertEquals(Optional.of(1), socket.findAttached("visits", Number.class));
        assertEquals("ada", socket.attached("name", String.class));
        assertEquals(Optional.empty(), socket.findAttached(String.class), "a key is no type");
        socket.attach("visits", List.of());
        assertEquals(List.of(), socket.attached("visits", List.class));
        assertEquals(
                "the value attached under \"visits\" is not a java.lang.Integer but a "
                        + List.of().getClass().getName(),
                assertThrows(ClassCastException.class, () -> socket.findAttached("visits", Integer.class))
                        .getMessage());
        assertThrows(NullPointerException.class, () -> socket.attach("visits", null));
        assertThrows(NullPointerException.class, () -> socket.attach(String.class, null));
        socket.attach(int.class, 5);
        assertEquals(5, socket.attached(int.class));
        client.close();
    }
}
