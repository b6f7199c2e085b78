package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.NodeClients;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import io.gangway.interceptors.AdmissionLimits;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may come in, asked over the wire on either transport; the rules themselves are in {@code AdmissionLimitsTest}. */
class AdmissionTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Engine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aClientTooManyIsToldByEitherTransportToComeAgain() {
        start(AdmissionLimits.builder().maxConnections(2).retryAfter(Duration.ofSeconds(7)));
        try (WireClient one = WireClient.join(engine.port())) {
            PollingClient two = PollingClient.join(engine.port());
            assertEquals("503, Retry-After 7", poll(""));
            assertEquals("503, Retry-After 7", upgrade(""));

            one.send("420[\"echo\",1]").expect("430[1]");
            two.post("420[\"echo\",2]");
            assertEquals("430[2]", two.poll());
            two.leave();
        }
    }

    @Test
    void whoLeavesMakesRoom() {
        start(AdmissionLimits.builder().maxConnectionsPerAddress(1));
        WireClient first = WireClient.join(engine.port());
        assertEquals("503, Retry-After 10", upgrade(""));
        first.close();
        Eventually.equal("200", () -> poll(""));
        assertEquals("503, Retry-After 10", poll(""), "that one counts, though it is in no namespace yet");
    }

    @Test
    void aConnectionThatBreaksMakesRoomToo() {
        start(AdmissionLimits.builder().maxConnections(1));
        WireClient first = WireClient.join(engine.port());
        first.abort();
        Eventually.equal("101", () -> upgrade(""));
    }

    @Test
    void anUpgradeOfTheTransportIsNoSecondClient() {
        start(AdmissionLimits.builder().maxConnections(1).handshakesPerSecond(1));
        PollingClient polling = PollingClient.join(engine.port());
        WireClient webSocket = WireClient.connect(engine.port(), polling.path("websocket"));
        webSocket
                .send("2probe")
                .expect("3probe")
                .send("5")
                .send("420[\"echo\",1]")
                .expect("430[1]");
        assertEquals("503, Retry-After 10", poll(""));
    }

    @Test
    void moreHandshakesThanTheRateAreToldWhenTheNextOneIsWelcome() {
        start(AdmissionLimits.builder().handshakesPerSecond(1).burst(2));
        long begun = System.nanoTime();
        assertEquals("200", poll(""));
        assertEquals("200", poll(""));
        String next = poll("");
        for (int more = 1; next.equals("200"); more++) {
            Duration passed = Duration.ofNanos(System.nanoTime() - begun);
            assertTrue(passed.toSeconds() >= more, more + " more than the burst after " + passed);
            next = poll(""); // the machine was slow, and a second has earned it
        }
        assertEquals("503, Retry-After 1", next);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // trusted          | forwarded                    | the client's own address
                "                   |                              | 127.0.0.1",
                "                   | 203.0.113.7                  | 127.0.0.1",
                "192.0.2.0/24       | 203.0.113.7                  | 127.0.0.1",
                "127.0.0.1          |                              | 127.0.0.1",
                "127.0.0.1          | 203.0.113.7                  | 203.0.113.7",
                "127.0.0.0/8        | 198.51.100.1, 203.0.113.7    | 203.0.113.7",
                "127.0.0.1          | 203.0.113.7, 198.51.100.1    | 198.51.100.1",
                "127.0.0.1 192.0.2.1| 203.0.113.7, 192.0.2.1       | 203.0.113.7",
                "127.0.0.1 192.0.2.1| 203.0.113.7, x, 192.0.2.1    | 192.0.2.1",
                "127.0.0.1          | 2001:db8::7                  | 2001:db8::7",
                "127.0.0.1          | localhost                    | 127.0.0.1",
                "127.0.0.1          | 203.0.113.7:4711             | 203.0.113.7",
                "127.0.0.1          | '\"[2001:DB8:0::7]:443\"'     | 2001:db8::7"
            })
    void anAddressIsForwardedByTrustedProxiesAlone(String trusted, String forwarded, String address) {
        EngineBuilder builder = Engine.builder().host("127.0.0.1").port(0);
        if (trusted != null) {
            builder.http(http -> http.trustProxies(trusted.split(" ")));
        }
        engine = builder.admission(AdmissionLimits.builder().allow(address).build())
                .start();
        String header = forwarded == null ? "" : forwarded;
        assertEquals("200", poll(header));
        assertEquals("101", upgrade(header));
        engine.close();

        engine = builder.admission(AdmissionLimits.builder().deny(address).build())
                .start();
        assertEquals("403", poll(header));
        assertEquals("403", upgrade(header));
    }

    @Test
    void clientsBehindATrustedProxyAreCountedEachForItself() {
        engine = Engine.builder()
                .host("127.0.0.1")
                .port(0)
                .http(http -> http.trustProxies("127.0.0.1"))
                .admission(AdmissionLimits.builder().maxConnectionsPerAddress(1).build())
                .start();
        assertEquals("200", poll("203.0.113.7"));
        assertEquals("200", poll("203.0.113.8"));
        assertEquals("503, Retry-After 10", poll("203.0.113.7"));
        assertEquals("503, Retry-After 10", upgrade("203.0.113.8"));
    }

    @Test
    void anAdmissionThatAnswersNothingLetsNobodyIn() {
        engine = Engine.builder().port(0).admission(handshake -> null).start();
        try (CapturedLog log = new CapturedLog()) {
            assertEquals("503", poll(""));
            assertEquals("503", upgrade(""));
            assertEquals(
                    2,
                    log.lines().stream()
                            .filter(line -> line.contains("the application's admission failed"))
                            .count());
        }
    }

    @Test
    void aStockClientThatIsOneTooManyComesInWhenThereIsRoom() {
        start(AdmissionLimits.builder().maxConnections(1));
        try (NodeClients clients = new NodeClients()) {
            WireClient first = WireClient.join(engine.port());
            RealClient client = clients.open(engine.port(), RealClient.Introduction.via(RealClient.Via.UPGRADING));
            client.expect("connect_error", "xhr poll error");
            first.close();
            client.expectConnectInTheEnd();
        }
    }

    private void start(AdmissionLimits.Builder limits) {
        engine = Engine.builder()
                .port(0)
                .admission(limits.build())
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .start();
    }

    /** Opens a session by polling; empty: nothing is forwarded. */
    private String poll(String forwardedFor) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(PollingClient.uri(engine.port(), "/socket.io/?EIO=4&transport=polling"));
        if (!forwardedFor.isEmpty()) {
            request.header("X-Forwarded-For", forwardedFor);
        }
        return shown(PollingClient.send(request));
    }

    /** Opens a session by WebSocket, and closes it if it opens. */
    private String upgrade(String forwardedFor) {
        WebSocket.Builder request = HTTP.newWebSocketBuilder();
        if (!forwardedFor.isEmpty()) {
            request.header("X-Forwarded-For", forwardedFor);
        }
        String url = "ws://localhost:" + engine.port() + "/socket.io/?EIO=4&transport=websocket";
        try {
            request.buildAsync(URI.create(url), new WebSocket.Listener() {})
                    .join()
                    .abort();
            return "101";
        } catch (CompletionException refused) {
            return shown(assertInstanceOf(WebSocketHandshakeException.class, refused.getCause())
                    .getResponse());
        }
    }

    private static String shown(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .map(seconds -> response.statusCode() + ", Retry-After " + seconds)
                .orElseGet(() -> String.valueOf(response.statusCode()));
    }
}
