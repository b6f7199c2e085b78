package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How sockets leave and engines end. */
class LifecycleTest {
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();

    @AutoClose
    private Engine engine;

    private EngineBuilder builder() {
        EngineBuilder builder = Engine.builder().port(0);
        builder.namespace("/")
                .onConnect(sockets::add)
                .onDisconnecting((socket, reason) ->
                        log.add("disconnecting, " + socket.rooms().size() + " rooms"))
                .onDisconnect((socket, reason) ->
                        log.add(reason + ", " + socket.rooms().size() + " rooms"))
                .on("echo", (socket, arguments) -> Ack.of(arguments));
        return builder;
    }

    private String logged() throws InterruptedException {
        return log.poll(10, TimeUnit.SECONDS);
    }

    private void assertLeft(String reason) throws InterruptedException {
        assertEquals("disconnecting, 1 rooms", logged());
        assertEquals(reason + ", 0 rooms", logged());
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        assertEquals(null, log.poll(), "told once");
    }

    // ---- why a socket leaves

    @Test
    void theClientLeavesTheNamespace() throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        client.send("41");
        assertEquals("disconnecting, 1 rooms", logged());
        assertEquals("client namespace disconnect, 0 rooms", logged());
        client.joinNamespace("/");
        client.close();
        assertLeft("transport close");
    }

    @Test
    void theClientClosesItsWebSocket() throws Exception {
        engine = builder().start();
        WireClient.join(engine.port()).close();
        assertLeft("transport close");
    }

    @Test
    void theClientSendsAClosePacketOverEitherTransport() throws Exception {
        engine = builder().start();
        WireClient.join(engine.port()).send("1").expectClosed();
        assertLeft("transport close");
        PollingClient.join(engine.port()).post("1");
        assertLeft("transport close");
    }

    @Test
    void theClientsConnectionIsCut() throws Exception {
        engine = builder().start();
        WireClient.join(engine.port()).abort();
        assertLeft("transport close");
    }

    @Test
    void aPollingClientBreaksTheTransportsRules() throws Exception {
        engine = builder().start();
        PollingClient polling = PollingClient.join(engine.port());
        CompletableFuture<HttpResponse<String>> waiting = polling.pollAsync();
        Eventually.holds(
                "the poll waits",
                () -> engine.namespace("/").sockets().iterator().next().isWritable());
        assertEquals(400, PollingClient.send(polling.request()).statusCode());
        assertEquals(200, waiting.get(10, TimeUnit.SECONDS).statusCode());
        assertLeft("transport error");
    }

    @Test
    void theClientAnswersNoPing() throws Exception {
        engine = builder()
                .pingInterval(Duration.ofSeconds(4)) // in which the client has joined
                .pingTimeout(Duration.ofMillis(100))
                .start();
        WireClient client = WireClient.open(engine.port()).showPings();
        client.send("40").expectConnected();
        client.expect("2");
        client.expectClosed();
        assertLeft("ping timeout");
    }

    @Test
    void theClientBreaksTheProtocol() throws Exception {
        engine = builder().start();
        WireClient.join(engine.port()).send("42{}").expect("closed 1002");
        assertLeft("parse error");
    }

    @Test
    void theApplicationDisconnectsTheSocket() throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        socket.emit("last words");
        socket.disconnect();
        assertFalse(socket.isConnected());
        socket.disconnect();
        socket.emit("too late");
        client.expect("42[\"last words\"]", "41");
        assertEquals("disconnecting, 1 rooms", logged());
        assertEquals("server namespace disconnect, 0 rooms", logged());
        client.joinNamespace("/");
        client.close();
        assertLeft("transport close");
    }

    @Test
    void theApplicationClosesTheConnection() throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        socket.emit("last words");
        socket.closeConnection();
        socket.closeConnection();
        client.expect("42[\"last words\"]", "41", "closed 1000");
        assertLeft("server namespace disconnect");
    }

    @Test
    void theApplicationClosesTheConnectionOfAPollingClient() throws Exception {
        engine = builder().start();
        PollingClient polling = PollingClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        socket.emit("last words");
        socket.closeConnection();
        assertEquals("42[\"last words\"]|41", polling.poll());
        assertEquals("1", polling.poll());
        assertLeft("server namespace disconnect");
    }

    @Test
    void theClientIsTooSlow() throws Exception {
        engine = builder().limits(limits -> limits.maxBuffered(200_000)).start();
        WireClient client = WireClient.join(engine.port()).stopReading();
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        String padding = "x".repeat(50_000);
        while (socket.isConnected()) {
            socket.emit("fill", padding);
        }
        assertEquals("disconnecting, 1 rooms", logged());
        assertEquals("slow client, 0 rooms", logged());
        client.abort();
    }

    @Test
    void theEngineCloses() throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        PollingClient polling = PollingClient.join(engine.port());
        CompletableFuture<HttpResponse<String>> waiting = polling.pollAsync();
        Eventually.equal(2, sockets::size);
        Eventually.holds("the poll waits", () -> sockets.stream().allMatch(Socket::isWritable));
        sockets.forEach(socket -> socket.join("room"));
        engine.close();
        client.expect("closed 1001");
        assertEquals("1", waiting.get(10, TimeUnit.SECONDS).body());
        assertEquals(
                List.of(
                        "disconnecting, 2 rooms",
                        "disconnecting, 2 rooms",
                        "server shutting down, 0 rooms",
                        "server shutting down, 0 rooms"),
                log.stream().sorted().toList(),
                "all handlers have run when close() returns");
        assertEquals(Engine.Occupancy.NONE, engine.occupancy());
    }

    @Test
    void everyReasonHasSocketIosWording() {
        assertEquals(
                Set.of(
                        "transport close",
                        "transport error",
                        "ping timeout",
                        "parse error",
                        "client namespace disconnect",
                        "server namespace disconnect",
                        "forced close",
                        "server shutting down",
                        "slow client",
                        "over budget"),
                Set.of(DisconnectReason.values()).stream()
                        .map(DisconnectReason::toString)
                        .collect(Collectors.toSet()));
    }

    // ---- in which order

    @Test
    void whatCameBeforeTheLeaveIsHandledBeforeTheDisconnectHandlers() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("slow", (socket, arguments) -> {
                    release.await();
                    log.add("slow");
                    return Ack.empty();
                })
                .on("fast", (socket, arguments) -> {
                    log.add("fast");
                    return Ack.empty();
                })
                .onDisconnect((socket, reason) -> log.add(reason.toString()))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("42[\"slow\"]").send("42[\"fast\"]").send("41");
        Eventually.equal(0, () -> engine.namespace("/").sockets().size()); // it has left while its handler runs
        release.countDown();
        assertEquals("slow", logged());
        assertEquals("fast", logged());
        assertEquals("client namespace disconnect", logged());
        client.close();
    }

    @Test
    void whatIsQueuedWhenTheServerDisconnectsIsNotHandled() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine = kicking(release).start();
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        CompletableFuture<Arguments> fence = socket.emitWithAck("fence");
        client.expect("420[\"fence\"]")
                .send("420[\"kick\"]")
                .send("421[\"after\"]")
                .send("430[]");
        fence.get(10, TimeUnit.SECONDS); // what was sent before it has been queued
        release.countDown();
        client.expect("41");
        assertEquals("server namespace disconnect", logged());
        client.joinNamespace("/");
        client.send("422[\"after\"]").expect("432[true]");
        assertEquals("handled", logged());
        assertEquals(null, log.poll());
        client.close();
    }

    @Test
    void whatIsQueuedWhenTheClientBreaksTheProtocolIsNotHandled() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine = kicking(release).start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"kick\"]").send("421[\"after\"]").send("47").expectClosed();
        release.countDown();
        assertEquals("parse error", logged());
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        assertEquals(null, log.poll());
    }

    private NamespaceBuilder kicking(CountDownLatch release) {
        return Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(sockets::add)
                .on("kick", (socket, arguments) -> {
                    release.await();
                    socket.disconnect();
                    return Ack.of("never seen");
                })
                .on("after", (socket, arguments) -> Ack.of(log.add("handled")))
                .onDisconnect((socket, reason) -> log.add(reason.toString()));
    }

    @Test
    void disconnectingEverySocketFromItsOwnHandlerHarmsNobody() throws Exception {
        engine = builder()
                .namespace("/")
                .on("all", (socket, arguments) -> {
                    socket.namespace().disconnectSockets();
                    return Ack.empty();
                })
                .start();
        WireClient one = WireClient.join(engine.port());
        WireClient two = WireClient.join(engine.port());
        one.send("42[\"all\"]").expect("41").close();
        two.expect("41").close();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        Eventually.equal(4, log::size);
    }

    // ---- the engine's end

    @Test
    void closingAnEngineThatNeverStartedIsFine() {
        engine = builder().build();
        engine.close();
        engine.close();
        assertEquals(
                "start(): the engine is closed; build a new one",
                assertThrows(IllegalStateException.class, engine::start).getMessage());
        assertThrows(IllegalStateException.class, engine::handler);
        assertThrows(IllegalStateException.class, engine::port);
    }

    @Test
    void closingTwiceAndFromManyThreadsIsFine() throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(engine::close);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        engine.close();
        client.expectClosed();
        assertEquals(2, log.size());
    }

    @Test
    @Tag("threads")
    void aHandlerMayCloseTheEngineItRunsIn() {
        try (CapturedLog captured = new CapturedLog()) {
            CompletableFuture<Boolean> closed = new CompletableFuture<>();
            EngineBuilder builder = builder();
            builder.namespace("/").on("close", (socket, arguments) -> {
                socket.namespace().emit("closing");
                engine.close();
                closed.complete(Thread.currentThread().isInterrupted());
                return Ack.empty();
            });
            engine = builder.start();
            WireClient client = WireClient.join(engine.port());
            client.send("42[\"close\"]").expect("42[\"closing\"]", "closed 1001");
            assertFalse(assertTimeoutPreemptively(Duration.ofSeconds(4), closed::join), "it interrupted itself");
            assertEquals("", captured.complaints());
        }
    }

    @Test
    void closingLetsHandlersThatRunFinish() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EngineBuilder builder = builder();
        builder.namespace("/").on("slow", (socket, arguments) -> {
            running.countDown();
            release.await();
            log.add("finished");
            return Ack.empty();
        });
        engine = builder.start();
        WireClient client = WireClient.join(engine.port());
        client.send("42[\"slow\"]");
        assertTrue(running.await(10, TimeUnit.SECONDS));
        Thread closing = new Thread(engine::close);
        closing.start();
        Eventually.equal(
                503,
                () -> PollingClient.get(engine.port(), "/socket.io/?EIO=4&transport=polling")
                        .statusCode());
        release.countDown();
        client.expectClosed();
        closing.join();
        assertEquals(List.of("finished", "disconnecting, 1 rooms", "server shutting down, 0 rooms"), List.copyOf(log));
    }

    @Test
    void closingEndsAllThreadsOfTheEngine() {
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"echo\"]").expect("430[]");
        engine.close();
        Eventually.equal(
                Set.of(),
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !others.contains(thread))
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("gangway"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void thePortIsFreeAtOnceAndAnotherEngineMayTakeIt() throws Exception {
        engine = builder().start();
        int port = engine.port();
        WireClient client = WireClient.join(port);
        engine.close();
        client.expectClosed();
        engine = builder().port(port).start();
        assertEquals(port, engine.port());
        WireClient again = WireClient.join(port);
        again.send("420[\"echo\",\"once\"]").expect("430[\"once\"]");
        engine.namespace("/").emit("once");
        again.expect("42[\"once\"]").close();
        engine.close();
        new ServerSocket(port).close();
    }

    @Test
    void oneBuilderMayBuildSeveralEngines() {
        EngineBuilder builder = builder();
        engine = builder.start();
        try (Engine second = builder.start()) {
            WireClient one = WireClient.join(engine.port());
            WireClient two = WireClient.join(second.port());
            engine.namespace("/").emit("one");
            second.namespace("/").emit("two");
            one.expect("42[\"one\"]").close();
            two.expect("42[\"two\"]").close();
        }
    }

    @Test
    void whatIsEmittedBeforeTheStartReachesNobody() {
        engine = builder().build();
        engine.namespace("/").emit("too early");
        assertTrue(engine.namespace("/").emitWithAck("too early").join().isComplete());
        engine.start();
        WireClient client = WireClient.join(engine.port());
        engine.namespace("/").emit("in time");
        client.expect("42[\"in time\"]").close();
    }

    // ---- drain

    @Test
    void drainingLetsClientsGoAndTellsNewOnesWhenToComeBack() throws Exception {
        engine = builder().start();
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(WireClient.join(engine.port()));
        }
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> engine.drain(Duration.ofMillis(500)));
        clients.get(0).expectClosed();
        HttpResponse<String> refused = PollingClient.get(engine.port(), "/socket.io/?EIO=4&transport=polling");
        assertEquals(503, refused.statusCode());
        assertEquals("2", refused.headers().firstValue("Retry-After").orElseThrow());
        clients.subList(1, 10).forEach(WireClient::expectClosed);
        drained.get(10, TimeUnit.SECONDS);
        Eventually.equal(20, log::size);
        assertTrue(log.contains("server shutting down, 0 rooms"), log.toString());
        assertEquals(0, engine.occupancy().clients());
    }

    @Test
    void drainingSendsNoDisconnectPacketSoThatStockClientsComeBack() {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        engine.drain(Duration.ZERO);
        client.expect("closed 1001");
    }

    @Test
    void drainingAnEmptyEngineReturnsAtOnce() {
        engine = builder().start();
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> engine.drain(Duration.ofMinutes(10)));
    }

    // ---- embedded

    @Test
    void aMountedEngineStopsAndStartsWithItsJetty() throws Exception {
        engine = builder().build();
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        jetty.addConnector(connector);
        jetty.setHandler(engine.handler());
        jetty.start();
        WireClient client = WireClient.join(connector.getLocalPort());
        client.send("420[\"echo\",1]").expect("430[1]");
        jetty.stop();
        client.expect("closed 1001");
        assertEquals("disconnecting, 1 rooms", logged());
        assertEquals("server shutting down, 0 rooms", logged());
        jetty.start();
        WireClient again = WireClient.join(connector.getLocalPort());
        again.send("420[\"echo\",2]").expect("430[2]");
        engine.close();
        again.expect("closed 1001");
        assertEquals(
                503,
                PollingClient.get(connector.getLocalPort(), "/socket.io/?EIO=4&transport=polling")
                        .statusCode());
        jetty.stop();
    }

    @Test
    void aTakenPortIsNamedAndTheEngineMayBeStartedOnceItIsFree() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            engine = builder().host("0.0.0.0").port(taken.getLocalPort()).build();
            UncheckedIOException thrown = assertThrows(UncheckedIOException.class, engine::start);
            assertTrue(
                    thrown.getMessage().startsWith("cannot listen on 0.0.0.0:" + taken.getLocalPort() + ": "),
                    thrown.getMessage());
        }
        WireClient.join(engine.start().port()).close();
    }
}
