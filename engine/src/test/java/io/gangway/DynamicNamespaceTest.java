package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Namespaces that come into being when a client asks for them, by a pattern or a rule, and go with their last client. */
class DynamicNamespaceTest {
    private final BlockingQueue<Namespace> joined = new LinkedBlockingQueue<>();

    @AutoClose
    private Engine engine;

    private void start(String pattern) {
        engine = Engine.builder()
                .port(0)
                .namespaces(
                        Pattern.compile(pattern),
                        gateway -> gateway.onConnect(socket -> joined.add(socket.namespace()))
                                .on("echo", (socket, arguments) -> Ack.of(arguments)))
                .start();
    }

    private boolean exists(String name) {
        try {
            return engine.namespace(name) != null;
        } catch (NoSuchElementException absent) {
            return false;
        }
    }

    @Test
    void aNameThatMatchesThePatternIsJoined() {
        start("/dynamic-\\d+");
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/dynamic-101");
        client.send("42/dynamic-101,0[\"echo\",1]").expect("43/dynamic-101,0[1]");
        assertEquals("/dynamic-101", engine.namespace("/dynamic-101").name());
        engine.namespace("/dynamic-101").emit("hello");
        client.expect("42/dynamic-101,[\"hello\"]").close();
    }

    @Test
    void anEnginesNamespacesAreThoseBuiltAndThoseWithClients() {
        engine = Engine.builder()
                .port(0)
                .namespace("/news", gateway -> {})
                .namespaces(Pattern.compile("/dynamic-\\d"), gateway -> {})
                .namespace("/chat")
                .start();
        List<Namespace> before = engine.namespaces();
        assertEquals(List.of("/", "/chat", "/news"), namesOf(before));
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/dynamic-1");
        assertEquals(List.of("/", "/chat", "/dynamic-1", "/news"), namesOf(engine.namespaces()));
        assertSame(engine.namespace("/dynamic-1"), engine.namespaces().get(2), "what is there, not something like it");
        assertEquals(List.of("/", "/chat", "/news"), namesOf(before), "a list that was handed out stays as it is");
        assertThrows(UnsupportedOperationException.class, before::clear);
        client.close();
        Eventually.equal(List.of("/", "/chat", "/news"), () -> namesOf(engine.namespaces()));
    }

    private static List<String> namesOf(List<Namespace> namespaces) {
        return namespaces.stream().map(Namespace::name).toList();
    }

    @Test
    void theWholeNameHasToMatch() {
        start("/dynamic-\\d+");
        WireClient client = WireClient.open(engine.port());
        for (String name : List.of("/dynamic-", "/dynamic-1x", "/x/dynamic-1", "/dynamic-1/y", "/dynamic-1\n")) {
            client.send("40" + name + ",").expect("44" + name + ",{\"message\":\"Invalid namespace\"}");
        }
        client.close();
    }

    @Test
    void aRuleSeesTheNameAndTheHandshakeWithTheAuthPayload() {
        engine = Engine.builder()
                .port(0)
                .namespaces(
                        (name, handshake) ->
                                name.equals("/of-" + handshake.auth("user").orElse("")),
                        gateway -> gateway.on("echo", (socket, arguments) -> Ack.of(arguments)))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40/of-ada,{\"user\":\"bob\"}").expect("44/of-ada,{\"message\":\"Invalid namespace\"}");
        client.send("40/of-ada").expect("44/of-ada,{\"message\":\"Invalid namespace\"}");
        client.send("40/of-ada,{\"user\":\"ada\"}").expectConnected();
        client.close();
    }

    @Test
    void aRuleMayBlockAndThrowAndOnlyWhatItMeansForTheClientIsTold() {
        try (CapturedLog log = new CapturedLog()) {
            engine = Engine.builder()
                    .port(0)
                    .namespaces(
                            (name, handshake) -> {
                                switch (name) {
                                    case "/meant" -> throw new EngineException("not you", List.of(1));
                                    case "/checked" -> throw new IOException("the database is down");
                                    case "/error" -> throw new AssertionError("a bug");
                                    case "/deep" -> throw new StackOverflowError();
                                    default -> {
                                        return name.startsWith("/ok");
                                    }
                                }
                            },
                            gateway -> {})
                    .start();
            WireClient client = WireClient.open(engine.port());
            client.send("40/meant,").expect("44/meant,{\"message\":\"not you\",\"data\":[1]}");
            for (String name : List.of("/checked", "/error", "/deep")) {
                client.send("40" + name + ",");
                String refusal = client.next();
                assertEquals(
                        "44" + name + ",{\"message\":\"Internal server error\"",
                        refusal.replaceAll("(,\"data\":.*)?}$", ""));
            }
            client.joinNamespace("/ok");
            client.close();
            assertEquals(true, log.text().contains("the database is down"), log.text());
        }
    }

    @Test
    void theFirstRuleThatAllowsANameDecidesWhatItDoes() {
        engine = Engine.builder()
                .port(0)
                .namespaces(
                        Pattern.compile("/a.*"),
                        gateway -> gateway.on("who", (socket, arguments) -> Ack.of("pattern a")))
                .namespaces((name, handshake) -> true, gateway -> gateway.on("who", (socket, data) -> Ack.of("any")))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/abc");
        client.joinNamespace("/xyz");
        client.send("42/abc,0[\"who\"]").expect("43/abc,0[\"pattern a\"]");
        client.send("42/xyz,0[\"who\"]").expect("43/xyz,0[\"any\"]").close();
    }

    @Test
    void aNamespaceThatWasNamedComesBeforeAnyRule() {
        engine = Engine.builder()
                .port(0)
                .namespaces(Pattern.compile("/.*"), gateway -> gateway.on("who", (socket, data) -> Ack.of("rule")))
                .namespace("/chat")
                .on("who", (socket, data) -> Ack.of("named"))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/chat");
        client.send("42/chat,0[\"who\"]").expect("43/chat,0[\"named\"]").close();
        Eventually.equal(0, () -> engine.namespace("/chat").sockets().size());
        assertEquals(true, exists("/chat"), "named ones stay");
    }

    @Test
    void interceptorsAndHandlersOfTheRuleApplyToEachOfItsNamespaces() {
        AtomicInteger connects = new AtomicInteger();
        engine = Engine.builder()
                .port(0)
                .namespaces(
                        Pattern.compile("/room-\\d"),
                        gateway -> gateway.intercept(Around.connects((socket, chain) -> {
                                    connects.incrementAndGet();
                                    return socket.namespace().name().equals("/room-9")
                                            ? Ack.failed(new EngineException("full"))
                                            : chain.proceed();
                                }))
                                .on(
                                        "where",
                                        (socket, data) ->
                                                Ack.of(socket.namespace().name())))
                .start();
        WireClient client = WireClient.open(engine.port());
        for (int i = 0; i < 9; i++) {
            client.joinNamespace("/room-" + i);
            client.send("42/room-" + i + ",0[\"where\"]").expect("43/room-" + i + ",0[\"/room-" + i + "\"]");
        }
        client.send("40/room-9,").expect("44/room-9,{\"message\":\"full\"}").close();
        assertEquals(10, connects.get());
    }

    @Test
    void aNamespaceGoesWithItsLastSocketAndNotBefore() {
        start("/d.*");
        WireClient one = WireClient.open(engine.port());
        WireClient two = WireClient.open(engine.port());
        one.joinNamespace("/d");
        two.joinNamespace("/d");
        one.send("41/d,");
        Eventually.equal(1, () -> engine.namespace("/d").sockets().size());
        assertEquals(true, exists("/d"));
        two.send("41/d,");
        Eventually.holds("the namespace is gone", () -> !exists("/d"));
        one.close();
        two.close();
    }

    @Test
    void aNamespaceGoesWhenItsLastClientIsLost() {
        start("/d.*");
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/d");
        client.abort();
        Eventually.holds("the namespace is gone", () -> !exists("/d"));
    }

    @Test
    void aNamespaceWhoseOnlyClientWasRefusedGoes() {
        engine = Engine.builder()
                .port(0)
                .namespaces(
                        Pattern.compile("/d.*"),
                        gateway -> gateway.intercept(Around.connects(
                                (socket, chain) -> Ack.failed(new UnauthorizedException("who are you?")))))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40/d,").expect("44/d,{\"message\":\"who are you?\"}");
        Eventually.holds("the namespace is gone", () -> !exists("/d"));
        client.close();
    }

    @Test
    void aRefusalDoesNotEndANamespaceThatOthersAreIn() {
        engine = Engine.builder()
                .port(0)
                .namespaces(
                        Pattern.compile("/d.*"),
                        gateway -> gateway.intercept(Around.connects((socket, chain) ->
                                socket.handshake().auth("token").isPresent()
                                        ? chain.proceed()
                                        : Ack.failed(new UnauthorizedException("who are you?")))))
                .start();
        WireClient in = WireClient.open(engine.port());
        in.send("40/d,{\"token\":\"t\"}").expectConnected();
        WireClient out = WireClient.open(engine.port());
        out.send("40/d,").expect("44/d,{\"message\":\"who are you?\"}").close();
        engine.namespace("/d").emit("still here");
        in.expect("42/d,[\"still here\"]").close();
    }

    @Test
    void aNamespaceThatIsGoneComesBackAsANewOne() throws Exception {
        start("/d.*");
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/d");
        client.send("41/d,");
        Eventually.holds("the namespace is gone", () -> !exists("/d"));
        client.joinNamespace("/d");
        client.send("42/d,0[\"echo\",2]").expect("43/d,0[2]");
        assertNotSame(joined.poll(10, TimeUnit.SECONDS), joined.poll(10, TimeUnit.SECONDS));
        client.close();
    }

    @Test
    void askingForOneThatIsNotThereFails() {
        start("/d.*");
        NoSuchElementException thrown = assertThrows(NoSuchElementException.class, () -> engine.namespace("/d"));
        assertEquals("no namespace \"/d\"; there are [/]", thrown.getMessage());
    }

    @Test
    void firstConnectsAtTheSameTimeMakeOneNamespace() throws Exception {
        CountDownLatch allAsked = new CountDownLatch(30);
        engine = Engine.builder()
                .port(0)
                .namespaces(
                        (name, handshake) -> {
                            allAsked.countDown();
                            return allAsked.await(10, TimeUnit.SECONDS); // all look before the first one creates
                        },
                        gateway -> gateway.onConnect(socket -> joined.add(socket.namespace())))
                .start();
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(WireClient.open(engine.port()));
        }
        clients.forEach(client -> client.send("40/d,"));
        clients.forEach(WireClient::expectConnected);
        Eventually.equal(30, joined::size);
        Set<Namespace> distinct = ConcurrentHashMap.newKeySet();
        distinct.addAll(joined);
        assertEquals(1, distinct.size());
        assertEquals(30, engine.namespace("/d").sockets().size());
        engine.namespace("/d").emit("all");
        clients.forEach(client -> client.expect("42/d,[\"all\"]"));
        clients.forEach(WireClient::close);
        Eventually.holds("the namespace is gone", () -> !exists("/d"));
    }

    @Test
    void clientsThatComeWhileTheLastOneLeavesAlwaysFindANamespace() {
        start("/d.*");
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(WireClient.open(engine.port()));
        }
        for (int round = 0; round < 50; round++) {
            clients.forEach(client -> client.send("40/d,"));
            clients.forEach(client -> {
                client.expectConnected();
                client.send("42/d,0[\"echo\",1]").expect("43/d,0[1]");
                client.send("41/d,");
            });
        }
        Eventually.holds("the namespace is gone", () -> !exists("/d"));
        clients.forEach(WireClient::close);
    }

    @Test
    void noMoreComeIntoBeingThanTheCapAllowsAndTheirNumberFallsAgain() {
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxDynamicNamespaces(3))
                .namespaces(Pattern.compile("/d.*"), gateway -> {})
                .start();
        WireClient client = WireClient.open(engine.port());
        for (int i = 0; i < 3; i++) {
            client.joinNamespace("/d" + i);
        }
        try (CapturedLog log = new CapturedLog()) {
            client.send("40/d3,").expect("44/d3,{\"message\":\"Too many namespaces\"}");
            assertTrue(log.text().contains("refused a dynamic namespace: 3 exist already"), log.text());
        }
        WireClient other = WireClient.open(engine.port());
        other.joinNamespace("/d1"); // which is there
        client.send("41/d0,");
        Eventually.holds("one is gone", () -> !exists("/d0"));
        client.joinNamespace("/d3");
        client.close();
        other.close();
        Eventually.holds("all are gone", () -> !exists("/d1") && !exists("/d2") && !exists("/d3"));
    }

    @Test
    void oneConnectionCannotBringThousandsIntoBeing() {
        start("/d.*");
        WireClient client = WireClient.open(engine.port());
        for (int i = 0; i < 100; i++) {
            client.joinNamespace("/d" + i);
        }
        client.send("40/d100,").expect("closed 1002");
        Eventually.holds("all are gone", () -> !exists("/d0") && !exists("/d99"));
    }
}
