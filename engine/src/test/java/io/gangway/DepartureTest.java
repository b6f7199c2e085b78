package io.gangway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients leave in order: what has begun is answered, what has not begun is not. */
@Tag("threads")
@Timeout(60)
class DepartureTest {
    private static final int CLIENTS = 10;

    /** The ways in which an engine lets its clients go. */
    enum Way {
        DRAIN(engine -> engine.drain(Duration.ofSeconds(20))),
        CLOSE(Engine::close);

        private final Consumer<Engine> leave;

        Way(Consumer<Engine> leave) {
            this.leave = leave;
        }
    }

    private final CountDownLatch release = new CountDownLatch(1);
    private final CompletableFuture<String> later = new CompletableFuture<>();
    private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final AtomicInteger handled = new AtomicInteger();
    private final LinkedBlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();

    @AutoClose
    private Engine engine;

    private EngineBuilder builder() {
        EngineBuilder builder = Engine.builder().port(0);
        builder.namespace("/")
                .onConnect(sockets::add)
                .on("slow", (socket, arguments) -> {
                    begun.add("slow");
                    release.await();
                    return Ack.of("done");
                })
                .on("later", (socket, arguments) -> {
                    begun.add("later");
                    return Ack.later(later);
                })
                .on("ask", (socket, arguments) -> {
                    begun.add("ask");
                    return Ack.of(socket.emitWithAck("question").get().get(0, String.class));
                })
                .on("next", (socket, arguments) -> Ack.of(handled.incrementAndGet()));
        return builder;
    }

    private CompletableFuture<Void> leave(Way way) {
        CompletableFuture<Void> leaving =
                CompletableFuture.runAsync(() -> way.leave.accept(engine), task -> new Thread(task).start());
        awaitLeaving();
        return leaving;
    }

    private void awaitLeaving() {
        Eventually.equal(
                503,
                () -> PollingClient.get(engine.port(), "/socket.io/?EIO=4&transport=polling")
                        .statusCode());
    }

    private void awaitBegun(int count) {
        Eventually.equal(count, begun::size);
    }

    @ParameterizedTest
    @EnumSource
    void acksOfRunningHandlersArriveBeforeTheConnectionCloses(Way way) throws Exception {
        engine = builder().start();
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(WireClient.join(engine.port()).send("420[\"slow\"]"));
        }
        awaitBegun(CLIENTS);
        CompletableFuture<Void> leaving = leave(way);
        clients.forEach(client -> client.send("421[\"next\"]")); // not begun, and never will be
        release.countDown();
        for (WireClient client : clients) {
            client.expect("430[\"done\"]", "closed 1001");
        }
        leaving.get(30, SECONDS);
        assertEquals(0, handled.get());
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsBehindARunningHandlerIsNotBegun(Way way) throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.take();
        CompletableFuture<Arguments> fence = socket.emitWithAck("fence");
        client.expect("420[\"fence\"]")
                .send("420[\"slow\"]")
                .send("421[\"next\"]")
                .send("430[]");
        fence.get(30, SECONDS); // what was sent before it is queued
        awaitBegun(1);
        CompletableFuture<Void> leaving = leave(way);
        release.countDown();
        client.expect("430[\"done\"]", "closed 1001");
        leaving.get(30, SECONDS);
        assertEquals(0, handled.get());
    }

    @ParameterizedTest
    @EnumSource
    void lateAcksArriveBeforeTheConnectionCloses(Way way) throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port()).send("420[\"later\"]");
        WireClient idle = WireClient.join(engine.port());
        awaitBegun(1);
        CompletableFuture<Void> leaving = leave(way);
        idle.expect("closed 1001"); // it need not wait
        later.complete("at last");
        client.expect("430[\"at last\"]", "closed 1001");
        leaving.get(30, SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void handlersThatWaitForTheirClientsAreAnswered(Way way) throws Exception {
        engine = builder().start();
        WireClient client = WireClient.join(engine.port()).send("427[\"ask\"]").expect("420[\"question\"]");
        CompletableFuture<Void> leaving = leave(way);
        client.send("430[\"answer\"]").expect("437[\"answer\"]", "closed 1001");
        leaving.get(30, SECONDS);
    }

    /** Another client's ack counts too: it must not be sent away while a handler may wait for it. */
    @ParameterizedTest
    @EnumSource
    void handlersThatWaitForOtherClientsAreAnswered(Way way) throws Exception {
        EngineBuilder builder = builder();
        builder.namespace("/").on("relay", (socket, arguments) -> {
            begun.add("relay");
            Socket other = socket.namespace().sockets().stream()
                    .filter(one -> !one.equals(socket))
                    .findAny()
                    .orElseThrow();
            return Ack.of(other.emitWithAck("question").get().get(0, String.class));
        });
        engine = builder.start();
        WireClient other = WireClient.join(engine.port());
        WireClient client = WireClient.join(engine.port()).send("427[\"relay\"]");
        other.expect("420[\"question\"]");
        CompletableFuture<Void> leaving = leave(way);
        other.send("430[\"answer\"]");
        client.expect("437[\"answer\"]", "closed 1001");
        other.expect("closed 1001");
        leaving.get(30, SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void aPollingClientFetchesItsAckFirst(Way way) throws Exception {
        engine = builder().start();
        PollingClient client = PollingClient.join(engine.port());
        client.post("420[\"slow\"]");
        awaitBegun(1);
        CompletableFuture<Void> leaving = leave(way);
        release.countDown();
        Eventually.equal(0, () -> engine.occupancy().clients()); // it polls only after it has been told to leave
        assertEquals("430[\"done\"]", client.poll());
        assertEquals("1", client.poll());
        leaving.get(30, SECONDS);
    }

    /** A client that floods its own handler stops being read: not so once its events are not handled any more. */
    @Test
    void aHandlerBehindAFullQueueGetsItsClientsAck() throws Exception {
        engine = builder().limits(limits -> limits.maxQueuedEvents(4)).start();
        WireClient client = WireClient.join(engine.port()).send("427[\"ask\"]").expect("420[\"question\"]");
        for (int i = 0; i < 100; i++) {
            client.send("42[\"next\"]");
        }
        client.send("430[\"answer\"]");
        CompletableFuture<Void> leaving = leave(Way.DRAIN);
        client.expect("437[\"answer\"]", "closed 1001");
        leaving.get(30, SECONDS);
        assertEquals(0, handled.get());
    }

    @Test
    void whatIsNotDoneInTimeIsLoggedWithCounts() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            engine = builder().start();
            WireClient slow = WireClient.join(engine.port()).send("420[\"slow\"]");
            Socket slowSocket = sockets.take(); // before another client has one
            WireClient late =
                    WireClient.join(engine.port()).send("420[\"later\"]").send("421[\"later\"]");
            WireClient idle = WireClient.join(engine.port());
            awaitBegun(3);
            CompletableFuture<Arguments> asked = slowSocket.emitWithAck("question");
            engine.drain(Duration.ofMillis(200));
            slow.next();
            slow.expectClosed();
            late.expectClosed();
            idle.expectClosed();
            assertInstanceOf(
                    DisconnectedException.class,
                    assertThrows(ExecutionException.class, () -> asked.get(30, SECONDS))
                            .getCause());
            assertTrue(
                    log.complaints().contains("disconnected 2 clients with work under way, whose acks are lost"),
                    log.text());
            assertTrue(log.complaints().contains("1 handlers were still running and 2 late acks"), log.text());
            long begin = System.nanoTime();
            engine.close();
            long took = System.nanoTime() - begin;
            assertTrue(took < SECONDS.toNanos(4), "close waited once more: " + took);
            assertTrue(log.complaints().contains("interrupting them"), log.text());
        }
    }

    /** All of them wait for the clients to leave, and none for itself or for another that does. */
    @Test
    void handlersMayDrainTheEngineTheyRunIn() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        EngineBuilder builder = builder();
        builder.namespace("/").on("drain", (socket, arguments) -> {
            both.countDown();
            both.await();
            engine.drain(Duration.ofMinutes(10));
            begun.add("drained");
            return Ack.empty();
        });
        engine = builder.start();
        WireClient one = WireClient.join(engine.port()).send("420[\"drain\"]");
        WireClient two = WireClient.join(engine.port()).send("420[\"drain\"]");
        one.expect("closed 1001");
        two.expect("closed 1001");
        awaitBegun(2);
    }

    @Test
    void anInterruptEndsTheWaiting() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            engine = builder().start();
            WireClient client = WireClient.join(engine.port()).send("420[\"slow\"]");
            awaitBegun(1);
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread draining = new Thread(() -> {
                engine.drain(Duration.ofMinutes(10));
                interrupted.complete(Thread.currentThread().isInterrupted());
            });
            draining.start();
            awaitLeaving();
            draining.interrupt();
            client.expect("closed 1001");
            assertTrue(interrupted.get(30, SECONDS));
            assertTrue(log.complaints().contains("disconnected 1 clients"), log.text());
            release.countDown();
        }
    }

    @Test
    void aMountedEngineLetsHandlersFinishWhenItsJettyStops() throws Exception {
        engine = builder().build();
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        jetty.addConnector(connector);
        jetty.setHandler(engine.handler());
        jetty.start();
        WireClient client = WireClient.join(connector.getLocalPort()).send("420[\"slow\"]");
        awaitBegun(1);
        Thread stopping = new Thread(() -> {
            try {
                jetty.stop();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        stopping.start();
        Eventually.equal(
                503,
                () -> PollingClient.get(connector.getLocalPort(), "/socket.io/?EIO=4&transport=polling")
                        .statusCode());
        release.countDown();
        client.expect("430[\"done\"]", "closed 1001");
        stopping.join();

        jetty.start();
        WireClient again = WireClient.join(connector.getLocalPort());
        again.send("420[\"next\"]").expect("430[1]"); // events are handled again
        again.close();
        jetty.stop();
    }
}
