package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Holdings;
import io.gangway.clients.RawClient;
import io.gangway.testing.Certificates;
import io.gangway.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that sends a byte now and then is not waited for without end, whatever it is sending. */
class PatienceTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    /** Where a client has to be in time, though a thread may stand still for a while. */
    private static final Duration AMPLE = Duration.ofSeconds(5);

    private static final int TEXT_UNFINISHED = 0x01;
    private static final int CONTINUATION_UNFINISHED = 0x00;

    private Engine engine;

    private EngineBuilder builder() {
        return Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        chat -> chat.on(
                                "echo",
                                (socket, arguments) -> Ack.of(arguments.values().toArray())));
    }

    private void hasty() {
        engine = builder()
                .http(http -> http.headerTimeout(SHORT))
                .limits(limits -> limits.messageTimeout(SHORT))
                .start();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** Writes these bytes, one after the other and again from the first, until the server closes the connection. */
    private static void trickle(RawClient client, byte[]... parts) {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try {
                for (int i = 0; !client.hasMore(); i++) {
                    client.write(parts[i % parts.length]);
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // the trickle itself, no wait for a thing
                }
            } catch (RuntimeException | AssertionError closed) {
                // The server has closed the connection, perhaps while a byte was under way.
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void assertStillServed() {
        try (RawClient client = RawClient.connect(engine.port())) {
            assertEquals(200, client.get(POLLING).status());
        }
    }

    // ---- heads of requests

    @Test
    void aHeadThatTricklesEndsItsConnection() {
        hasty();
        try (RawClient first = RawClient.connect(engine.port())) {
            trickle(first.write("GET " + POLLING + " HTTP/1.1\r\nHost: a\r\n"), bytes("X: y\r\n"));
        }
        try (RawClient line = RawClient.connect(engine.port())) {
            trickle(line.write("GET /"), bytes("a"));
        }
        try (RawClient blank = RawClient.connect(engine.port())) {
            trickle(blank, bytes("\r\n"));
        }
        assertStillServed();
    }

    @Test
    void theSecondHeadOfAConnectionHasAsLongAsTheFirst() {
        hasty();
        try (RawClient client = RawClient.connect(engine.port())) {
            for (int i = 0; i < 3; i++) {
                assertEquals(200, client.get(POLLING).status());
                LockSupport.parkNanos(SHORT.toNanos() / 2); // idle, and for longer than the timeout in total
            }
            trickle(client.write("GET " + POLLING + " HTTP/1.1\r\n"), bytes("X: y\r\n"));
        }
    }

    @Test
    void aTlsHandshakeThatTricklesEndsItsConnection(@TempDir Path keys) throws Exception {
        Certificates.generate(keys, "server", "EC");
        engine = builder()
                .tls(keys.resolve("server.crt"), keys.resolve("server.key"))
                .http(http -> http.headerTimeout(SHORT))
                .start();
        try (RawClient client = RawClient.connect(engine.port())) {
            // A TLS record that announces a ClientHello of 4 KiB.
            trickle(client.write(new byte[] {0x16, 3, 1, 0x10, 0, 1, 0, 0x0f, (byte) 0xfc, 3, 3}), new byte[1]);
        }
    }

    @Test
    void aPollThatWaitsAndAnIdleWebSocketAreNotMistakenForSlowHeads() {
        hasty();
        String session = RawClient.joinPolling(engine.port());
        try (RawClient polls = RawClient.connect(engine.port());
                RawClient webSocket = RawClient.join(engine.port());
                RawClient slow = RawClient.connect(engine.port())) {
            polls.write(head("GET", session));
            // By when this connection has been closed, twice the time has passed for the others.
            trickle(slow.write("GET /"), bytes("a"));
            try (RawClient slower = RawClient.connect(engine.port())) {
                trickle(slower.write("GET /"), bytes("a"));
            }
            engine.namespace("/").emit("late");
            assertEquals("200 42[\"late\"]", polls.response().shown());
            webSocket.expect("42[\"late\"]").send("420[\"echo\",1]").expect("430[1]");
        }
    }

    // ---- messages

    @Test
    void aBodyThatTricklesEndsItsSession() {
        hasty();
        assertBodyIsNotWaitedFor();
    }

    @Test
    void aMountedEngineIsNoMorePatient() throws Exception {
        engine = builder().limits(limits -> limits.messageTimeout(SHORT)).build();
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        connector.setPort(0);
        jetty.addConnector(connector);
        jetty.setHandler(engine.handler());
        jetty.start();
        try {
            String session = RawClient.joinPolling(connector.getLocalPort());
            try (RawClient client = RawClient.connect(connector.getLocalPort())) {
                trickle(client.write(head("POST", session, "Content-Length: 100000") + "42"), bytes("x"));
            }
            Eventually.holds(
                    "the session has ended",
                    () -> engine.namespace("/").sockets().isEmpty());
        } finally {
            jetty.stop();
        }
    }

    private void assertBodyIsNotWaitedFor() {
        for (String length : new String[] {"Content-Length: 100000", "Transfer-Encoding: chunked"}) {
            String session = RawClient.joinPolling(engine.port());
            boolean chunked = length.startsWith("T");
            try (RawClient client = RawClient.connect(engine.port())) {
                trickle(client.write(head("POST", session, length)), bytes(chunked ? "1\r\nx\r\n" : "x"));
            }
            Eventually.holds(
                    "the session has ended",
                    () -> engine.namespace("/").sockets().isEmpty());
            assertStillServed();
        }
    }

    @Test
    void aMessageOfFragmentsThatTrickleIsCutOff() {
        hasty();
        try (RawClient client = RawClient.join(engine.port())) {
            client.write(RawClient.frame(TEXT_UNFINISHED, bytes("42[")));
            trickle(client, RawClient.frame(CONTINUATION_UNFINISHED, bytes(" ")));
            client.expectClosed(1008);
        }
        try (RawClient client = RawClient.join(engine.port())) {
            client.write(RawClient.frame(0x81, 100_000L, bytes("42[\"echo\"")));
            trickle(client, new byte[1]);
            client.expectClosed(1008);
        }
        Eventually.holds("both have left", () -> engine.namespace("/").sockets().isEmpty());
    }

    @Test
    void aMessageMayComeInFragmentsAndSoMayTheNext() {
        engine = builder().limits(limits -> limits.messageTimeout(AMPLE)).start();
        try (RawClient client = RawClient.join(engine.port())) {
            for (int i = 0; i < 3; i++) {
                client.write(RawClient.frame(TEXT_UNFINISHED, bytes("420[\"echo\"")));
                LockSupport.parkNanos(AMPLE.toNanos() * 2 / 5); // for longer than the timeout in total
                client.write(RawClient.frame(0x80, bytes(",1]")));
                client.expect("430[1]");
            }
        }
    }

    /** The server stops reading in the middle of it, because an answer is due. */
    @Test
    void aMessageThatTheServerDoesNotReadIsWaitedFor() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        engine = builder()
                .limits(limits -> limits.messageTimeout(AMPLE).maxLateAnswers(1))
                .namespace(
                        "/",
                        chat -> chat.on("later", (socket, arguments) -> {
                            begun.await();
                            return Ack.later(answer);
                        }))
                .start();
        try (RawClient client = RawClient.join(engine.port());
                RawClient slow = RawClient.join(engine.port())) {
            client.send("421[\"later\"]");
            client.write(RawClient.frame(TEXT_UNFINISHED, bytes("420[\"echo\"")));
            client.write(RawClient.frame(0x89)); // once its pong is here, the fragment has been read
            assertEquals(0x8a, client.read(2)[0] & 0xff);
            begun.countDown();
            trickle(
                    slow.write(RawClient.frame(TEXT_UNFINISHED, bytes("42["))),
                    RawClient.frame(CONTINUATION_UNFINISHED));
            answer.complete(null);
            client.expect("431[]");
            client.write(RawClient.frame(0x80, bytes(",1]")));
            client.expect("430[1]");
        }
    }

    @Test
    void nothingIsLeftOfAMessageThatWasNeverFinished() {
        engine = builder().start();
        try (RawClient client = RawClient.join(engine.port())) {
            client.write(RawClient.frame(TEXT_UNFINISHED, bytes("42[")));
            client.write(RawClient.frame(0x89)); // once its pong is here, the fragment has been read
            assertEquals(0x8a, client.read(2)[0] & 0xff);
            assertEquals(1, engine.namespace("/").sockets().size());
        }
        Eventually.holds("nothing is left", () -> Holdings.of(engine).equals(Holdings.NONE));
    }
}
