package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.testing.CapturedLog;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose pages may connect, and what CORS tells their browsers. */
class OriginTest {
    private static final String FORBIDDEN = "403 {\"code\":4,\"message\":\"Forbidden\"}";
    private static final String OURS = "http://localhost:3000";
    private static final String FOREIGN = "http://evil.example";

    private Engine engine;
    private RawClient client;

    private void start(EngineBuilder builder) {
        engine = builder.port(0).start();
        client = RawClient.connect(engine.port());
    }

    @AfterEach
    void stop() {
        if (engine != null) {
            client.close();
            engine.close();
        }
    }

    private Response handshake(String origin) {
        return client.get(POLLING, "Origin: " + origin);
    }

    /** The status of an upgrade that a page of this origin asks for. */
    private int upgrade(String origin) {
        return upgrade(WEBSOCKET, origin).status();
    }

    private Response upgrade(String target, String origin) {
        try (RawClient other = RawClient.connect(engine.port())) {
            return other.write(upgradeRequest(target, "Origin: " + origin)).response();
        }
    }

    private void assertAllowed(String origin) {
        assertEquals(200, handshake(origin).status());
        assertEquals(101, upgrade(origin));
    }

    private void assertForbidden(String origin) {
        Response response = handshake(origin);
        assertEquals(FORBIDDEN, response.shown());
        assertEquals(null, response.header("Access-Control-Allow-Credentials"));
        assertEquals(null, response.header("Access-Control-Allow-Origin"));
        Response upgrade = upgrade(WEBSOCKET, origin);
        assertEquals(FORBIDDEN, upgrade.shown());
        assertEquals(null, upgrade.header("Access-Control-Allow-Origin"));
    }

    // ---- which

    @Test
    void byDefaultPagesOfTheSameHostAndNoBrowsersMayConnect() {
        start(Engine.builder());
        assertEquals(200, client.get(POLLING).status());
        assertAllowed("http://localhost");
        assertAllowed("http://LOCALHOST:80");
        assertAllowed("https://localhost"); // TLS may end before us
        Response response = handshake("http://localhost");
        assertEquals(null, response.header("Access-Control-Allow-Origin"));
        assertEquals(null, response.header("Vary"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FOREIGN,
                "http://localhost:81",
                "http://localhost.evil.example",
                "http://evil.example/localhost",
                "https://localhost:8443",
                "null",
                "localhost",
                "file://",
                "*"
            })
    void byDefaultPagesOfOtherHostsMayNot(String origin) {
        start(Engine.builder());
        assertForbidden(origin);
    }

    @Test
    void aSessionOfAnotherPageIsOutOfReach() {
        start(Engine.builder());
        String sid = client.get(POLLING).sid();
        String session = POLLING + "&sid=" + sid;
        assertEquals(FORBIDDEN, client.get(session, "Origin: " + FOREIGN).shown());
        assertEquals(FORBIDDEN, client.post(session, "40", "Origin: " + FOREIGN).shown());
        assertEquals(FORBIDDEN, upgrade(WEBSOCKET + "&sid=" + sid, FOREIGN).shown());
        assertEquals("200 ok", client.post(session, "40").shown());
        client.leave(session);
    }

    @Test
    void listedOriginsMayConnectAndNoOthers() {
        start(Engine.builder().allowOrigins(OURS, "https://Example.com:443").allowOrigins("http://late.example"));
        for (String origin : List.of(OURS, "https://example.com", "http://late.example", "http://localhost")) {
            assertAllowed(origin);
        }
        for (String origin :
                List.of(FOREIGN, "http://example.com", "http://localhost:3001", "https://example.com.evil")) {
            assertForbidden(origin);
        }
        assertEquals(200, client.get(POLLING).status());
    }

    @Test
    void pagesOfNoHostMayConnectIfTheyAreAllowedByName() {
        start(Engine.builder().allowOrigins("null", "file://"));
        for (String origin : List.of("null", "file://")) {
            assertAllowed(origin);
            assertEquals(origin, handshake(origin).header("Access-Control-Allow-Origin"));
            assertEquals(204, preflight(origin).status());
        }
        assertForbidden(FOREIGN);
        assertForbidden("file");
    }

    @Test
    void pagesOfNoHostMayHaveCredentialsButTheLogWarnsOfIt() {
        try (CapturedLog log = new CapturedLog()) {
            start(Engine.builder().allowOrigins("null").allowCredentials());
            assertEquals("true", handshake("null").header("Access-Control-Allow-Credentials"));
            assertTrue(log.complaints().contains("any page on the web can take that origin"), log::text);
        }
    }

    // ---- what the log says

    private String refusedOnce(String... headers) {
        try (CapturedLog log = new CapturedLog()) {
            assertEquals(403, client.get(POLLING, headers).status());
            assertEquals(403, upgradeWith(headers).status());
            assertEquals(403, client.request("OPTIONS", POLLING, headers).status());
            return log.complaints().replaceAll("^.* WARN [^ ]+ - ", "");
        }
    }

    private Response upgradeWith(String... headers) {
        try (RawClient other = RawClient.connect(engine.port())) {
            return other.write(upgradeRequest(WEBSOCKET, headers)).response();
        }
    }

    @Test
    void aRefusedPageIsWarnedOfOnceWithWhatWouldLetItIn() {
        start(Engine.builder().allowOrigins(OURS));
        assertEquals(
                "refused a page of origin http://localhost:5173 with 403: the request names host localhost; to let such pages"
                        + " connect, call allowOrigins(\"http://localhost:5173\") on the engine's builder; if a proxy changed"
                        + " the host, configure it to send X-Forwarded-Host, and call"
                        + " http(http -> http.trustProxies(..))",
                refusedOnce("Origin: http://localhost:5173"));
        assertEquals("", refusedOnce("Origin: http://localhost:5173"));
        assertEquals(
                "refused a page of origin null with 403: files, sandboxed frames and some redirects have this origin; to let"
                        + " such pages connect, call allowOrigins(\"null\") on the engine's builder",
                refusedOnce("Origin: null"));
        assertEquals(
                "refused a page of origin localhost with 403: no page has such an origin",
                refusedOnce("Origin: localhost"));
        assertEquals(
                "refused a page of origin http://" + "x".repeat(193) + "... with 403: no page has such an origin",
                refusedOnce("Origin: http://" + "x".repeat(2000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Host: chat.example.com", "Forwarded: for=203.0.113.7;host=chat.example.com"})
    void aProxyThatIsNotTrustedIsNamed(String forwarded) {
        start(Engine.builder().host("127.0.0.1"));
        assertEquals(
                "refused a page of origin https://chat.example.com with 403: the request comes from 127.0.0.1, which says that"
                        + " it forwards requests for that host; if 127.0.0.1 is your proxy, call"
                        + " http(http -> http.trustProxies(\"127.0.0.1\")),"
                        + " otherwise, to let such pages connect, call allowOrigins(\"https://chat.example.com\") on the"
                        + " engine's builder",
                refusedOnce("Origin: https://chat.example.com", forwarded));
    }

    @Test
    void clientsThatMakeOriginsUpDoNotFillTheLog() {
        start(Engine.builder());
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 150; i++) {
                assertEquals(403, handshake("http://host" + i).status());
            }
            assertEquals(101, log.complaints().lines().count(), log::text);
            assertTrue(log.complaints()
                    .endsWith("100 refused origins have been logged; further ones are logged at level DEBUG"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://x{0}.example", "http://x\"y", "http://<x>", "http://localhost:99999", "http://[::1"})
    void whatIsNoHostIsWarnedOfOnceToo(String origin) {
        start(Engine.builder().http(http -> http.trustProxies("127.0.0.0/8")));
        assertEquals(
                "refused a page of origin " + origin + " with 403: no page has such an origin",
                refusedOnce("Origin: " + origin));
        assertEquals("", refusedOnce("Origin: " + origin));
        assertEquals("", refusedOnce("Origin: " + origin, "X-Forwarded-Host: x{0}.example"));
        assertEquals("", refusedOnce("Origin: " + origin, "X-Forwarded-Host: [::1:3000"));
        assertEquals("", refusedOnce("Origin: " + origin, "Forwarded: host=\"localhost:99999\""));
    }

    @Test
    void whatTheLogSaysLetsThePageIn() {
        List<String> origins =
                List.of("https://app.example:443", "http://app.example:08080", "http://[2001:db8::1]:80");
        start(Engine.builder());
        for (String origin : origins) {
            String logged = refusedOnce("Origin: " + origin);
            assertTrue(logged.contains("allowOrigins(\"" + origin + "\")"), logged);
        }
        stop();
        start(Engine.builder().allowOrigins(origins.toArray(String[]::new)));
        for (String origin : origins) {
            assertAllowed(origin);
            assertEquals(origin, handshake(origin).header("Access-Control-Allow-Origin"));
        }
        assertAllowed("https://app.example");
    }

    // ---- patterns, and all

    @Test
    void originsThatMatchAPatternAsAWholeMayConnect() {
        start(Engine.builder().allowOrigins(Pattern.compile("https://[a-z]+\\.example\\.com")));
        assertAllowed("https://chat.example.com");
        assertForbidden("https://chat.example.com.evil");
        assertForbidden("http://chat.example.com");
        assertEquals(
                "https://chat.example.com",
                handshake("https://chat.example.com").header("Access-Control-Allow-Origin"));
    }

    @Test
    void everyOriginMayConnectIfTheApplicationSaysSo() {
        start(Engine.builder().allowOrigins("*"));
        assertAllowed(FOREIGN);
        assertAllowed("null");
        assertEquals("*", handshake(FOREIGN).header("Access-Control-Allow-Origin"));
        assertEquals("*", client.get(POLLING).header("Access-Control-Allow-Origin"));
    }

    @Test
    void everyOriginWithCredentialsIsRefusedWhenTheEngineIsBuilt() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> Engine.builder().allowOrigins("*").allowCredentials().build());
        assertEquals(true, String.valueOf(refused.getMessage()).contains("Name the origins you trust"));
    }

    // ---- what CORS says

    @Test
    void anAnswerNamesTheOriginAndNothingMore() {
        start(Engine.builder().allowOrigins(OURS));
        Response response = handshake(OURS);
        assertEquals(OURS, response.header("Access-Control-Allow-Origin"));
        assertEquals("Origin", response.header("Vary"));
        assertEquals(null, response.header("Access-Control-Allow-Credentials"));
        assertEquals(null, response.header("Access-Control-Allow-Methods"));
        assertEquals(null, response.header("Access-Control-Allow-Headers"));
        assertEquals(null, response.header("Access-Control-Max-Age"));
        assertEquals("Origin", client.get(POLLING).header("Vary"));
        assertEquals(null, client.get(POLLING).header("Access-Control-Allow-Origin"));
    }

    @Test
    void credentialsAreAllowedIfTheApplicationSaysSo() {
        start(Engine.builder().allowOrigins(OURS).allowCredentials());
        String session = POLLING + "&sid=" + handshake(OURS).sid();
        for (Response response : List.of(
                handshake(OURS),
                client.post(session, "40", "Origin: " + OURS),
                client.get(session, "Origin: " + OURS),
                upgrade(WEBSOCKET, OURS))) {
            assertEquals(OURS, response.header("Access-Control-Allow-Origin"), response.shown());
            assertEquals("true", response.header("Access-Control-Allow-Credentials"), response.shown());
        }
        assertForbidden(FOREIGN);
        client.leave(session);
    }

    @Test
    void refusalsCanBeReadByThePageToo() {
        start(Engine.builder().allowOrigins(OURS).allowCredentials());
        for (Response refused : List.of(
                client.get("/socket.io/?EIO=3&transport=polling", "Origin: " + OURS),
                client.get(POLLING + "&sid=unknown", "Origin: " + OURS),
                client.post(POLLING, "40", "Origin: " + OURS),
                client.get("/socket.io/?EIO=4&transport=tobi", "Origin: " + OURS))) {
            assertEquals(400, refused.status());
            assertEquals(OURS, refused.header("Access-Control-Allow-Origin"), refused.shown());
            assertEquals("true", refused.header("Access-Control-Allow-Credentials"), refused.shown());
        }
    }

    // ---- preflights

    private Response preflight(String origin, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Origin: " + origin;
        all[1] = "Access-Control-Request-Method: POST";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return client.request("OPTIONS", POLLING, all);
    }

    @Test
    void aPreflightIsAnsweredWithWhatIsAllowed() {
        start(Engine.builder().allowOrigins(OURS).allowCredentials());
        Response response = preflight(OURS, "Access-Control-Request-Headers: content-type,x-custom");
        assertEquals("204 ", response.shown());
        assertEquals(OURS, response.header("Access-Control-Allow-Origin"));
        assertEquals("true", response.header("Access-Control-Allow-Credentials"));
        assertEquals("GET, POST, OPTIONS", response.header("Access-Control-Allow-Methods"));
        assertEquals("content-type,x-custom", response.header("Access-Control-Allow-Headers"));
        assertEquals("600", response.header("Access-Control-Max-Age"));
        assertEquals("Origin, Access-Control-Request-Headers", response.header("Vary"));
        // And the connection goes on.
        assertEquals(200, handshake(OURS).status());
    }

    @Test
    void aPreflightOfASessionIsAnsweredToo() {
        start(Engine.builder().allowOrigins(OURS));
        String session = POLLING + "&sid=" + handshake(OURS).sid();
        assertEquals(204, client.request("OPTIONS", session, "Origin: " + OURS).status());
        assertEquals("200 ok", client.post(session, "40", "Origin: " + OURS).shown());
        client.leave(session);
    }

    @Test
    void aPreflightOfAnotherPageIsRefused() {
        start(Engine.builder().allowOrigins(OURS));
        Response response = preflight(FOREIGN);
        assertEquals(FORBIDDEN, response.shown());
        assertEquals(null, response.header("Access-Control-Allow-Origin"));
        assertEquals(null, response.header("Access-Control-Allow-Methods"));
    }

    @Test
    void withEveryOriginAPreflightIsAnsweredToAll() {
        start(Engine.builder().allowOrigins("*"));
        Response response = preflight(FOREIGN);
        assertEquals(204, response.status());
        assertEquals("*", response.header("Access-Control-Allow-Origin"));
        assertEquals(null, response.header("Access-Control-Allow-Credentials"));
    }
}
