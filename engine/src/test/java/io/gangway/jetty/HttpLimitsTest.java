package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.head;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Socket;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large a request's head may be, and how long a connection may be idle, on a port of the engine's own. */
class HttpLimitsTest {
    private Engine engine;

    private void start(EngineBuilder builder) {
        engine = builder.port(0)
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .start();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static String cookie(int bytes) {
        return "Cookie: a=" + "x".repeat(bytes);
    }

    private Response get(String target, String... headers) {
        try (RawClient client = RawClient.connect(engine.port())) {
            return client.get(target, headers);
        }
    }

    private int upgrade(String... headers) {
        try (RawClient client = RawClient.connect(engine.port())) {
            return client.write(upgradeRequest(WEBSOCKET, headers)).response().status();
        }
    }

    // ---- heads

    @ParameterizedTest
    @ValueSource(ints = {7_000, 10_000, 16_000})
    void aHeadMayHave16Kib(int bytes) {
        start(Engine.builder());
        assertEquals(200, get(POLLING, cookie(bytes)).status());
        assertEquals(200, get(POLLING, cookie(bytes / 2), cookie(bytes / 2)).status());
        assertEquals(200, get(POLLING + "&a=" + "x".repeat(bytes)).status());
        assertEquals(101, upgrade(cookie(bytes)));
    }

    @Test
    void aLargerOneIsRefusedAndTheLogSaysWhatHelps() {
        start(Engine.builder());
        try (CapturedLog log = new CapturedLog()) {
            assertEquals(
                    "431 {\"code\":3,\"message\":\"Request Header Fields Too Large\"}",
                    get(POLLING, cookie(17_000)).shown());
            assertEquals(431, upgrade(cookie(17_000)));
            assertEquals(414, get(POLLING + "&a=" + "x".repeat(17_000)).status());
            assertEquals(1, log.complaints().lines().count(), log::text);
            log.expectComplaint(
                    "refused a request with 431: its header section is larger than 16384 bytes; to allow larger cookies"
                            + " and queries, raise http(http -> http.maxHeaderSize(..)) on the engine's builder");
        }
        assertEquals(200, get(POLLING).status());
    }

    @Test
    void theApplicationMayTakeMoreOrLess() {
        start(Engine.builder().http(http -> http.maxHeaderSize(64 * 1024)));
        assertEquals(200, get(POLLING, cookie(60_000)).status());
        assertEquals(101, upgrade(cookie(60_000)));
        engine.close();
        start(Engine.builder().http(http -> http.maxHeaderSize(2048)));
        assertEquals(200, get(POLLING, cookie(1_500)).status());
        assertEquals(431, get(POLLING, cookie(2_500)).status());
    }

    // ---- idle connections

    @Test
    void anIdleConnectionIsClosedButNoPollThatWaitsAndNoWebSocket() {
        start(Engine.builder().http(http -> http.idleTimeout(Duration.ofSeconds(1)))); // a poll may wait for 25 s
        // Each request on a connection of its own, lest it be idle before the next.
        String session = POLLING + "&sid=" + get(POLLING).sid();
        try (RawClient client = RawClient.connect(engine.port())) {
            assertEquals("200 ok", client.post(session, "40").shown());
        }
        RawClient.assertConnected(get(session).body());
        try (RawClient polls = RawClient.connect(engine.port()).write(head("GET", session));
                RawClient webSocket = RawClient.join(engine.port())) {
            Eventually.holds(
                    "the poll waits",
                    () -> engine.namespace("/").sockets().stream().allMatch(Socket::isWritable));
            for (int i = 0; i < 2; i++) {
                try (RawClient idle = RawClient.connect(engine.port())) {
                    assertEquals(200, idle.get(POLLING).status());
                    idle.expectEnd(); // by when the others have been idle for longer
                }
            }
            engine.namespace("/").emit("late");
            assertEquals("200 42[\"late\"]", polls.response().shown());
            webSocket.expect("42[\"late\"]").send("420[\"echo\"]").expect("430[]");
        }
    }
}
