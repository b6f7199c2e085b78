package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import io.gangway.auth.JwtInterceptor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The guards and exception filters of NestJS's WebSocket guide, with the stock JavaScript client. */
@ParameterizedClass
@EnumSource(RealClient.Via.class)
class NestGuardScenariosTest {
    private static final String SECRET = "what NestJS's guide calls jwtConstants.secret";

    private static NodeClients clients;

    @Parameter
    RealClient.Via via;

    private final Queue<String> handled = new ConcurrentLinkedQueue<>();
    private Engine engine;

    record ChatMessage(@Nullable String text, @Nullable String username) {}

    @BeforeAll
    static void startNode() {
        clients = new NodeClients();
    }

    @AfterAll
    static void endNode() {
        clients.close();
    }

    @AfterEach
    void stop() {
        clients.forget();
        engine.close();
    }

    private static String token(String subject, long secondsLeft) {
        return JWT.create()
                .withSubject(subject)
                .withExpiresAt(Instant.now().plusSeconds(secondsLeft))
                .sign(Algorithm.HMAC256(SECRET));
    }

    private RealClient.Introduction to(String namespace) {
        return RealClient.Introduction.via(via).namespace(namespace);
    }

    private RealClient open(RealClient.Introduction introduction) {
        return clients.open(engine.port(), introduction);
    }

    private static Map<String, Object> failure(String message) {
        return Map.of("status", "error", "message", message);
    }

    // ---- guards on connect

    private void startSecure() {
        engine = Engine.builder()
                .port(0)
                .namespace(
                        "/secure",
                        secure -> secure.intercept(JwtInterceptor.hmac256(SECRET))
                                .onConnect(socket -> handled.add("connect"))
                                .on("privateMessage", (socket, arguments) -> {
                                    handled.add("privateMessage");
                                    return Ack.of(Map.of(
                                            "from",
                                            socket.attached(DecodedJWT.class).getSubject()));
                                }))
                .start();
    }

    private void expectRefused(RealClient.Introduction introduction, String message) {
        RealClient client = open(introduction);
        client.emit("privateMessage", "sent right behind");
        client.expect("connect_error", message);
        assertEquals(List.of(), List.copyOf(handled));
        assertEquals(0, engine.namespace("/secure").sockets().size());
        assertEquals(0, engine.namespace("/secure").roomNames().size());
    }

    @Test
    void aMissingTokenIsAConnectError() {
        startSecure();
        expectRefused(to("/secure"), "Missing authentication token");
    }

    @Test
    void anInvalidTokenIsAConnectError() {
        startSecure();
        expectRefused(to("/secure").auth("token", "invalid"), "Invalid token");
        String forged = JWT.create()
                .withSubject("1")
                .withExpiresAt(Instant.now().plusSeconds(60))
                .sign(Algorithm.HMAC256("x".repeat(32)));
        expectRefused(to("/secure").auth("token", forged), "Invalid token");
    }

    @Test
    void anExpiredTokenIsAConnectError() {
        startSecure();
        expectRefused(to("/secure").auth("token", token("42", -1)), "Token expired");
    }

    private void expectIn(RealClient.Introduction introduction) {
        RealClient client = open(introduction).expect("connect");
        assertEquals(List.of(Map.of("from", "42")), RealClient.answer(client.call("privateMessage", "hello")));
    }

    @Test
    void aGoodTokenInAuthComesIn() {
        startSecure();
        expectIn(to("/secure").auth("token", token("42", 60)));
    }

    @Test
    void aGoodTokenInTheHeaderComesIn() {
        startSecure();
        expectIn(to("/secure").header("Authorization", "Bearer " + token("42", 60)));
    }

    // ---- guards on events

    @Test
    void aGuardOfOneEventGuardsThatEventAlone() {
        engine = Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        chat -> chat.on("message", (socket, arguments) -> Ack.of("heard"))
                                .on(
                                        "privateMessage",
                                        (socket, arguments) -> Ack.of(socket.attached(DecodedJWT.class)
                                                .getSubject()),
                                        JwtInterceptor.hmac256(SECRET)))
                .start();
        RealClient stranger = open(to("/")).expect("connect");
        assertEquals(List.of("heard"), RealClient.answer(stranger.call("message")));
        assertEquals(
                List.of(failure("Missing authentication token")), RealClient.answer(stranger.call("privateMessage")));
        stranger.emit("privateMessage");
        stranger.expect("exception", failure("Missing authentication token"));

        RealClient known = open(to("/").auth("token", token("42", 60))).expect("connect");
        assertEquals(List.of("42"), RealClient.answer(known.call("privateMessage")));
    }

    // ---- exception filters

    /** The guide's filter: every failure becomes the event {@code error}. */
    private static Interceptor errorEvents() {
        return Interceptor.onError(Throwable.class, (failure, socket) -> {
            String message = failure instanceof EngineException known ? known.getMessage() : "Internal server error";
            Map<String, Object> body = Map.of("status", "error", "error", Map.of("message", message));
            socket.emit("error", body);
            return Ack.of(body);
        });
    }

    private static Gateway failing(Interceptor... filters) {
        return namespace -> {
            for (Interceptor filter : filters) {
                namespace.intercept(filter);
            }
            namespace
                    .on("known", (socket, arguments) -> {
                        throw new EngineException("Not today");
                    })
                    .on("unknown", (socket, arguments) -> {
                        throw new IllegalStateException("a secret of ours");
                    });
        };
    }

    private void expectFiltered(String namespace) {
        RealClient client = open(to(namespace)).expect("connect");
        expectFiltered(client, "known", "Not today");
        expectFiltered(client, "unknown", "Internal server error");
    }

    private static void expectFiltered(RealClient client, String event, String message) {
        Map<String, Object> body = Map.of("status", "error", "error", Map.of("message", message));
        client.emit(event);
        client.expect("error", body);
        assertEquals(List.of(body), RealClient.answer(client.call(event)));
        client.expect("error", body);
    }

    @Test
    void aFilterOfTheEngineFiltersEachNamespace() {
        engine = Engine.builder()
                .port(0)
                .intercept(errorEvents())
                .namespace("/", failing())
                .namespace("/other", failing())
                .start();
        expectFiltered("/");
        expectFiltered("/other");
    }

    @Test
    void aFilterOfANamespaceFiltersThatNamespaceAlone() {
        engine = Engine.builder()
                .port(0)
                .namespace("/filtered", failing(errorEvents()))
                .namespace("/", failing())
                .start();
        expectFiltered("/filtered");
        RealClient client = open(to("/")).expect("connect");
        client.emit("known");
        client.expect("exception", failure("Not today"));
        assertEquals(List.of(failure("Not today")), RealClient.answer(client.call("known")));
    }

    // ---- the guide's validation

    @Test
    void aMessageWithoutTextIsAnError() {
        engine = Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        chat -> chat.on("message", ChatMessage.class, (socket, message) -> {
                            String text = message.text();
                            if (text == null || text.isBlank()) {
                                throw new EngineException("Message text is required");
                            }
                            return Ack.of(Map.of("success", true));
                        }))
                .start();
        RealClient client = open(to("/")).expect("connect");
        assertEquals(
                List.of(failure("Message text is required")),
                RealClient.answer(client.call("message", Map.of("username", "Ada"))));
        client.emit("message", Map.of("username", "Ada", "text", " "));
        client.expect("exception", failure("Message text is required"));
        assertEquals(
                List.of(Map.of("success", true)),
                RealClient.answer(client.call("message", Map.of("username", "Ada", "text", "hello"))));
    }
}
