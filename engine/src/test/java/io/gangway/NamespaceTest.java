package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces that were named when the engine was built. */
class NamespaceTest {
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    @AutoClose
    private Engine engine;

    private static Ack echo(Socket socket, Arguments arguments) {
        return Ack.of(arguments);
    }

    // ---- names

    @Test
    void theEmptyNameAndTheSlashAreTheSame() {
        engine = Engine.builder()
                .port(0)
                .namespace("")
                .on("echo", NamespaceTest::echo)
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"echo\",1]").expect("430[1]");
        assertEquals(engine.namespace("/"), engine.namespace(""));
        client.close();
    }

    @Test
    void aNameWithoutSlashIsTheSameAsWithOne() {
        engine = Engine.builder()
                .port(0)
                .namespace("abc")
                .on("echo", NamespaceTest::echo)
                .start();
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/abc");
        client.send("42/abc,0[\"echo\",1]").expect("43/abc,0[1]");
        assertEquals(engine.namespace("/abc"), engine.namespace("abc"));
        assertEquals("/abc", engine.namespace("abc").name());
        client.close();
    }

    @Test
    void theSlashIsAlwaysThere() {
        engine = Engine.builder().port(0).namespace("/chat").start();
        WireClient.join(engine.port()).close();
    }

    @Test
    void theSlashIsJoinedOnlyIfTheClientAsks() {
        engine = Engine.builder().port(0).namespace("/chat").start();
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/chat");
        assertEquals(0, engine.namespace("/").sockets().size());
        engine.namespace("/").emit("for nobody");
        engine.namespace("/chat").emit("for one");
        client.expect("42/chat,[\"for one\"]").close();
    }

    @Test
    void anUnknownNamespaceIsRefusedAndTheConnectionGoesOn() {
        engine = Engine.builder().port(0).namespace("/chat").start();
        WireClient client = WireClient.open(engine.port());
        client.send("40/unknown,").expect("44/unknown,{\"message\":\"Invalid namespace\"}");
        client.send("40/chat/room,{\"token\":1}").expect("44/chat/room,{\"message\":\"Invalid namespace\"}");
        client.joinNamespace("/chat");
        client.close();
    }

    @Test
    void askingTheEngineForAnUnknownNamespaceNamesThoseThereAre() {
        engine = Engine.builder().port(0).namespace("/chat").build();
        NoSuchElementException thrown = assertThrows(NoSuchElementException.class, () -> engine.namespace("/chta"));
        assertEquals("no namespace \"/chta\"; there are [/, /chat]", thrown.getMessage());
    }

    @Test
    void namingANamespaceAgainContinuesIt() {
        engine = Engine.builder()
                .port(0)
                .namespace("/chat")
                .on("one", (socket, arguments) -> Ack.of(1))
                .namespace("/other")
                .namespace("chat")
                .on("two", (socket, arguments) -> Ack.of(2))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/chat");
        client.send("420[\"one\"]".replace("420", "42/chat,0")).expect("43/chat,0[1]");
        client.send("42/chat,1[\"two\"]").expect("43/chat,1[2]").close();
    }

    @Test
    void severalGatewaysMayConfigureOneNamespace() {
        engine = Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        gateway -> gateway.onConnect(socket -> log.add("first"))
                                .on("one", (socket, arguments) -> Ack.of(1)))
                .namespace(
                        "/",
                        gateway -> gateway.onConnect(socket -> log.add("second"))
                                .on("two", (socket, arguments) -> Ack.of(2)))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"one\"]").expect("430[1]");
        client.send("421[\"two\"]").expect("431[2]").close();
        assertEquals(List.of("first", "second"), List.copyOf(log));
    }

    // ---- several on one connection

    @Test
    void oneConnectionMayBeInManyNamespaces() {
        NamespaceBuilder builder = Engine.builder().port(0).namespace("/");
        for (int i = 0; i < 20; i++) {
            builder = builder.namespace("/n" + i).on("echo", NamespaceTest::echo);
        }
        engine = builder.start();
        WireClient client = WireClient.join(engine.port());
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ids.add(client.joinNamespace("/n" + i));
        }
        assertEquals(20, ids.size());
        for (int i = 0; i < 20; i++) {
            client.send("42/n" + i + "," + i + "[\"echo\",\"" + i + "\"]")
                    .expect("43/n" + i + "," + i + "[\"" + i + "\"]");
        }
        client.close();
    }

    @Test
    void aConnectionThatJoinsMoreNamespacesThanAllowedIsClosed() {
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxNamespacesPerConnection(2))
                .namespace("/a")
                .namespace("/b")
                .start();
        WireClient client = WireClient.join(engine.port());
        client.joinNamespace("/a");
        client.send("41/a,");
        client.joinNamespace("/b");
        client.send("40/a,").expect("closed 1002");
    }

    @Test
    void anEventReachesTheNamespaceItNamesAndNoOther() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("where", (socket, arguments) -> Ack.of("root"))
                .namespace("/a")
                .on("where", (socket, arguments) -> Ack.of("a"))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.joinNamespace("/a");
        client.send("420[\"where\"]").expect("430[\"root\"]");
        client.send("42/a,0[\"where\"]").expect("43/a,0[\"a\"]").close();
    }

    @Test
    void aBroadcastReachesItsNamespaceAlone() {
        engine = Engine.builder().port(0).namespace("/a").start();
        WireClient both = WireClient.join(engine.port());
        both.joinNamespace("/a");
        WireClient root = WireClient.join(engine.port());
        engine.namespace("/").emit("root");
        engine.namespace("/a").emit("a");
        engine.namespace("/").emit("end");
        both.expect("42[\"root\"]", "42/a,[\"a\"]", "42[\"end\"]").close();
        root.expect("42[\"root\"]", "42[\"end\"]").close();
    }

    @Test
    void idsHaveTwentyCharactersAndDifferByNamespaceAndFromTheSid() {
        engine = Engine.builder().port(0).namespace("/a").start();
        WireClient client = WireClient.connect(engine.port(), "/socket.io/?EIO=4&transport=websocket");
        String open = client.next();
        Set<String> ids = new HashSet<>();
        ids.add(open.replaceAll(".*\"sid\":\"([\\w-]{20})\".*", "$1"));
        ids.add(client.joinNamespace("/"));
        ids.add(client.joinNamespace("/a"));
        client.send("41/a,");
        ids.add(client.joinNamespace("/a"));
        assertEquals(4, ids.size(), ids.toString());
        ids.forEach(id -> assertEquals(20, id.length()));
        client.close();
    }

    @Test
    void twoConnectionsToOneNamespaceAreTwoSockets() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("id", (socket, data) -> Ack.of(socket.id()))
                .start();
        WireClient one = WireClient.open(engine.port());
        WireClient two = WireClient.open(engine.port());
        String first = one.joinNamespace("/");
        String second = two.joinNamespace("/");
        assertNotEquals(first, second);
        one.send("420[\"id\"]").expect("430[\"" + first + "\"]").close();
        two.send("420[\"id\"]").expect("430[\"" + second + "\"]").close();
    }

    // ---- leaving

    @Test
    void leavingOneNamespaceKeepsTheOthersAndTheConnection() throws Exception {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("echo", NamespaceTest::echo)
                .namespace("/a")
                .onDisconnect((socket, reason) -> log.add(reason.toString()))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.joinNamespace("/a");
        client.send("41/a,").send("420[\"echo\"]").expect("430[]");
        assertEquals("client namespace disconnect", log.poll(10, TimeUnit.SECONDS));
        assertEquals(0, engine.namespace("/a").sockets().size());
        client.joinNamespace("/a");
        client.close();
    }

    @Test
    void closingTheConnectionFromOneNamespaceLeavesThemAll() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onDisconnect((socket, reason) -> log.add("/ " + reason))
                .namespace("/a")
                .onDisconnect((socket, reason) -> log.add("/a " + reason))
                .on("close", (socket, arguments) -> {
                    socket.emit("last words");
                    socket.closeConnection();
                    return Ack.empty();
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        client.joinNamespace("/a");
        client.send("42/a,[\"close\"]").expect("42/a,[\"last words\"]");
        Set<String> left = new HashSet<>(List.of(client.next(), client.next()));
        assertEquals(Set.of("41", "41/a,"), left);
        client.expect("closed 1000");
        Eventually.equal(2, log::size);
        assertEquals(Set.of("/ server namespace disconnect", "/a server namespace disconnect"), new HashSet<>(log));
    }

    @Test
    void losingTheTransportLeavesAllNamespaces() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onDisconnect((socket, reason) -> log.add("/ " + reason))
                .namespace("/a")
                .onDisconnect((socket, reason) -> log.add("/a " + reason))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.joinNamespace("/a");
        client.abort();
        Eventually.equal(2, log::size);
        assertEquals(Set.of("/ transport close", "/a transport close"), new HashSet<>(log));
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
    }

    // ---- joining in time

    @Test
    void aClientThatJoinsNothingIsClosed() {
        engine = Engine.builder()
                .port(0)
                .connectTimeout(Duration.ofMillis(200))
                .namespace("/")
                .start();
        WireClient.open(engine.port()).expect("closed 1000");
        PollingClient polling = PollingClient.open(engine.port());
        assertEquals("1", polling.poll());
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
    }

    /** Refused because it asked for an unknown namespace, or by an interceptor. */
    @Test
    void aClientThatWasOnlyRefusedIsClosed() {
        engine = Engine.builder()
                .port(0)
                .connectTimeout(Duration.ofSeconds(4))
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> Ack.failed(new EngineException("no"))))
                .start();
        WireClient lost = WireClient.open(engine.port()).send("40/unknown,");
        lost.expect("44/unknown,{\"message\":\"Invalid namespace\"}");
        WireClient refused = WireClient.open(engine.port()).send("40");
        refused.expect("44{\"message\":\"no\"}");
        lost.expect("closed 1000");
        refused.expect("closed 1000");
    }

    @Test
    void aClientThatJoinedInTimeMayLeaveAndStay() {
        engine = Engine.builder()
                .port(0)
                .connectTimeout(Duration.ofSeconds(4))
                .namespace("/")
                .on("echo", NamespaceTest::echo)
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("41");
        WireClient.open(engine.port()).expect("closed 1000"); // so that more than the time has passed for the first one
        client.joinNamespace("/");
        client.send("420[\"echo\"]").expect("430[]").close();
    }

    // ---- emitting

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    @SuppressWarnings("FutureReturnValueIgnored") // there is none: all of them throw
    void reservedNamesCannotBeEmittedByAnyone(String name) throws Exception {
        BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
        engine = Engine.builder().port(0).namespace("/").onConnect(sockets::add).start();
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        Namespace namespace = engine.namespace("/");
        List<Runnable> emits = new ArrayList<>(List.of(
                () -> namespace.emit(name),
                () -> namespace.to("room").emit(name),
                () -> namespace.lossy().emit(name),
                () -> namespace.emitWithAck(name),
                () -> namespace.serverSideEmit(name),
                () -> namespace.serverSideEmitWithAck(name),
                () -> socket.emit(name),
                () -> socket.lossy().emit(name),
                () -> socket.broadcast().emit(name),
                () -> socket.emitWithAck(name),
                () -> socket.timeout(Duration.ofSeconds(1)).emitWithAck(name)));
        for (Runnable emit : emits) {
            IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, emit::run);
            assertEquals(
                    "\"" + name
                            + "\" is reserved by Socket.IO and cannot be emitted in /; choose another name, such as"
                            + " \"app:" + name + "\"",
                    thrown.getMessage());
        }
        assertEquals(0, engine.occupancy().acks());
        socket.emit("fine");
        client.expect("42[\"fine\"]").close();
    }

    @Test
    void theFirstEventsOfANamespacedClientAreHandledInOrder() {
        engine = Engine.builder()
                .port(0)
                .namespace("/chat")
                .on("n", Integer.class, (socket, number) -> {
                    log.add(String.valueOf(number));
                    return Ack.of(number);
                })
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40/chat,");
        for (int i = 0; i < 100; i++) {
            client.send("42/chat," + i + "[\"n\"," + i + "]");
        }
        client.expectConnected();
        for (int i = 0; i < 100; i++) {
            client.expect("43/chat," + i + "[" + i + "]");
            assertEquals(String.valueOf(i), log.poll());
        }
        client.close();
    }
}
