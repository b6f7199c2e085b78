package io.gangway.annotations;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import io.gangway.Engine;
import io.gangway.annotations.NestGuide.Services;
import io.gangway.clients.NodeClients;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Happening;
import io.gangway.clients.RealClient.Introduction;
import io.gangway.clients.RealClient.Via;
import io.gangway.testing.Eventually;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The five gateways of NestJS's WebSocket guide, written in both styles, with both stock clients. */
@ParameterizedClass
@EnumSource
class NestGuideTest {
    private static final String NOW = NestGuide.NOW.toString();

    private static NodeClients node;
    private static OkHttpClients okHttp;

    @Parameter
    Case written;

    private final Services services = new Services();
    private Engine engine;

    /** A style, and whose client comes. */
    @SuppressWarnings("ImmutableEnumChecker") // makes a guide each time
    enum Case {
        PROGRAMMATIC_JAVASCRIPT(ProgrammaticNestGuide::new),
        PROGRAMMATIC_JAVA(ProgrammaticNestGuide::new),
        ANNOTATED_JAVASCRIPT(AnnotatedNestGuide::new),
        ANNOTATED_JAVA(AnnotatedNestGuide::new);

        private final Supplier<NestGuide> guide;

        Case(Supplier<NestGuide> guide) {
            this.guide = guide;
        }

        boolean isJava() {
            return name().endsWith("_JAVA");
        }
    }

    @BeforeAll
    static void startClients() {
        node = new NodeClients();
        okHttp = new OkHttpClients();
    }

    @AfterAll
    static void endClients() {
        node.close();
        okHttp.close();
    }

    @BeforeEach
    void start() {
        engine = written.guide.get().in(Engine.builder().port(0), services).start();
    }

    @AfterEach
    void stop() {
        node.forget();
        okHttp.forget();
        engine.close();
    }

    private RealClient open(Introduction introduction) {
        return written.isJava() ? okHttp.open(engine.port(), introduction) : node.open(engine.port(), introduction);
    }

    private static Introduction to(String namespace) {
        return Introduction.via(Via.UPGRADING).namespace(namespace);
    }

    private static String token(String subject) {
        return JWT.create()
                .withSubject(subject)
                .withExpiresAt(Instant.now().plusSeconds(600))
                .sign(Algorithm.HMAC256(NestGuide.SECRET));
    }

    private static void answers(RealClient client, Object answer, String event, Object... arguments) {
        assertEquals(List.of(answer), RealClient.answer(client.call(event, arguments)));
    }

    private static Map<String, Object> failure(String message) {
        return Map.of("status", "error", "message", message);
    }

    @Test
    void chat() {
        RealClient ada = open(to("/")).expect("connect");
        RealClient ben = open(to("/")).expect("connect");
        answers(ada, Map.of("success", true), "message", Map.of("text", "hi", "username", "ada"));
        ben.expect("message", Map.of("text", "hi", "username", "ada", "timestamp", NOW));
        answers(ada, failure("Message text is required"), "message", Map.of("username", "ada"));
        ada.emit("message", Map.of("username", "ada"));
        ada.expect("exception", failure("Message text is required")); // and not the message of its own before
        String id = ada.id();
        // Over polling the connection may end before the server has read why.
        Eventually.holds(
                "ada is on a WebSocket",
                () -> engine.namespace("/").sockets().stream()
                        .anyMatch(socket ->
                                socket.id().equals(id) && socket.transport().equals("websocket")));
        ada.disconnect();
        Eventually.holds(
                "the disconnect is noted",
                () -> services.noted.contains("disconnected " + id + ": client namespace disconnect")
                        && services.noted.contains("connected " + id));
    }

    @Test
    void rooms() {
        RealClient ada = open(to("/")).expect("connect");
        RealClient ben = open(to("/")).expect("connect");
        Map<String, String> message = Map.of("roomId", "lobby", "message", "hi");
        answers(ada, Map.of("error", "Not a member of this room"), "roomMessage", message);
        answers(ada, Map.of("joined", "lobby"), "joinRoom", "lobby");
        answers(ben, Map.of("joined", "lobby"), "joinRoom", "lobby");
        ada.expect("userJoined", Map.of("userId", ben.id(), "roomId", "lobby"));
        answers(ben, Map.of("sent", true), "roomMessage", message);
        Map<String, String> posted = Map.of("userId", ben.id(), "message", "hi", "timestamp", NOW);
        ada.expect("roomMessage", posted);
        ben.expect("roomMessage", posted);
        answers(ben, Map.of("left", "lobby"), "leaveRoom", "lobby");
        ada.expect("userLeft", Map.of("userId", ben.id()));
    }

    @Test
    void notifications() {
        RealClient ada = open(to("/notifications").auth("token", token("ada"))).expect("connect");
        RealClient ben = open(to("/notifications").auth("token", token("ben"))).expect("connect");
        answers(ada, Map.of("subscribed", true), "subscribe", "ada");
        answers(ben, failure("You can subscribe to your own notifications alone"), "subscribe", "ada");
        services.notifyUser(engine.namespace("/notifications"), "ada", "for ada");
        services.notifyUser(engine.namespace("/notifications"), "ben", "for ben");
        ada.expect("notification", "for ada");
        ben.expect("notification", "for ben");
    }

    @Test
    void guard() {
        open(to("/secure")).expect("connect_error", "Missing authentication token");
        open(to("/secure").auth("token", "invalid")).expect("connect_error", "Invalid token");
        RealClient ada = open(to("/secure").header("Authorization", "Bearer " + token("ada")))
                .expect("connect");
        answers(ada, Map.of("from", "ada"), "privateMessage", "hello");
    }

    @Test
    void exceptionFilter() {
        RealClient ada = open(to("/filtered")).expect("connect");
        answers(ada, failure("Not today"), "fail", "Not today");
        Happening told = ada.next();
        Map<Object, Object> body = new HashMap<>((Map<?, ?>) told.arguments().get(0));
        body.remove("timestamp");
        assertEquals("error", told.name());
        assertEquals(Map.of("status", "error", "error", Map.of("message", "Not today")), body);
    }
}
