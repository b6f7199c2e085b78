package io.gangway.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gangway.connection.CloseReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineIoServerTest extends EngineIoFixture {
    private String refusal(String method, Map<String, String> query, boolean webSocket) {
        return refusal(method, new Query(query, Set.of()), webSocket);
    }

    private String refusal(String method, String query, boolean webSocket) {
        return refusal(method, Query.parse(query), webSocket);
    }

    private String refusal(String method, Query query, boolean webSocket) {
        return assertThrows(EngineIoException.class, () -> server.verify(method, query, webSocket))
                .error()
                .name();
    }

    @Test
    void letsHandshakesIn() throws Exception {
        assertNull(server.verify("GET", Query.parse("EIO=4&transport=polling"), false));
        assertNull(server.verify("GET", Query.parse("EIO=4&transport=websocket"), true));
        assertNull(server.verify("GET", Query.parse("EIO=4&transport=polling&b64=1"), false));
        assertNull(server.verify("GET", query("polling", ""), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "constructor", "__proto__", "tobi", "POLLING", "webtransport"})
    void knowsNoOtherTransports(String transport) {
        assertEquals("UNKNOWN_TRANSPORT", refusal("GET", query(transport, "unknown"), false));
        assertEquals("UNKNOWN_TRANSPORT", refusal("POST", Map.of("transport", transport), true));
    }

    @Test
    void takesTheTransportsItWasToldToAlone() {
        server = server(new EngineIoSettings(
                Duration.ofSeconds(25),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                1_000_000,
                Set.of("websocket"),
                true));
        assertEquals("UNKNOWN_TRANSPORT", refusal("GET", Map.of("EIO", "4", "transport", "polling"), false));
    }

    @ParameterizedTest
    @CsvSource({
        // method, EIO, transport, WebSocket wanted, error: of several faults the first in engine.io's order
        "POST, 4, polling, false, BAD_HANDSHAKE_METHOD",
        "PUT, 3, websocket, false, BAD_HANDSHAKE_METHOD",
        "OPTIONS, 4, polling, false, BAD_HANDSHAKE_METHOD",
        "GET, 3, websocket, false, BAD_REQUEST",
        "GET, 4, polling, true, BAD_REQUEST",
        "GET, 3, polling, false, UNSUPPORTED_PROTOCOL",
        "GET, 4x, polling, false, UNSUPPORTED_PROTOCOL",
        "GET, '', polling, false, UNSUPPORTED_PROTOCOL",
        "GET, 3, websocket, true, UNSUPPORTED_PROTOCOL"
    })
    void refusesHandshakesInEngineIosOrder(
            String method, String protocol, String transport, boolean webSocket, String error) {
        assertEquals(error, refusal(method, Map.of("EIO", protocol, "transport", transport), webSocket));
    }

    @Test
    void refusesAHandshakeWithoutAVersion() {
        assertEquals("UNSUPPORTED_PROTOCOL", refusal("GET", Map.of("transport", "polling"), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "__proto__", "constructor"})
    void knowsItsSessionsAlone(String sid) {
        assertEquals("UNKNOWN_SESSION", refusal("GET", query("polling", sid), false));
        assertEquals("UNKNOWN_SESSION", refusal("PUT", Map.of("transport", "polling", "sid", sid), false));
    }

    @Test
    void takesNoParameterOfTheProtocolTwice() {
        String sid = polling().sid();
        for (String twice :
                List.of("polling&transport=polling", "polling&transport=websocket", "polling&%74ransport")) {
            assertEquals("UNKNOWN_TRANSPORT", refusal("GET", "EIO=4&transport=" + twice, false));
            assertEquals("UNKNOWN_TRANSPORT", refusal("GET", "EIO=4&sid=" + sid + "&transport=" + twice, false));
        }
        for (String twice : List.of(sid + "&sid=" + sid, "&sid=" + sid, sid + "&sid=", "&sid=", sid + "&s%69d=x")) {
            assertEquals("UNKNOWN_SESSION", refusal("GET", "EIO=4&transport=polling&sid=" + twice, false));
            assertEquals("UNKNOWN_SESSION", refusal("POST", "EIO=4&transport=polling&sid=" + twice, false));
            assertEquals("UNKNOWN_SESSION", refusal("GET", "EIO=4&transport=websocket&sid=" + twice, true));
        }
        for (String twice : List.of("4&EIO=4", "4&EIO=3", "3&EIO=4", "4&EI%4F=4")) {
            assertEquals("UNSUPPORTED_PROTOCOL", refusal("GET", "transport=polling&EIO=" + twice, false));
            assertEquals("BAD_REQUEST", refusal("GET", "transport=polling&sid=" + sid + "&EIO=" + twice, false));
        }
    }

    @Test
    void leadsRequestsToTheirSession() throws Exception {
        EngineIoSession session = polling();
        assertSame(session, server.verify("GET", query("polling", session.sid()), false));
        assertSame(session, server.verify("POST", query("polling", session.sid()), false));
        assertSame(session, server.verify("GET", query("websocket", session.sid()), true), "to upgrade");
    }

    @Test
    void refusesWhatDoesNotFitASessionAndLeavesIt() throws Exception {
        EngineIoSession session = polling();
        String sid = session.sid();
        assertEquals("BAD_REQUEST", refusal("GET", query("websocket", sid), false));
        assertEquals("BAD_REQUEST", refusal("GET", query("polling", sid), true));
        assertEquals("BAD_REQUEST", refusal("PUT", query("polling", sid), false));
        assertEquals("BAD_REQUEST", refusal("DELETE", query("polling", sid), false));
        assertEquals("BAD_REQUEST", refusal("GET", Map.of("EIO", "3", "transport", "polling", "sid", sid), false));
        assertEquals("BAD_REQUEST", refusal("GET", Map.of("EIO", "3", "transport", "websocket", "sid", sid), true));
        assertEquals(
                "BAD_REQUEST", refusal("GET", Map.of("EIO", "4", "transport", "polling", "sid", sid, "j", "0"), false));
        assertEquals(FakeExchange.OK, post(session, "4alive").answer());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNKNOWN_TRANSPORT | 400 | {\"code\":0,\"message\":\"Transport unknown\"}",
                "UNKNOWN_SESSION | 400 | {\"code\":1,\"message\":\"Session ID unknown\"}",
                "BAD_HANDSHAKE_METHOD | 400 | {\"code\":2,\"message\":\"Bad handshake method\"}",
                "BAD_REQUEST | 400 | {\"code\":3,\"message\":\"Bad request\"}",
                "FORBIDDEN | 403 | {\"code\":4,\"message\":\"Forbidden\"}",
                "UNSUPPORTED_PROTOCOL | 400 | {\"code\":5,\"message\":\"Unsupported protocol version\"}",
                "PAYLOAD_TOO_LARGE | 413 | {\"code\":3,\"message\":\"Payload too large\"}"
            })
    void saysSoInEngineIosWords(EngineIoError error, int status, String json) {
        assertEquals(status, error.status());
        assertEquals(json, error.json());
    }

    @Test
    void findsASessionOverAsSoonAsItIs() {
        EngineIoSession session = polling();
        // To the tick, and though the timer has not come round.
        clock.advance(Duration.ofSeconds(45).minus(MILLI));
        assertEquals("none", refusal("polling", session));
        clock.advance(MILLI);
        assertEquals("UNKNOWN_SESSION", refusal("polling", session));
        assertEquals(List.of("closed PING_TIMEOUT"), hall.heard());
        assertNothingLeft();
    }

    @Test
    void closesAllItsSessions() {
        EngineIoSession first = polling();
        FakeExchange poll = poll(first);
        FakeTransport webSocket = new FakeTransport();
        EngineIoSession second = server.openWebSocket(REQUEST, webSocket);
        send(second, "last words");
        assertEquals(2, server.sessions());
        server.close();
        flush();
        assertEquals("200 1", poll.answer());
        assertEquals(List.of("4last words", "end"), webSocket.next().subList(1, 3));
        assertEquals(List.of("closed SERVER_SHUTDOWN", "closed SERVER_SHUTDOWN"), hall.heard());
        second.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "as it was told");
        assertNothingLeft();
    }

    @Test
    void abandonsThoseThatWaitForTheirClientsToo() {
        EngineIoSession session = polling();
        send(session, "nobody fetches it");
        FakeTransport webSocket = new FakeTransport();
        EngineIoSession other = server.openWebSocket(REQUEST, webSocket);
        server.abandon();
        flush();
        assertEquals("UNKNOWN_SESSION", refusal("polling", session));
        assertEquals(List.of("closed SERVER_SHUTDOWN", "closed SERVER_SHUTDOWN"), hall.heard());
        other.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "as it was told");
        assertNothingLeft();
    }
}
