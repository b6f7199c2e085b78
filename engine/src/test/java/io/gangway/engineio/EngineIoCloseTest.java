package io.gangway.engineio;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.head;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Holdings;
import io.gangway.Socket;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine.IO: how sessions end, what the client sees of it, and what reason the application is told. */
class EngineIoCloseTest {
    private static final String BAD_REQUEST = "400 {\"code\":3,\"message\":\"Bad request\"}";
    private static final String UNKNOWN_SESSION = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";

    private static final String FAREWELL =
            "42[\"one\"]|451-[\"two\",{\"_placeholder\":true,\"num\":0}]|bAQI=|42[\"three\"]|41|1";

    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<RawClient> clients = new ArrayList<>();
    private Engine engine;
    /** When the engine had started. */
    private long started;

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private EngineBuilder builder() {
        return Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        chat -> chat.onAny(event -> events.add(event.name()))
                                .on(
                                        "echo",
                                        (socket, arguments) ->
                                                Ack.of(arguments.values().toArray()))
                                .on("farewell", (socket, arguments) -> {
                                    socket.emit("one");
                                    socket.emit("two", new byte[] {1, 2});
                                    socket.emit("three");
                                    socket.closeConnection();
                                    return Ack.empty();
                                })
                                .onDisconnect((socket, reason) -> reasons.add(reason)));
    }

    private void start() {
        start(builder());
    }

    private void start(EngineBuilder builder) {
        engine = builder.start();
        started = System.nanoTime();
    }

    /**
     * Starts an engine with this time, and does what has to be done before it is up: on a machine that was too slow for
     * that, all over again with more time.
     */
    private <T> T startAnd(Duration time, Function<Duration, EngineBuilder> builder, Supplier<T> inTime) {
        start(builder.apply(time));
        try {
            T done = inTime.get();
            if (System.nanoTime() - started < time.toNanos()) {
                return done;
            }
        } catch (AssertionError | UncheckedIOException failure) {
            if (System.nanoTime() - started < time.toNanos()) {
                throw failure;
            }
        }
        stop();
        clients.clear();
        reasons.clear();
        return startAnd(time.multipliedBy(6), builder, inTime);
    }

    /** Starts an engine that pings soon, but not before its client has joined. */
    private <T> T startAndJoin(Duration pingTimeout, Supplier<T> join) {
        return startAnd(
                Duration.ofMillis(150),
                interval -> builder().pingInterval(interval).pingTimeout(pingTimeout),
                join);
    }

    private String joinPolling() {
        return RawClient.joinPolling(engine.port());
    }

    private void assertPingTookItsTime() {
        assertTookAtLeast(engine.limits().pingInterval().toMillis(), started);
    }

    private void assertTimeoutTookItsTime() {
        Duration both = engine.limits().pingInterval().plus(engine.limits().pingTimeout());
        assertTookAtLeast(both.toMillis(), started);
    }

    /** A connection that is closed after the test. */
    private RawClient connect() {
        return kept(RawClient.connect(engine.port()));
    }

    /** A WebSocket that has joined {@code /}, and is closed after the test. */
    private RawClient join() {
        return kept(RawClient.join(engine.port()));
    }

    private RawClient kept(RawClient client) {
        clients.add(client);
        return client;
    }

    /** The session's WebSocket, before it is probed. */
    private RawClient upgrade(String session) {
        return RawClient.upgrade(engine.port(), session.replace("polling", "websocket"));
    }

    @AfterEach
    void stop() {
        clients.forEach(RawClient::close);
        engine.close();
    }

    private void assertTold(String reason) {
        try {
            DisconnectReason told = reasons.poll(10, TimeUnit.SECONDS);
            assertEquals(reason, String.valueOf(told));
            assertEquals(0, reasons.size(), "told more than once");
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Asks for the session's next packets, and waits until the server waits for some too. */
    private void poll(RawClient polls, String session) {
        polls.write(head("GET", session));
        Eventually.holds(
                "a poll waits", () -> engine.namespace("/").sockets().stream().allMatch(Socket::isWritable));
    }

    private void assertGone() {
        Eventually.equal(Holdings.NONE, () -> Holdings.of(engine));
    }

    /** Asserts that the application was told why, and that nothing is left of the session. */
    private void assertEnded(String reason) {
        assertTold(reason);
        assertGone();
    }

    // ---- the client goes

    @Test
    void aPollingClientsClosePacketEndsTheSession() {
        start();
        RawClient polls = connect();
        RawClient posts = connect();
        String session = RawClient.joinPolling(engine.port());
        poll(polls, session);
        assertEquals("200 ok", posts.post(session, "1").shown());
        assertEquals("200 6", polls.response().shown());
        assertEquals(UNKNOWN_SESSION, polls.get(session).shown());
        assertEnded("transport close");
    }

    @Test
    void aWebSocketClientsClosePacketEndsTheSession() {
        start();
        RawClient client = join();
        client.send("1").expect("closed 1000");
        client.write(RawClient.closeFrame(1000)).expectEnd();
        assertEnded("transport close");
    }

    @Test
    void aWebSocketsCloseFrameEndsTheSession() {
        start();
        RawClient client = join();
        client.write(RawClient.closeFrame(1001)).expectClosed(1001);
        assertEnded("transport close");
    }

    @Test
    void aWebSocketThatEndsWithoutACloseFrameEndsTheSession() {
        start();
        RawClient client = join();
        client.endOutput();
        assertEnded("transport close");
    }

    @Test
    void aWebSocketThatBreaksEndsTheSession() throws Exception {
        start();
        RawClient client = join();
        client.reset();
        DisconnectReason told = reasons.poll(10, TimeUnit.SECONDS);
        assertEquals(true, told == DisconnectReason.TRANSPORT_ERROR || told == DisconnectReason.TRANSPORT_CLOSE);
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"goes", "breaks"})
    void aPollThatTheClientGivesUpEndsTheSession(String how) {
        start();
        RawClient polls = connect();
        String session = RawClient.joinPolling(engine.port());
        poll(polls, session);
        if (how.equals("goes")) {
            polls.close();
        } else {
            polls.reset();
        }
        assertEnded("transport error");
    }

    @Test
    void clientsWithoutKeepAliveAreServed() {
        start();
        String session;
        try (RawClient client = RawClient.connect(engine.port())) {
            Response handshake = client.get(POLLING, "Connection: close");
            assertEquals("close", handshake.header("Connection"));
            session = POLLING + "&sid=" + handshake.sid();
            client.expectEnd();
        }
        try (RawClient client = RawClient.connect(engine.port())) {
            assertEquals(
                    "200 ok",
                    client.post(session, "40|420[\"echo\",1]", "Connection: close")
                            .shown());
            client.expectEnd();
        }
        String polled = "";
        while (!polled.contains("430[1]")) {
            try (RawClient client = RawClient.connect(engine.port())) {
                polled += client.get(session, "Connection: close").body();
                client.expectEnd();
            }
        }
        try (RawClient client = RawClient.connect(engine.port())) {
            assertEquals(
                    "200 ok", client.post(session, "1", "Connection: close").shown());
        }
        assertTold("transport close");
    }

    // ---- the client breaks the rules

    @Test
    void aSecondGetEndsTheSession() {
        start();
        RawClient first = connect();
        RawClient second = connect();
        String session = RawClient.joinPolling(engine.port());
        first.write(head("GET", session));
        second.write(head("GET", session));
        assertEquals(
                Set.of("200 1", BAD_REQUEST),
                Set.of(first.response().shown(), second.response().shown()));
        assertEnded("transport error");
    }

    @Test
    void aSecondPostEndsTheSession() {
        start();
        RawClient first = connect();
        RawClient second = connect();
        RawClient polls = connect();
        String session = RawClient.joinPolling(engine.port());
        poll(polls, session);
        first.write(head("POST", session, "Content-Length: 100") + "42[\"lost\"]");
        // Until the first is there, the second is the only one.
        Eventually.equal("400", () -> String.valueOf(second.post(session, "3").status()));
        assertEquals(BAD_REQUEST, first.response().shown());
        first.expectEnd();
        assertEquals("200 1", polls.response().shown());
        assertTold("transport error");
        assertEquals(0, events.size());
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "|", "abc", "2", "7", "4|", "|40", "b%%%", "bQUJ", "42[\"a\"", "\u2603"})
    void aPostOfNothingSoundEndsTheSession(String payload) {
        start();
        RawClient polls = connect();
        RawClient posts = connect();
        String session = RawClient.joinPolling(engine.port());
        poll(polls, session);
        posts.writePost(session, payload);
        assertEquals("200 1", polls.response().shown());
        String answer = posts.response().shown();
        if (payload.equals("42[\"a\"") || payload.equals("bQUJ") || payload.startsWith("4")) {
            // Sound Engine.IO: what is wrong with it turns out above, and later.
            assertEquals(true, answer.equals("200 ok") || answer.equals(BAD_REQUEST), answer);
        } else {
            assertEquals(BAD_REQUEST, answer);
        }
        assertTold("parse error");
        assertEquals(UNKNOWN_SESSION, posts.get(session).shown());
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "2", "7", "x", "4", "\u2603"})
    void aWebSocketMessageThatIsNoPacketEndsTheSession(String packet) {
        start();
        RawClient client = join();
        client.send(packet).expectClosed(1002);
        assertEnded("parse error");
    }

    @Test
    void theRestOfAPayloadIsDroppedAfterItsEnd() {
        start();
        RawClient client = connect();
        String session = RawClient.joinPolling(engine.port());
        client.post(session, "42[\"before\"]|1|42[\"after\"]");
        assertTold("transport close");

        session = RawClient.joinPolling(engine.port());
        assertEquals(
                BAD_REQUEST,
                client.post(session, "42[\"before\"]|x|42[\"after\"]").shown());
        assertEnded("parse error");
        Eventually.holds("the handlers are done", () -> !events.contains("after"));
        assertEquals(false, events.contains("after"));
    }

    @Test
    void aPostOfBinaryIsRefusedAtOnce() {
        start();
        RawClient polls = connect();
        RawClient posts = connect();
        String session = RawClient.joinPolling(engine.port());
        poll(polls, session);
        // Not even its body is waited for.
        posts.write(head("POST", session, "Content-Type: application/octet-stream", "Content-Length: 10"));
        assertEquals(BAD_REQUEST, posts.response().shown());
        posts.expectEnd();
        assertEquals("200 1", polls.response().shown());
        assertEnded("transport error");
    }

    @Test
    void aPostThatBreaksOffEndsTheSession() {
        start();
        RawClient polls = connect();
        String session = RawClient.joinPolling(engine.port());
        poll(polls, session);
        try (RawClient posts = RawClient.connect(engine.port())) {
            posts.write(head("POST", session, "Content-Length: 100") + "42[\"lost\"]");
        }
        assertEquals("200 1", polls.response().shown());
        assertTold("transport error");
        assertEquals(0, events.size());
        assertGone();
    }

    @Test
    void aPostUnderWayIsRefusedWhenTheSessionEnds() {
        Set<String> answers = new HashSet<>();
        start();
        for (int i = 0; i < 100 && !answers.contains(BAD_REQUEST); i++) {
            try (RawClient posts = RawClient.connect(engine.port());
                    RawClient first = RawClient.connect(engine.port());
                    RawClient second = RawClient.connect(engine.port())) {
                String session = RawClient.joinPolling(engine.port());
                posts.write(head("POST", session, "Content-Length: 100") + "42[\"lost\"]");
                first.write(head("GET", session));
                second.write(head("GET", session));
                // One that comes behind the end is not under way.
                answers.add(posts.response().shown());
                posts.expectEnd();
                assertTold("transport error");
                assertEquals(0, events.size());
            }
        }
        answers.remove(UNKNOWN_SESSION);
        assertEquals(Set.of(BAD_REQUEST), answers);
    }

    // ---- the heartbeat

    @Test
    void aWebSocketWithoutPongsIsClosedAfterIntervalAndTimeout() {
        RawClient client = startAndJoin(Duration.ofMillis(100), this::join);
        client.expect("2").expectClosed(1000);
        assertTold("ping timeout");
        assertTimeoutTookItsTime();
        assertGone();
    }

    @Test
    void aPollingClientWithoutPongsIsClosedAfterIntervalAndTimeout() {
        // Long enough for a client to poll once more.
        String session = startAndJoin(Duration.ofSeconds(4), this::joinPolling);
        RawClient client = connect();
        assertEquals("200 2", client.get(session).shown());
        assertPingTookItsTime();
        assertEquals("200 1", client.get(session).shown());
        assertTold("ping timeout");
        assertTimeoutTookItsTime();
        assertEquals(UNKNOWN_SESSION, client.get(session).shown());
        assertGone();
    }

    @Test
    void aPollingClientThatDoesNotPollIsClosedToo() {
        startAndJoin(Duration.ofMillis(100), this::joinPolling);
        assertTold("ping timeout");
        assertTimeoutTookItsTime();
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void aClientThatAnswersItsPingsIsKept(String transport) {
        Duration pingTimeout = Duration.ofSeconds(20);
        if (transport.equals("polling")) {
            String session = startAndJoin(pingTimeout, this::joinPolling);
            RawClient client = connect();
            for (int i = 0; i < 4; i++) {
                assertEquals("200 2", client.get(session).shown());
                assertEquals("200 ok", client.post(session, "3").shown());
            }
        } else {
            RawClient webSocket = startAndJoin(pingTimeout, this::join);
            for (int i = 0; i < 4; i++) {
                webSocket.expect("2").send("3");
            }
            webSocket.leaveWebSocket();
            assertTold("transport close");
        }
        assertEquals(0, reasons.size());
    }

    private static void assertTookAtLeast(long millis, long sinceNanos) {
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
        assertEquals(true, took >= millis, "after " + took + " ms already");
    }

    // ---- the application closes

    @Test
    void whatWasSentBeforeTheCloseArrivesOnAWebSocket() {
        start();
        RawClient client = join();
        client.send("42[\"farewell\"]");
        client.expect(
                "42[\"one\"]", "451-[\"two\",{\"_placeholder\":true,\"num\":0}]", "binary 0102", "42[\"three\"]", "41");
        client.expectClosed(1000);
        assertEnded("server namespace disconnect");
    }

    @Test
    void whatWasSentBeforeTheCloseArrivesWithTheNextPoll() {
        start();
        RawClient client = connect();
        String session = RawClient.joinPolling(engine.port());
        assertEquals("200 ok", client.post(session, "42[\"farewell\"]").shown());
        assertTold("server namespace disconnect");
        assertEquals(FAREWELL, pollUntilClosed(client, session, client.get(session)));
        assertEquals(UNKNOWN_SESSION, client.get(session).shown());
        assertGone();
    }

    @Test
    void aWaitingPollIsAnsweredWhenTheApplicationCloses() {
        start();
        RawClient polls = connect();
        RawClient posts = connect();
        String session = RawClient.joinPolling(engine.port());
        poll(polls, session);
        assertEquals("200 ok", posts.post(session, "42[\"farewell\"]").shown());
        assertEquals(FAREWELL, pollUntilClosed(polls, session, polls.response()));
    }

    /** All packets up to the close packet, in as many payloads as they happen to come in. */
    private static String pollUntilClosed(RawClient polls, String session, Response first) {
        StringBuilder packets = new StringBuilder(PollingClient.shown(first.body()));
        while (packets.charAt(packets.length() - 1) != '1' || packets.charAt(packets.length() - 2) != '|') {
            Response next = polls.get(session);
            assertEquals(200, next.status(), packets + " then " + next.shown());
            packets.append('|').append(PollingClient.shown(next.body()));
        }
        return packets.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void aClientThatJoinsNoNamespaceIsClosed(String transport) {
        start(builder().connectTimeout(Duration.ofMillis(200)));
        RawClient client = connect();
        if (transport.equals("polling")) {
            assertEquals(
                    "200 1",
                    client.get(POLLING + "&sid=" + RawClient.handshake(engine.port()))
                            .shown());
        } else {
            try (RawClient webSocket = RawClient.open(engine.port())) {
                webSocket.expectClosed(1000);
            }
        }
        assertGone();
        assertEquals(0, reasons.size());
    }

    // ---- closing while upgrading

    @ParameterizedTest
    @ValueSource(strings = {"", "2probe"})
    void aWebSocketThatIsProbedIsClosedWithItsSession(String sent) {
        start();
        RawClient posts = connect();
        String session = RawClient.joinPolling(engine.port());
        try (RawClient webSocket = upgrade(session)) {
            if (!sent.isEmpty()) {
                webSocket.send(sent).expect("3probe");
            }
            assertEquals("200 ok", posts.post(session, "1").shown());
            // 1008 if the session was gone when the server got to the WebSocket.
            assertEquals(sent.isEmpty() ? "closed 100[08].*" : "closed 1000", closed(webSocket.next(), sent));
        }
        assertEnded("transport close");
    }

    private static String closed(String frame, String sent) {
        return sent.isEmpty() && frame.matches("closed 100[08].*") ? "closed 100[08].*" : frame;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2probe"})
    void anUpgradeThatIsNotFinishedInTimeLeavesThePolling(String sent) {
        record Offer(String session, long since, RawClient webSocket) {}
        Offer offer = startAnd(
                Duration.ofMillis(300), time -> builder().limits(limits -> limits.upgradeTimeout(time)), () -> {
                    String session = joinPolling();
                    long since = System.nanoTime();
                    RawClient webSocket = kept(upgrade(session));
                    if (!sent.isEmpty()) {
                        webSocket.send(sent).expect("3probe");
                    }
                    return new Offer(session, since, webSocket);
                });
        offer.webSocket.expectClosed(1000);
        assertTookAtLeast(engine.limits().upgradeTimeout().toMillis(), offer.since);
        RawClient posts = connect();
        RawClient polls = connect();
        String session = offer.session;
        assertEquals("200 ok", posts.post(session, "420[\"echo\",1]").shown());
        assertEquals("200 430[1]", polls.get(session).shown());
        Eventually.holds("and it may try again", () -> upgradesInTime(session, polls));
        assertTold("transport close");
    }

    /** Upgrades the session; false if the client was too slow for that. */
    private boolean upgradesInTime(String session, RawClient polls) {
        long before = System.nanoTime();
        try (RawClient webSocket = upgrade(session)) {
            webSocket
                    .send("2probe")
                    .expect("3probe")
                    .send("5")
                    .send("421[\"echo\",2]")
                    .expect("431[2]");
            assertEquals(BAD_REQUEST, polls.get(session).shown());
            return true;
        } catch (AssertionError failure) {
            if (System.nanoTime() - before < engine.limits().upgradeTimeout().toNanos()) {
                throw failure;
            }
            return false;
        }
    }

    @Test
    void aWebSocketThatGoesBeforeTheUpgradeLeavesThePolling() {
        start();
        RawClient client = connect();
        String session = RawClient.joinPolling(engine.port());
        for (int i = 0; i < 2; i++) {
            RawClient webSocket = upgrade(session);
            webSocket.send("2probe").expect("3probe");
            webSocket.reset();
            Eventually.equal(1, () -> Holdings.of(engine).sessions());
            assertEquals("200 ok", client.post(session, "42" + i + "[\"echo\"]").shown());
            String answer = client.get(session).shown();
            while (answer.equals("200 6")) { // until the server has noticed, it does not let a poll wait long
                answer = client.get(session).shown();
            }
            assertEquals("200 43" + i + "[]", answer);
            // The server has to have noticed before the next may try.
            Eventually.equal(1, () -> Holdings.of(engine).timers());
        }
        assertEquals(0, reasons.size());
        client.leave(session);
    }

    @Test
    void theHeartbeatGoesOnAcrossTheUpgrade() {
        String session = startAndJoin(Duration.ofSeconds(20), this::joinPolling);
        assertEquals("200 2", connect().get(session).shown());
        try (RawClient webSocket = upgrade(session)) {
            // The ping came on polling, its pong goes over the WebSocket.
            webSocket.send("2probe").expect("3probe").send("5").send("3");
            for (int i = 0; i < 4; i++) {
                webSocket.expect("2").send("3");
            }
            assertEquals(0, reasons.size());
            webSocket.leaveWebSocket();
        }
        assertTold("transport close");
    }

    @Test
    void anUpgradedSessionIsUnderTheHeartbeatToo() {
        RawClient webSocket = startAndJoin(
                Duration.ofMillis(100),
                () -> kept(upgrade(joinPolling()))
                        .send("2probe")
                        .expect("3probe")
                        .send("5")
                        .send("420[\"echo\",1]")
                        .expect("430[1]"));
        webSocket.expect("2").expectClosed(1000);
        assertEnded("ping timeout");
    }

    // ---- the engine closes

    @Test
    void allKindsOfClientsAreToldThatTheEngineCloses() throws Exception {
        start();
        int port = engine.port();
        try (RawClient polls = RawClient.connect(port);
                RawClient webSocket = RawClient.join(port)) {
            String session = RawClient.joinPolling(port);
            polls.write(head("GET", session));
            RawClient.joinPolling(port); // one that does not poll
            String upgraded = RawClient.joinPolling(port).replace("polling", "websocket");
            String upgrading = RawClient.joinPolling(port).replace("polling", "websocket");
            try (RawClient second = RawClient.upgrade(port, upgraded);
                    RawClient third = RawClient.upgrade(port, upgrading)) {
                second.send("2probe").expect("3probe").send("5");
                third.send("2probe").expect("3probe");
                second.send("420[\"echo\"]").expect("430[]");
                Eventually.equal(
                        3L, // the poll waits, too
                        () -> engine.namespace("/").sockets().stream()
                                .filter(Socket::isWritable)
                                .count());

                Thread closing = new Thread(engine::close);
                closing.start();
                assertEquals("200 1", polls.response().shown());
                for (RawClient client : new RawClient[] {webSocket, second, third}) {
                    client.expect("closed 1001")
                            .write(RawClient.closeFrame(1001))
                            .expectEnd();
                }
                closing.join(TimeUnit.SECONDS.toMillis(30));
                assertEquals(false, closing.isAlive());
            }
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(DisconnectReason.SERVER_SHUTDOWN, reasons.poll(10, TimeUnit.SECONDS));
        }
        assertEquals(0, reasons.size());
        assertGone();
    }

    @Test
    void aClosedEngineLeavesNoThreadAndFreesItsPort() {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        start();
        int port = engine.port();
        RawClient webSocket = RawClient.join(port);
        RawClient.joinPolling(port);
        String upgrading = RawClient.joinPolling(port).replace("polling", "websocket");
        RawClient probing = RawClient.upgrade(port, upgrading);
        probing.send("2probe").expect("3probe");
        engine.close();
        webSocket.close();
        probing.close();
        Eventually.equal(Set.of(), () -> {
            Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
            left.removeAll(before);
            left.removeIf(thread -> !thread.getName().startsWith("gangway"));
            return left;
        });
        try (Engine again = builder().port(port).start();
                RawClient client = RawClient.join(again.port())) {
            client.send("420[\"echo\",1]").expect("430[1]");
            assertEquals(port, again.port());
        }
    }

    @Test
    void clientsThatComeWhileTheEngineClosesAreToldToComeLater() {
        start();
        RawClient client = connect();
        RawClient webSocket = join();
        assertEquals(200, client.get(POLLING).status());
        engine.drain(Duration.ofMillis(1));
        Response refused = client.get(POLLING);
        assertEquals("503 {\"code\":4,\"message\":\"Service Unavailable\"}", refused.shown());
        assertEquals("2", refused.header("Retry-After"));
        client.write(RawClient.upgradeRequest(WEBSOCKET));
        assertEquals(503, client.response().status());
        webSocket.expectClosed(1001);
    }
}
