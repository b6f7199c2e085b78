package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.CleanLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long polling answers are gzipped for clients that take it. */
class HttpCompressionTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    /** For most tests: to close it takes a second, because a polling client has stopped polling. */
    private static Engine shared;

    private Engine engine;
    private Server jetty;
    private int port;

    @BeforeAll
    static void startShared() {
        shared = buffering(Engine.builder()).port(0).start();
    }

    private static EngineBuilder buffering(EngineBuilder builder) {
        return builder.limits(limits -> limits.maxBuffered(10_000_000));
    }

    @AfterAll
    static void stopShared() {
        shared.close();
    }

    @BeforeEach
    void useShared() {
        engine = shared;
        port = engine.port();
    }

    private void start(EngineBuilder builder) {
        engine = buffering(builder).port(0).start();
        port = engine.port();
    }

    @AfterEach
    void stop() throws Exception {
        if (engine != shared) {
            engine.close();
        }
        if (jetty != null) {
            jetty.stop();
        }
    }

    /** The answer to a poll that finds this event. */
    private HttpResponse<byte[]> poll(String text, String... headers) {
        PollingClient client = PollingClient.join(port);
        engine.namespace("/").emit("text", text);
        HttpRequest.Builder request = client.request();
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> response = send(request);
        assertEquals(200, response.statusCode());
        assertEquals("42[\"text\",\"" + text + "\"]", body(response));
        assertEquals("no-store", response.headers().firstValue("cache-control").orElse(""));
        client.leave();
        return response;
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(WireClient.PATIENCE).build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static String encoding(HttpResponse<byte[]> response) {
        return String.join(",", response.headers().allValues("content-encoding"));
    }

    private static String body(HttpResponse<byte[]> response) {
        if (!encoding(response).equals("gzip")) {
            return new String(response.body(), UTF_8);
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            return new String(gzip.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void from1024BytesOnAnAnswerIsGzipped() {
        int around = "42[\"text\",\"\"]".length();
        HttpResponse<byte[]> small = poll("x".repeat(1023 - around), "Accept-Encoding", "gzip, deflate, br");
        assertEquals("", encoding(small));
        HttpResponse<byte[]> large = poll("x".repeat(1024 - around), "Accept-Encoding", "gzip, deflate, br");
        assertEquals("gzip", encoding(large));
        assertEquals("Accept-Encoding", large.headers().firstValue("vary").orElse(""));
        assertTrue(large.body().length < 100, () -> large.body().length + " bytes");
        assertEquals("gzip", encoding(poll("\u20ac".repeat(200_000), "Accept-Encoding", "gzip")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | gzip", "GZIP | gzip", "x-gzip | gzip", "* | gzip", "gzip;q=0.001 | gzip",
                        "br;q=1, gzip; q=0.5 | gzip",
                "gzip;q=0 | ''", "gzip;q=0, * | ''", "*;q=0 | ''", "identity | ''", "br | ''", "deflate | ''",
                "identity;q=1, gzip;q=0.5 | ''", "gzip;q=nonsense | ''", "gzip;q=2 | ''", "gzip;level=9 | ''",
                        "gzipped | ''"
            })
    void acceptEncodingDecides(String accepted, String encoding) {
        HttpResponse<byte[]> response = poll("x".repeat(2_000), "Accept-Encoding", accepted);
        assertEquals(encoding, encoding(response));
        assertEquals("Accept-Encoding", response.headers().firstValue("vary").orElse(""));
    }

    @Test
    void whoDoesNotAskGetsTheBytesAsTheyAre() {
        assertEquals("", encoding(poll("x".repeat(2_000))));
    }

    @Test
    void withoutHttpCompressionNothingIs() {
        start(Engine.builder().http(http -> http.withoutCompression()));
        HttpResponse<byte[]> response = poll("x".repeat(2_000), "Accept-Encoding", "gzip");
        assertEquals("", encoding(response));
        assertTrue(response.headers().firstValue("vary").isEmpty());
    }

    @Test
    void whatDoesNotGetShorterIsSentAsItIs() {
        String noise = new Random(1)
                .ints(1_200, 0xa1, 0x2000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String dense = noise.replaceAll("[^\\u0800-\\u1fff]", "\u0900");
        HttpResponse<byte[]> response = poll(dense, "Accept-Encoding", "gzip");
        assertTrue(response.body().length <= dense.getBytes(UTF_8).length + 20);
    }

    @Test
    void varyStillTellsOfOrigins() {
        start(Engine.builder().allowOrigins("https://app.example"));
        HttpResponse<byte[]> response =
                poll("x".repeat(2_000), "Accept-Encoding", "gzip", "Origin", "https://app.example");
        assertEquals("gzip", encoding(response));
        assertEquals(
                "Origin,Accept-Encoding",
                String.join(",", response.headers().allValues("vary")).replace(" ", ""));
    }

    @Test
    @SuppressWarnings("removal") // its successor is an artifact of its own, and as careful
    void jettysOwnCompressionDoesNotCompressItOnceMore() throws Exception {
        engine = buffering(Engine.builder()).build();
        jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        jetty.addConnector(connector);
        GzipHandler compressing = new GzipHandler();
        compressing.setHandler(engine.handler());
        jetty.setHandler(compressing);
        jetty.start();
        port = connector.getLocalPort();
        assertEquals("gzip", encoding(poll("x".repeat(2_000), "Accept-Encoding", "gzip")));
        assertEquals("gzip", encoding(poll("x".repeat(200_000), "Accept-Encoding", "gzip")));
    }

    @Test
    void aCompressedBodyIsRefusedAndTheSessionLivesOn() {
        PollingClient client = PollingClient.join(port);
        for (String encoding : new String[] {"gzip", "deflate", "identity, gzip"}) {
            HttpResponse<byte[]> refused = send(client.request()
                    .header("Content-Encoding", encoding)
                    .POST(BodyPublishers.ofByteArray(new byte[] {0x1f, (byte) 0x8b})));
            assertEquals(415, refused.statusCode());
            assertEquals("{\"code\":3,\"message\":\"Unsupported content encoding\"}", body(refused));
            assertEquals(
                    "identity", refused.headers().firstValue("accept-encoding").orElse(""));
        }
        assertEquals(
                "ok",
                body(send(
                        client.request().header("Content-Encoding", "identity").POST(BodyPublishers.ofString("3")))));
        engine.namespace("/").emit("still", "here");
        assertEquals("42[\"still\",\"here\"]", client.poll());
    }

    @Test
    void aWebSocketIsNeverCompressed() {
        try (RawClient client = RawClient.connect(port)) {
            RawClient.Response response = client.write(RawClient.upgradeRequest(
                            RawClient.WEBSOCKET,
                            "Accept-Encoding: gzip",
                            "Sec-WebSocket-Extensions: permessage-deflate"))
                    .response();
            assertEquals(101, response.status());
            assertNull(response.header("content-encoding"));
            assertNull(response.header("sec-websocket-extensions"));
            assertEquals('0', client.next().charAt(0));
            client.send("40");
            RawClient.assertConnected(client.next());
            engine.namespace("/").emit("text", "x".repeat(2_000));
            client.expect("42[\"text\",\"" + "x".repeat(2_000) + "\"]");
        }
        assertEquals(
                400,
                send(HttpRequest.newBuilder(PollingClient.uri(port, POLLING)).method("HEAD", BodyPublishers.noBody()))
                        .statusCode());
    }
}
