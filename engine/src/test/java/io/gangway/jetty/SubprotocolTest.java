package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Holdings;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.testing.CapturedLog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that offer WebSocket subprotocols give up unless one of them is answered. */
class SubprotocolTest {
    private static final String HEADER = "Sec-WebSocket-Protocol";

    private CapturedLog log;

    @BeforeEach
    void listen() {
        log = new CapturedLog();
    }

    @AfterEach
    void stopListening() {
        log.close();
        assertFalse(log.text().contains("token"), "an offer may hold a token, and stands in no log");
    }

    private static Response ask(int port, String target, String... headers) {
        try (RawClient client = RawClient.connect(port)) {
            return client.write(upgradeRequest(target, headers)).response();
        }
    }

    private static String answered(EngineBuilder builder, String... headers) {
        try (Engine engine = builder.port(0).start()) {
            Response response = ask(engine.port(), WEBSOCKET, headers);
            assertEquals(101, response.status(), response.body());
            return response.header(HEADER);
        }
    }

    @Test
    void theFirstThatIsOfferedIsAnswered() {
        assertNull(answered(Engine.builder()));
        assertEquals("chat-v1", answered(Engine.builder(), HEADER + ": chat-v1"));
        assertEquals("b", answered(Engine.builder(), HEADER + ":  b ,\ta"));
        assertEquals(
                "b",
                answered(
                        Engine.builder().http(http -> http.webSocketOnly()),
                        HEADER + ": , b,",
                        "sec-websocket-protocol: a"));
    }

    @Test
    void theOneThatTheEnginePrefersIsAnsweredOrNone() {
        assertEquals("v2", answered(Engine.builder().http(http -> http.subprotocols("v2", "v1")), HEADER + ": v1, v2"));
        assertEquals(
                "v1", answered(Engine.builder().http(http -> http.subprotocols("v2", "v1")), HEADER + ": token, v1"));
        assertNull(answered(Engine.builder().http(http -> http.subprotocols("v2")), HEADER + ": V2, v1"));
    }

    @Test
    void theApplicationChooses() {
        AtomicReference<List<String>> seen = new AtomicReference<>();
        EngineBuilder choosing = Engine.builder()
                .http(http -> http.subprotocols((offered, handshake) -> {
                    seen.set(offered);
                    return handshake.header("x-client").map("chat-"::concat);
                }));
        assertEquals("chat-ios", answered(choosing, HEADER + ": bearer.token", HEADER + ": chat-ios", "X-Client: ios"));
        assertEquals(List.of("bearer.token", "chat-ios"), seen.get());
        assertNull(answered(choosing, HEADER + ": chat-ios"));
        seen.set(null);
        assertNull(answered(choosing, "X-Client: ios"));
        assertNull(seen.get(), "who offers nothing is not asked about");
    }

    @Test
    void aChoiceThatFailsRefusesTheClientAndIsLogged() {
        EngineBuilder invents =
                Engine.builder().port(0).http(http -> http.subprotocols((offered, handshake) -> Optional.of("mine")));
        EngineBuilder throwing = Engine.builder()
                .port(0)
                .http(http -> http.subprotocols((offered, handshake) -> {
                    throw new IllegalStateException("broken");
                }));
        for (EngineBuilder builder : List.of(invents, throwing)) {
            try (Engine engine = builder.start()) {
                assertEquals(
                        500, ask(engine.port(), WEBSOCKET, HEADER + ": token").status());
                assertEquals(Holdings.NONE, Holdings.of(engine));
            }
        }
        assertTrue(
                log.complaints().contains("refused a WebSocket: the application's choice of a subprotocol failed"),
                log::text);
    }

    @Test
    void itIsAnsweredOnTheUpgradeFromPollingToo() {
        try (Engine engine =
                Engine.builder().port(0).http(http -> http.subprotocols("v1")).start()) {
            String session = POLLING + "&sid=" + RawClient.handshake(engine.port());
            Response response =
                    ask(engine.port(), session.replace("polling", "websocket"), HEADER + ": token", HEADER + ": v1");
            assertEquals(101, response.status());
            assertEquals("v1", response.header(HEADER));
        }
    }

    @Test
    void itIsAnsweredByAMountedEngine() throws Exception {
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        jetty.addConnector(connector);
        jetty.setHandler(Engine.builder().build().handler());
        jetty.start();
        try {
            assertEquals(
                    "v1",
                    ask(connector.getLocalPort(), WEBSOCKET, HEADER + ": v1").header(HEADER));
        } finally {
            jetty.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a b", "a,a", "\"a\"", "a;b=token", "a/b", "{\"token\":1}", "t\u00f6ken"})
    void anOfferThatIsNoListOfDifferentTokensIsABadRequest(String offer) {
        try (Engine engine = Engine.builder().port(0).start()) {
            assertEquals(
                    400, ask(engine.port(), WEBSOCKET, HEADER + ": " + offer).status());
            assertEquals(
                    400,
                    ask(engine.port(), WEBSOCKET, HEADER + ": x", HEADER + ": " + offer)
                            .status());
            assertEquals(Holdings.NONE, Holdings.of(engine));
        }
    }

    @Test
    void theSameNameOnTwoLinesIsABadRequest() {
        try (Engine engine = Engine.builder().port(0).start()) {
            assertEquals(
                    400,
                    ask(engine.port(), WEBSOCKET, HEADER + ": a", HEADER + ": a")
                            .status());
        }
    }

    @Test
    void theBuilderRefusesWhatNoHeaderCanHold() {
        EngineBuilder builder = Engine.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.http(http -> http.subprotocols()));
        assertThrows(IllegalArgumentException.class, () -> builder.http(http -> http.subprotocols("v1", "v1")));
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> builder.http(http -> http.subprotocols("chat/v1")))
                        .getMessage()
                        .contains("chat/v1"));
    }
}
