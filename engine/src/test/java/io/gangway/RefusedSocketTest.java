package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** However and wherever a socket is refused, nothing of it is left, and nothing it sent right behind CONNECT is handled. */
class RefusedSocketTest {
    private static final String REFUSED = "44/guarded,{\"message\":\"no\"}";

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> asked = new LinkedBlockingQueue<>();
    private final CompletableFuture<Object> verdict = new CompletableFuture<>();
    private Engine engine;

    /** How an interceptor refuses. */
    private enum How {
        THROWS {
            @Override
            Ack refuse(CompletableFuture<Object> verdict) {
                throw new EngineException("no");
            }
        },
        RETURNS_A_FAILURE {
            @Override
            Ack refuse(CompletableFuture<Object> verdict) {
                return Ack.failed(new EngineException("no"));
            }
        },
        IS_LATE {
            @Override
            Ack refuse(CompletableFuture<Object> verdict) {
                return Ack.later(verdict);
            }
        };

        abstract Ack refuse(CompletableFuture<Object> verdict);
    }

    /** Where it stands. */
    private enum Where {
        ENGINE,
        NAMESPACE,
        GATEWAY
    }

    private record Refusal(How how, Where where, String connect) {}

    static Stream<Refusal> refusals() {
        return Stream.of(How.values())
                .flatMap(how -> Stream.of(Where.values())
                        .flatMap(where -> Stream.of("40/guarded,", "40/guarded,{\"token\":\"bad\"}")
                                .map(connect -> new Refusal(how, where, connect))));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void nothingIsLeftOfIt(Refusal refusal) throws Exception {
        start(refusal);
        try (WireClient other = WireClient.open(engine.port());
                WireClient client = WireClient.open(engine.port())) {
            other.joinNamespace("/open");
            Engine.Occupancy before = engine.occupancy();

            client.send(refusal.connect).send("42/guarded,[\"event\"]").send("42/guarded,1[\"event\"]");
            Socket socket = asked.poll(10, TimeUnit.SECONDS);
            if (refusal.how == How.IS_LATE) {
                assertIsNobody(socket);
                verdict.completeExceptionally(new EngineException("no"));
            }
            client.expect(REFUSED);

            assertIsNobody(socket);
            assertEquals(Set.of(), socket.rooms());
            Eventually.equal(before.acks(), () -> engine.occupancy().acks());
            assertEquals(before.rooms(), engine.occupancy().rooms());
            assertEquals(before.sockets(), engine.occupancy().sockets());
            // Whoever is refused may not even have heard of what went on: the next packet answers something else.
            engine.namespace("/guarded").emit("for nobody");
            engine.namespace("/guarded").to("room", socket.id()).emit("for nobody");
            engine.namespace("/guarded").user("anna").emit("for nobody");
            client.joinNamespace("/open");
            assertEquals(List.of(), List.copyOf(handled), "no handler ran");
        }
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        assertEquals(List.of(), List.copyOf(handled), "no handler ran");
    }

    @ParameterizedTest
    @EnumSource
    void whatComesInOnePostWithTheConnectIsNotHandled(How how) throws Exception {
        start(new Refusal(how, Where.ENGINE, ""));
        PollingClient client = PollingClient.open(engine.port());
        client.post("40/guarded,|42/guarded,[\"event\"]|42/guarded,1[\"event\"]|40/open,");
        if (how == How.IS_LATE) {
            assertIsNobody(asked.poll(10, TimeUnit.SECONDS));
            verdict.completeExceptionally(new EngineException("no"));
        }
        StringBuilder came = new StringBuilder();
        while (!(came.indexOf(REFUSED) >= 0 && came.indexOf("40/open,") >= 0)) {
            came.append(client.poll()).append('|');
        }
        assertEquals(List.of(), List.copyOf(handled), "no handler ran");
        client.leave();
    }

    /** As far as anyone can see. */
    private void assertIsNobody(Socket socket) {
        Namespace guarded = engine.namespace("/guarded");
        assertFalse(socket.isConnected());
        assertEquals(List.of(), List.copyOf(guarded.sockets()));
        assertEquals(Optional.empty(), guarded.socket(socket.id()));
        assertEquals(Set.of(), guarded.roomNames());
    }

    private void start(Refusal refusal) {
        Interceptor refusing = Around.connects((socket, chain) -> {
            if (!socket.namespace().name().equals("/guarded")) {
                return chain.proceed();
            }
            socket.join("room");
            socket.signIn("anna");
            socket.attach(String.class, "something");
            socket.emit("never seen");
            CompletableFuture<Arguments> unused = socket.emitWithAck("never answered");
            asked.add(socket);
            return refusal.how.refuse(verdict);
        });
        EngineBuilder builder = Engine.builder().port(0).connectTimeout(Duration.ofMinutes(1));
        NamespaceBuilder guarded = builder.namespace("/guarded");
        switch (refusal.where) {
            case ENGINE -> builder.intercept(refusing);
            case NAMESPACE -> guarded.intercept(refusing);
            case GATEWAY -> builder.namespace("/guarded", gateway -> gateway.intercept(refusing));
        }
        engine = guarded.onConnect(socket -> handled.add("connect"))
                .onDisconnecting((socket, reason) -> handled.add("disconnecting"))
                .onDisconnect((socket, reason) -> handled.add("disconnect"))
                .onAny(event -> handled.add("any"))
                .on("event", (socket, arguments) -> {
                    handled.add("event");
                    return Ack.of("handled");
                })
                .namespace("/open")
                .start();
    }
}
