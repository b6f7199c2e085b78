package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an application may listen to and change besides the events of its clients. */
class HooksTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private Engine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    private void start(Gateway gateway) {
        engine = Engine.builder().port(0).namespace("/", gateway).start();
    }

    @Test
    void joinsAndLeavesAreTold() {
        start(root -> root.intercept(Around.connects((socket, chain) -> {
                    socket.join("early");
                    return chain.proceed();
                }))
                .on("move", (socket, arguments) -> {
                    socket.join("a", "early");
                    socket.leave("early", "never in");
                    socket.signIn("ada");
                    socket.signIn("bob");
                    return Ack.empty();
                })
                .onJoin((socket, room) -> heard.add("+" + room))
                .onJoin((socket, room) -> {
                    throw new IllegalStateException("on purpose: the others are told");
                })
                .onLeave((socket, room) ->
                        heard.add("-" + room + " " + socket.rooms().contains(room)))
                .onDisconnect((socket, reason) -> heard.add("gone")));
        try (CapturedLog log = new CapturedLog();
                WireClient client = WireClient.join(engine.port())) {
            Eventually.equal(List.of("+early"), () -> List.copyOf(heard));
            client.send("420[\"move\"]").expect("430[]");
            engine.namespace("/").socketsJoin("all");
            engine.namespace("/").socketsJoin("all");
            Eventually.equal(
                    List.of("+early", "+a", "-early false", "+user:ada", "-user:ada false", "+user:bob", "+all"),
                    () -> List.copyOf(heard));
            client.close();
            Eventually.equal("gone", () -> heard.get(heard.size() - 1));
            assertEquals(8, heard.size(), "the rooms left with the namespace are not told: " + heard);
            assertTrue(log.text().contains("a listener of onJoin(..) failed"), log.text());
        }
    }

    @Test
    void aRefusedSocketHasJoinedNothing() {
        start(root -> root.intercept(Around.connects((socket, chain) -> {
                    socket.join("early");
                    throw new UnauthorizedException("no");
                }))
                .onJoin((socket, room) -> heard.add("+" + room)));
        try (WireClient client = WireClient.open(engine.port())) {
            client.send("40").expect("44{\"message\":\"no\"}");
        }
        assertEquals(List.of(), heard);
    }

    @Test
    void anUpgradeIsTold() {
        start(root -> root.onConnect(socket -> heard.add(socket.transport()))
                .onUpgrade(socket -> heard.add("now " + socket.transport())));
        PollingClient polling = PollingClient.join(engine.port());
        Eventually.equal(List.of("polling"), () -> List.copyOf(heard)); // the handler runs after the answer
        try (WireClient client = WireClient.connect(engine.port(), polling.path("websocket"))) {
            client.send("2probe").expect("3probe").send("5");
            Eventually.equal(List.of("polling", "now websocket"), () -> List.copyOf(heard));
        }
    }

    @Test
    void sharedDataAreTold() {
        start(root -> root.onConnect(socket -> socket.share(Map.of("level", 5)))
                .onShare(socket -> heard.add("shared by " + socket.id())));
        try (WireClient client = WireClient.open(engine.port())) {
            String id = client.joinNamespace("/");
            Eventually.equal(List.of("shared by " + id), () -> List.copyOf(heard));
        }
    }

    @Test
    void everyEventSentIsToldOncePerReceiver() {
        start(root -> root.on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("fail", (socket, arguments) -> Ack.failed(new EngineException("no")))
                .onAnyOutgoing(event -> heard.add(event.socket().id() + " " + event.name()
                        + event.arguments().values() + (event.wantsAck() ? " asks" : "")))
                .onAnyOutgoing(event -> {
                    throw new IllegalStateException("on purpose: the event is sent all the same");
                }));
        try (CapturedLog log = new CapturedLog();
                WireClient one = WireClient.open(engine.port());
                WireClient two = WireClient.open(engine.port())) {
            String first = one.joinNamespace("/");
            String second = two.joinNamespace("/");
            Namespace root = engine.namespace("/");
            root.emit("all", 1, "x");
            root.socket(first).orElseThrow().emit("one");
            root.except(first).emitWithAck("ask", 2);
            one.expect("42[\"all\",1,\"x\"]", "42[\"one\"]");
            two.expect("42[\"all\",1,\"x\"]", "420[\"ask\",2]").send("430[]");
            one.send("420[\"echo\",3]").expect("430[3]").send("42[\"fail\"]");
            one.expect("42[\"exception\",{\"status\":\"error\",\"message\":\"no\"}]");
            assertEquals(
                    List.of(
                            first + " all[1, x]",
                            second + " all[1, x]",
                            first + " one[]",
                            second + " ask[2] asks",
                            first + " exception[{status=error, message=no}]"),
                    heard,
                    "an ack is no event");
            assertTrue(log.text().contains("a listener of onAnyOutgoing(..) failed"), log.text());
        }
    }

    record Name(String first, String last) {}

    @Test
    void anInterceptorChangesWhatHandlersAreGiven() {
        Interceptor trims = new Interceptor() {
            @Override
            public Event changeEvent(Event event) {
                return event.with(
                        event.arguments().get(0, String.class).trim(),
                        event.arguments().values().size());
            }
        };
        Interceptor splits = new Interceptor() {
            @Override
            public Event changeEvent(Event event) {
                String[] names = event.arguments().get(0, String.class).split(" ");
                if (names.length != 2) {
                    throw new EngineException("two names, please");
                }
                return event.with(new Name(names[0], names[1]));
            }

            @Override
            public Ack aroundEvent(Event event, Chain chain) {
                heard.add("inner sees " + event.arguments().values());
                return chain.proceed();
            }
        };
        start(root -> root.intercept(Around.events((event, chain) -> {
                    Ack ack = chain.proceed();
                    heard.add("outer sees " + event.arguments().values());
                    return ack;
                }))
                .on("name", Name.class, (socket, name) -> Ack.of(name.last()), trims, splits)
                .on("text", (socket, arguments) -> Ack.of(arguments), trims));
        try (WireClient client = WireClient.join(engine.port())) {
            client.send("420[\"name\",\"  Ada Lovelace \"]").expect("430[\"Lovelace\"]");
            assertEquals(List.of("inner sees [{first=Ada, last=Lovelace}]", "outer sees [  Ada Lovelace ]"), heard);
            client.send("421[\"text\",\" x \"]").expect("431[\"x\",1]");
            client.send("422[\"name\",\" Ada \"]")
                    .expect("432[{\"status\":\"error\",\"message\":\"two names, please\"}]");
            client.send("423[\"name\",7]").expect("433[{\"status\":\"error\",\"message\":\"two names, please\"}]");
        }
    }

    @Test
    void allNamespacesOfARuleAreReached() {
        engine = Engine.builder()
                .port(0)
                .namespace("/", root -> {})
                .namespaces(Pattern.compile("/orders/\\d+"), orders -> {})
                .start();
        try (WireClient client = WireClient.join(engine.port())) {
            client.joinNamespace("/orders/1");
            client.joinNamespace("/orders/2");
            engine.namespaces(Pattern.compile("/orders/.*")).forEach(child -> child.emit("closing"));
            client.expect("42/orders/1,[\"closing\"]", "42/orders/2,[\"closing\"]");
        }
    }
}
