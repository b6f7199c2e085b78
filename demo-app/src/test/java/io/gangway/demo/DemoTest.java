package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {
    private static final JwtSecret SECRET = JwtSecret.random();
    private static final String HANDSHAKE = "/socket.io/?EIO=4&transport=polling";

    private final HttpClient http = HttpClient.newHttpClient();
    private Demo demo;

    @BeforeEach
    void start() {
        demo = Demo.start(new Settings(0, List.of("https://chat.example"), SECRET, Optional.empty()));
    }

    @AfterEach
    void close() {
        demo.close();
    }

    @TestFactory
    Stream<DynamicTest> gatewaysServeTheStockClient() throws Exception {
        return NodeScript.scenarios(33, "gateways.js", url("").toString()); // eleven, over each way to connect
    }

    @TestFactory
    Stream<DynamicTest> gatewaysServeTheStockClientWithAToken() throws Exception {
        return NodeScript.scenarios(30, "members.js", url("").toString(), SECRET.value());
    }

    @TestFactory
    Stream<DynamicTest> gatewaysServeTheStockClientWhileRedisIsAway() throws Exception {
        demo.close();
        demo = Demo.start(new Settings(0, List.of(), SECRET, Optional.of(new RedisUrl("redis://127.0.0.1:1"))));
        return NodeScript.scenarios(33, "gateways.js", url("").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html",
        "/index.html, text/html",
        "/chat.css, text/css",
        "/chat.js, text/javascript",
        "/conversation.js, text/javascript",
        "/people.js, text/javascript",
        "/server.js, text/javascript",
        "/session.js, text/javascript",
        "/icon.svg, image/svg+xml"
    })
    void servesThePageAndItsFiles(String path, String type) throws Exception {
        HttpResponse<String> response = get(path);
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of(type), response.headers().firstValue("Content-Type"));
        assertEquals(Optional.of("no-cache"), response.headers().firstValue("Cache-Control"));
    }

    @Test
    void servesTheClientThatThePageLoads() throws Exception {
        assertTrue(get("/").body().contains("<script src=\"/socket.io/socket.io.js\""));
        for (String name : List.of("socket.io.js", "socket.io.js.map", "socket.io.esm.min.js")) {
            assertEquals(200, get("/socket.io/" + name).statusCode(), name);
        }
    }

    @Test
    void confinesThePageToItsOwnServer() throws Exception {
        String policy = get("/").headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'; "), policy);
        assertTrue(policy.contains("connect-src 'self' ws: wss:;"), policy);
        assertTrue(!policy.contains("unsafe"), policy);
    }

    @Test
    void isHealthyWhenItRuns() throws Exception {
        HttpResponse<String> response = get("/health");
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of("application/json"), response.headers().firstValue("Content-Type"));
        assertEquals("{\"status\":\"ok\"}", response.body());
    }

    @Test
    void isNotHealthyWhileItDrainsAndSendsNewClientsAway() throws Exception {
        demo.drain();
        assertEquals(503, get("/health").statusCode());
        assertEquals("{\"status\":\"draining\"}", get("/health").body());
        HttpResponse<String> refused = get(HANDSHAKE);
        assertEquals(503, refused.statusCode());
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
    }

    @Test
    void tellsPrometheusWhatTheEngineDoes() throws Exception {
        assertEquals(200, get(HANDSHAKE).statusCode());
        HttpResponse<String> response = get("/metrics");
        assertEquals(200, response.statusCode());
        assertEquals(
                Optional.of("text/plain; version=0.0.4; charset=utf-8"),
                response.headers().firstValue("Content-Type"));
        String page = response.body();
        assertTrue(page.contains("\ngangway_connections{transport=\"polling\"} 1.0\n"), page);
        assertTrue(page.contains("gangway_events_seconds_count{event=\"roomMessage\",namespace=\"/\""), page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/nothing", "/health/", "/io/gangway/demo/Main.class", "/simplelogger.properties", "/socket.io2/"
            })
    void knowsNoOtherPath(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertEquals(404, response.statusCode());
        assertEquals(Optional.of("application/json"), response.headers().firstValue("Content-Type"));
        assertEquals("{\"error\":\"Not found\"}", response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health"})
    void takesNoPosts(String path) throws Exception {
        HttpRequest post = HttpRequest.newBuilder(url(path))
                .POST(BodyPublishers.ofString("hello"))
                .build();
        assertEquals(404, http.send(post, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void letsPagesOfAllowedOriginsConnectWithCredentials() throws Exception {
        HttpResponse<String> response = get(HANDSHAKE, "Origin", "https://chat.example");
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of("https://chat.example"), response.headers().firstValue("Access-Control-Allow-Origin"));
        assertEquals(Optional.of("true"), response.headers().firstValue("Access-Control-Allow-Credentials"));
    }

    @Test
    void refusesPagesOfOtherOrigins() throws Exception {
        assertEquals(403, get(HANDSHAKE, "Origin", "https://evil.example").statusCode());
    }

    @Test
    void namesATakenPort() {
        Settings taken = new Settings(demo.port(), List.of(), JwtSecret.random(), Optional.empty());
        String message = assertThrows(UncheckedIOException.class, () -> Demo.start(taken))
                .getMessage();
        assertEquals(
                "cannot listen on port " + demo.port() + ": Address already in use; set PORT to another port", message);
    }

    @Test
    void freesItsPortWhenClosedAndMayBeClosedAgain() {
        int port = demo.port();
        demo.close();
        demo.close();
        demo = Demo.start(new Settings(port, List.of(), JwtSecret.random(), Optional.empty()));
        assertEquals(port, demo.port());
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private URI url(String path) {
        return URI.create("http://localhost:" + demo.port() + path);
    }
}
