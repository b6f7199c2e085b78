package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.PlainClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of plain WebSockets, for the interceptor that Socket.IO's clients have. */
class PlainTokenTest {
    private Engine engine;

    private int start(JwtInterceptor interceptor) {
        engine = Engine.builder()
                .port(0)
                .plainWebSocket("/ws", "/s")
                .namespace(
                        "/s",
                        secure -> secure.intercept(interceptor)
                                .on(
                                        "who",
                                        (socket, arguments) ->
                                                Ack.of(socket.user().orElse(null))))
                .start();
        return engine.port();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static PlainClient open(int port, String token) {
        return PlainClient.open(port, "/ws", builder -> builder.subprotocols("bearer", token));
    }

    @Test
    void theSubjectIsTheUser() {
        try (PlainClient client = open(start(JwtInterceptor.hmac256(Tokens.SECRET)), Tokens.of("42"))) {
            client.connected();
            client.send("{\"event\":\"who\",\"id\":1}");
            assertEquals("{\"id\":1,\"data\":\"42\"}", client.next());
        }
    }

    @ParameterizedTest
    @CsvSource({"bearer, Missing authentication token", "other, Missing authentication token"})
    void withoutATokenNobodyGetsIn(String subprotocol, String why) {
        int port = start(JwtInterceptor.hmac256(Tokens.SECRET));
        try (PlainClient client = PlainClient.open(port, "/ws", builder -> builder.subprotocols(subprotocol))) {
            assertRefused(client, why);
        }
    }

    @Test
    void aBadTokenIsRefused() {
        int port = start(JwtInterceptor.hmac256(Tokens.SECRET));
        try (PlainClient forged = open(port, Tokens.of("42") + "x");
                PlainClient expired = open(port, Tokens.expiring("42", -3600))) {
            assertRefused(forged, "Invalid token");
            assertRefused(expired, "Token expired");
        }
    }

    private static void assertRefused(PlainClient client, String why) {
        assertEquals("{\"event\":\"connect_error\",\"data\":{\"message\":\"" + why + "\"}}", client.next());
        assertEquals("closed 1008 " + why, client.next());
    }

    @Test
    void whoseTokenExpiresIsToldMaySendANewOneAndElseIsDisconnected() {
        MovedClock clock = new MovedClock();
        Duration minute = Duration.ofMinutes(1);
        int port = start(JwtInterceptor.hmac256(Tokens.SECRET).with(clock).watchExpiry(minute));
        try (PlainClient client = open(port, clock.tokenWith(60))) {
            client.connected();
            clock.advance(minute);
            assertEquals("{\"event\":\"auth_expired\"}", client.next());
            client.send("{\"event\":\"reauth\",\"data\":{\"token\":\"" + clock.tokenWith(60) + "\"},\"id\":1}");
            assertEquals("{\"id\":1,\"data\":{\"status\":\"ok\"}}", client.next());
            clock.advance(minute);
            assertEquals("{\"event\":\"auth_expired\"}", client.next());
            clock.advance(minute);
            assertEquals("closed 1008 Token expired", client.next());
        }
    }
}
