package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.head;
import static io.gangway.clients.RawClient.upgradeRequest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Holdings;
import io.gangway.Socket;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine in a Jetty that is already there, beside an application that notices nothing of it. */
class EmbeddedTest {
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private Server jetty;
    private ServerConnector connector;

    @BeforeEach
    void prepare() {
        jetty = new Server();
        connector = new ServerConnector(jetty);
        jetty.addConnector(connector);
    }

    @AfterEach
    void stop() {
        try {
            jetty.stop();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The application's code, the same wherever it runs. */
    private EngineBuilder chat() {
        return Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        chat -> chat.on(
                                        "echo",
                                        (socket, arguments) ->
                                                Ack.of(arguments.values().toArray()))
                                .onDisconnect((socket, reason) -> reasons.add(reason)));
    }

    /** What was there before: it answers {@code /api}, and repeats what is posted to it. */
    private static Handler rest() {
        return new Handler.Abstract() {
            @Override
            public boolean handle(Request request, org.eclipse.jetty.server.Response response, Callback callback)
                    throws Exception {
                if (!Request.getPathInContext(request).startsWith("/api")) {
                    return false;
                }
                String said = Content.Source.asString(request, UTF_8);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
                response.write(true, ByteBuffer.wrap(("rest " + said).getBytes(UTF_8)), callback);
                return true;
            }
        };
    }

    private int port() {
        return connector.getLocalPort();
    }

    private void assertRestWorks() {
        try (RawClient client = RawClient.connect(port())) {
            assertEquals("200 rest ", client.get("/api/things?x=1").shown());
            Response posted = client.post("/api", "hello", "Origin: http://foreign.example");
            assertEquals("200 rest hello", posted.shown());
            assertEquals(null, posted.header("Cache-Control"));
            assertEquals(404, client.get("/other").status());
            // An upgrade that is none of ours.
            assertEquals(
                    "200 rest ", client.write(upgradeRequest("/api")).response().shown());
        }
    }

    private static void assertChatWorks(int port, String path) {
        String polling = path + "/?EIO=4&transport=polling";
        try (RawClient client = RawClient.connect(port);
                RawClient webSocket = RawClient.connect(port)) {
            String session = polling + "&sid=" + client.get(polling).sid();
            assertEquals("200 ok", client.post(session, "40").shown());
            RawClient.assertConnected(client.get(session).body());
            assertEquals("200 ok", client.post(session, "420[\"echo\",1]").shown());
            assertEquals("200 430[1]", client.get(session).shown());
            // Goes on over a WebSocket.
            webSocket.write(upgradeRequest(session.replace("polling", "websocket")));
            assertEquals(101, webSocket.response().status());
            webSocket
                    .send("2probe")
                    .expect("3probe")
                    .send("5")
                    .send("421[\"echo\",2]")
                    .expect("431[2]");
        }
    }

    private enum Where {
        /** On a port of its own. */
        STANDALONE,
        /** Around the application's handler. */
        WRAPPING,
        /** Before it, in a sequence. */
        IN_SEQUENCE,
        /** In a context of its own, beside the application's. */
        IN_A_CONTEXT
    }

    @ParameterizedTest
    @EnumSource
    void theSameApplicationRunsAnywhere(Where where) throws Exception {
        try (Engine engine = chat().build()) {
            if (where == Where.STANDALONE) {
                engine.start();
                assertChatWorks(engine.port(), "/socket.io");
                return;
            }
            Handler.Wrapper handler = engine.handler();
            switch (where) {
                case WRAPPING -> {
                    handler.setHandler(rest());
                    jetty.setHandler(handler);
                }
                case IN_SEQUENCE -> jetty.setHandler(new Handler.Sequence(handler, rest()));
                default -> jetty.setHandler(new Handler.Sequence(new ContextHandler(handler, "/live"), rest()));
            }
            jetty.start();
            assertChatWorks(port(), where == Where.IN_A_CONTEXT ? "/live/socket.io" : "/socket.io");
            assertRestWorks();
        }
    }

    @Test
    void twoEnginesMayShareAServer() throws Exception {
        try (Engine one = chat().path("/one").build();
                Engine other = chat().path("/other/path").build()) {
            jetty.setHandler(new Handler.Sequence(one.handler(), other.handler(), rest()));
            jetty.start();
            assertChatWorks(port(), "/one");
            assertChatWorks(port(), "/other/path");
            assertRestWorks();
            try (RawClient client = RawClient.connect(port())) {
                assertEquals(404, client.get(POLLING).status());
                String sid = client.get("/one/?EIO=4&transport=polling").sid();
                // A session belongs to its engine.
                assertEquals(
                        400,
                        client.get("/other/path/?EIO=4&transport=polling&sid=" + sid)
                                .status());
            }
        }
    }

    @Test
    void anEngineMayBeAddedToAServerThatRuns() throws Exception {
        Handler.Sequence handlers = new Handler.Sequence(true, java.util.List.of(rest()));
        jetty.setHandler(handlers);
        jetty.start();
        assertRestWorks();
        try (Engine engine = chat().build()) {
            Handler handler = engine.handler();
            handlers.addHandler(handler);
            handler.start();
            assertChatWorks(port(), "/socket.io");
            assertRestWorks();
        }
    }

    @Test
    void theEngineStopsAndStartsWithItsServer() throws Exception {
        try (Engine engine = chat().build()) {
            jetty.setHandler(new Handler.Sequence(engine.handler(), rest()));
            jetty.start();
            connector.setPort(port()); // the same after the restart
            for (int i = 0; i < 2; i++) {
                assertChatWorks(port(), "/socket.io");
                RawClient.joinPolling(port()); // one that does not poll
                assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
                try (RawClient polls = RawClient.connect(port());
                        RawClient webSocket = RawClient.join(port())) {
                    polls.write(head("GET", RawClient.joinPolling(port())));
                    awaitWritable(engine, 2);
                    Thread stopping = new Thread(this::stop);
                    stopping.start();
                    assertEquals("200 1", polls.response().shown());
                    webSocket.expectClosed(1001);
                    stopping.join(TimeUnit.SECONDS.toMillis(10));
                    assertEquals(false, stopping.isAlive());
                }
                for (int client = 0; client < 3; client++) {
                    assertEquals(DisconnectReason.SERVER_SHUTDOWN, reasons.poll(10, TimeUnit.SECONDS));
                }
                assertEquals(0, Holdings.of(engine).sessions());
                assertEquals(0, Holdings.of(engine).clients());
                jetty.start();
            }
            assertChatWorks(port(), "/socket.io");
            assertRestWorks();
        }
    }

    @Test
    void aClosedEngineLeavesItsServerGoing() throws Exception {
        Engine engine = chat().build();
        jetty.setHandler(new Handler.Sequence(engine.handler(), rest()));
        jetty.start();
        try (RawClient polls = RawClient.connect(port());
                RawClient webSocket = RawClient.join(port())) {
            polls.write(head("GET", RawClient.joinPolling(port())));
            awaitWritable(engine, 2);
            Thread closing = new Thread(engine::close);
            closing.start();
            assertEquals("200 1", polls.response().shown());
            webSocket.expectClosed(1001);
            closing.join(TimeUnit.SECONDS.toMillis(10));
            assertEquals(false, closing.isAlive());
            for (int client = 0; client < 2; client++) {
                assertEquals(DisconnectReason.SERVER_SHUTDOWN, reasons.poll(10, TimeUnit.SECONDS));
            }
            // Clients that come now are told to come again, and the same connection serves the application.
            assertEquals(
                    "503 {\"code\":4,\"message\":\"Service Unavailable\"}",
                    polls.get(POLLING).shown());
            assertEquals("200 rest ", polls.get("/api").shown());
        }
        assertRestWorks();
        Eventually.equal(Holdings.NONE, () -> Holdings.of(engine));
    }

    /** Waits until so many clients wait for something to be sent to them: by a poll, or on a WebSocket. */
    private static void awaitWritable(Engine engine, long clients) {
        Eventually.equal(
                clients,
                () -> engine.namespace("/").sockets().stream()
                        .filter(Socket::isWritable)
                        .count());
    }

    // ---- what the server's own settings mean for the engine

    @Test
    void aWaitingPollOutlivesTheServersIdleTimeout() throws Exception {
        connector.setIdleTimeout(2_000); // long enough for a client that connects and asks
        try (Engine engine = chat().pingInterval(Duration.ofMillis(3_500)).build()) {
            jetty.setHandler(engine.handler());
            jetty.start();
            String session = RawClient.joinPolling(port());
            try (RawClient webSocket = RawClient.join(port());
                    RawClient polls = RawClient.connect(port())) { // last, lest it be idle before it asks
                assertEquals("200 2", polls.get(session).shown());
                webSocket.expect("2").send("3").send("420[\"echo\"]").expect("430[]");
            }
        }
    }

    @Test
    void aPostThatStallsEndsItsSessionAfterTheServersIdleTimeout() throws Exception {
        try (Engine engine = chat().build()) {
            jetty.setHandler(engine.handler());
            jetty.start();
            String session = RawClient.joinPolling(port());
            RawClient polls = RawClient.connect(port());
            polls.write(head("GET", session));
            awaitWritable(engine, 1);
            connector.setIdleTimeout(2_000); // of those that connect from now on, and write at once
            try (polls;
                    RawClient slow = RawClient.connect(port());
                    RawClient posts = RawClient.connect(port())) {
                slow.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost:");
                posts.write(head("POST", session, "Content-Length: 100") + "42[\"ec");
                Response refused = posts.response();
                assertEquals("400 {\"code\":3,\"message\":\"Bad request\"}", refused.shown());
                posts.expectEnd();
                assertEquals("200 1", polls.response().shown());
                assertEquals(DisconnectReason.TRANSPORT_ERROR, reasons.poll(10, TimeUnit.SECONDS));
                // Headers that do not come hold nothing either.
                String end = slow.next();
                assertEquals(true, end.equals("end") || end.equals("reset") || end.startsWith("frame"), end);
            }
            Eventually.equal(Holdings.NONE, () -> Holdings.of(engine));
        }
    }

    /** An expiry that comes as a poll is being answered would have Jetty fail the answer, and end the session. */
    @Test
    void theIdleTimeoutIsOffWhileAPollWaitsAndBackWhenItIsAnswered() throws Exception {
        try (Engine engine = chat().build()) {
            connector.setIdleTimeout(20_000);
            jetty.setHandler(engine.handler());
            jetty.start();
            String session = RawClient.joinPolling(port());
            try (RawClient polls = RawClient.connect(port())) {
                for (int i = 0; i < 3; i++) {
                    polls.write(head("GET", session));
                    Eventually.holds("the poll waits without an idle timeout", () -> withoutIdleTimeout() == 1);
                    engine.namespace("/").emit("news", i);
                    assertEquals("200 42[\"news\"," + i + "]", polls.response().shown());
                    Eventually.holds("the connection has its idle timeout", () -> withoutIdleTimeout() == 0);
                }
                // A client that goes leaves none behind.
                polls.write(head("GET", session));
                Eventually.holds("the poll waits", () -> withoutIdleTimeout() == 1);
            }
            Eventually.holds("no connection is without", () -> withoutIdleTimeout() == 0);
        }
    }

    private long withoutIdleTimeout() {
        return connector.getConnectedEndPoints().stream()
                .filter(endPoint -> endPoint.getIdleTimeout() == 0)
                .count();
    }
}
