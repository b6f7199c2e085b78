package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One connection's events are handled one at a time and in order; different connections' at the same time. */
@Tag("threads")
class SerialHandlingTest {
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    @AutoClose
    private Engine engine;

    @Test
    void oneConnectionsEventsAreHandledInOrderOverAllItsNamespaces() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        Gateway gateway = namespace -> namespace.on("n", Integer.class, (socket, number) -> {
            if (running.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
            }
            LockSupport.parkNanos(1); // gives others the chance to overlap
            log.add(String.valueOf(number));
            running.decrementAndGet();
            return Ack.empty();
        });
        engine = Engine.builder()
                .port(0)
                .namespace("/", gateway)
                .namespace("/a", gateway)
                .start();
        WireClient client = WireClient.join(engine.port());
        client.joinNamespace("/a");
        for (int i = 0; i < 1_000; i++) {
            client.send("42" + (i % 2 == 0 ? "" : "/a,") + "[\"n\"," + i + "]");
        }
        Eventually.equal(1_000, log::size);
        assertEquals(IntStream.range(0, 1_000).mapToObj(String::valueOf).toList(), List.copyOf(log));
        assertEquals(0, overlaps.get());
        client.close();
    }

    @Test
    void eventsOfOnePostAreHandledInOrder() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("n", Integer.class, (socket, number) -> {
                    log.add(String.valueOf(number));
                    return Ack.empty();
                })
                .start();
        PollingClient client = PollingClient.join(engine.port());
        for (int post = 0; post < 10; post++) {
            int first = post * 50;
            client.post(IntStream.range(first, first + 50)
                    .mapToObj(i -> "42[\"n\"," + i + "]")
                    .collect(Collectors.joining("|")));
        }
        Eventually.equal(500, log::size);
        assertEquals(IntStream.range(0, 500).mapToObj(String::valueOf).toList(), List.copyOf(log));
        client.post("1");
    }

    @Test
    void differentConnectionsAreHandledAtTheSameTime() {
        CyclicBarrier allInside = new CyclicBarrier(8);
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("meet", (socket, arguments) -> {
                    allInside.await(10, TimeUnit.SECONDS);
                    return Ack.of("met");
                })
                .start();
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(WireClient.join(engine.port()).send("420[\"meet\"]"));
        }
        clients.forEach(client -> client.expect("430[\"met\"]").close());
    }

    @Test
    void acksAndLeavesDoNotQueueBehindARunningHandler() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(sockets::add)
                .on("block", (socket, arguments) -> {
                    release.await();
                    return Ack.of("released");
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        client.send("42[\"block\"]");
        CompletableFuture<Arguments> answer = socket.emitWithAck("question");
        client.expect("420[\"question\"]").send("430[\"answer\"]");
        assertEquals("answer", answer.get(10, TimeUnit.SECONDS).get(0, String.class));
        client.send("41");
        Eventually.holds("the socket has left", () -> !socket.isConnected());
        release.countDown();
        client.close();
    }

    @Test
    void anAnswerDoesNotWaitForTheHandlerOfTheNextEvent() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(sockets::add)
                .on("gate", (socket, arguments) -> {
                    open.await();
                    return Ack.of("open");
                })
                .on("block", (socket, arguments) -> {
                    release.await();
                    return Ack.of("released");
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        CompletableFuture<Arguments> read = sockets.poll(10, TimeUnit.SECONDS).emitWithAck("question");
        client.expect("420[\"question\"]");
        client.send("421[\"gate\"]").send("422[\"block\"]").send("430[]");
        read.get(10, TimeUnit.SECONDS); // so both events are in the mailbox
        open.countDown();
        client.expect("431[\"open\"]");
        release.countDown();
        client.expect("432[\"released\"]").close();
    }

    @Test
    void oneConnectionsFloodDoesNotKeepAnotherWaiting() {
        engine = Engine.builder()
                .port(0)
                .handlerThreads(1)
                .limits(limits -> limits.maxQueuedEvents(100_000))
                .namespace("/")
                .on("work", (socket, arguments) -> Ack.empty())
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .start();
        WireClient flooding = WireClient.join(engine.port());
        WireClient other = WireClient.join(engine.port());
        for (int i = 0; i < 5_000; i++) {
            flooding.send("42[\"work\"]");
        }
        other.send("420[\"echo\",1]").expect("430[1]").close();
        flooding.send("420[\"echo\",2]").expect("430[2]").close();
    }

    // ---- backpressure

    @Test
    void aFullMailboxStopsReadingTheWebSocketUntilThereIsRoom() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxQueuedEvents(8))
                .namespace("/")
                .on("n", (socket, arguments) -> {
                    release.await();
                    log.add(String.valueOf(arguments.get(0, Integer.class)));
                    return Ack.empty();
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        int events = 200;
        String padding = "x".repeat(200_000);
        AtomicInteger sent = new AtomicInteger();
        Thread sender = new Thread(() -> {
            for (int i = 0; i < events; i++) {
                client.send("42[\"n\"," + i + ",\"" + padding + "\"]");
                sent.incrementAndGet();
            }
        });
        sender.start();
        int held = Eventually.settles(sent::get);
        assertTrue(held < events, "all was read though nothing was handled");
        assertEquals(0, log.size());
        release.countDown();
        sender.join(10_000);
        Eventually.equal(events, log::size);
        assertEquals(IntStream.range(0, events).mapToObj(String::valueOf).toList(), List.copyOf(log));
        client.close();
    }

    @Test
    void bytesFillTheMailboxToo() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine = Engine.builder()
                .port(0)
                .maxPayload(300_000)
                .namespace("/")
                .on("n", (socket, arguments) -> {
                    release.await();
                    log.add(String.valueOf(arguments.get(0, byte[].class).length));
                    return Ack.empty();
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        AtomicInteger sent = new AtomicInteger();
        Thread sender = new Thread(() -> {
            for (int i = 0; i < 150; i++) {
                client.send("451-[\"n\",{\"_placeholder\":true,\"num\":0}]").send(new byte[250_000]);
                sent.incrementAndGet();
            }
        });
        sender.start();
        assertTrue(Eventually.settles(sent::get) < 150, "all was read though nothing was handled");
        release.countDown();
        sender.join(10_000);
        Eventually.equal(150, log::size);
        client.close();
    }

    @Test
    void aFullMailboxHoldsThePostsAnswerBackAndGoesOnWhenThereIsRoom() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxQueuedEvents(8))
                .namespace("/")
                .on("n", Integer.class, (socket, number) -> {
                    release.await();
                    log.add(String.valueOf(number));
                    return Ack.empty();
                })
                .start();
        PollingClient client = PollingClient.join(engine.port());
        String payload =
                IntStream.range(0, 100).mapToObj(i -> "42[\"n\"," + i + "]").collect(Collectors.joining("|"));
        CompletableFuture<Void> posted = CompletableFuture.runAsync(() -> client.post(payload));
        Eventually.settles(posted::isDone);
        assertFalse(posted.isDone(), "the POST was answered though nothing was handled");
        release.countDown();
        posted.get(10, TimeUnit.SECONDS);
        Eventually.equal(100, log::size);
        assertEquals(IntStream.range(0, 100).mapToObj(String::valueOf).toList(), List.copyOf(log));
        client.post("42[\"n\",100]|1");
        Eventually.equal(101, log::size);
    }

    @Test
    void anAckGetsThroughAlthoughTheMailboxIsNearlyFull() {
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxQueuedEvents(4))
                .namespace("/")
                .on(
                        "ask",
                        (socket, arguments) ->
                                Ack.of(socket.emitWithAck("question").get().get(0, String.class)))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"ask\"]").expect("420[\"question\"]");
        client.send("421[\"ask\"]").send("422[\"ask\"]").send("430[\"a\"]");
        client.expect("430[\"a\"]", "421[\"question\"]").send("431[\"b\"]");
        client.expect("431[\"b\"]", "422[\"question\"]")
                .send("432[\"c\"]")
                .expect("432[\"c\"]")
                .close();
    }

    // ---- the application's own executor

    @Test
    void handlersRunOnTheApplicationsExecutor() {
        ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "my-own"));
        try {
            engine = Engine.builder()
                    .port(0)
                    .executor(own)
                    .namespace("/")
                    .onConnect(socket -> log.add(Thread.currentThread().getName()))
                    .on(
                            "x",
                            (socket, arguments) -> Ack.of(Thread.currentThread().getName()))
                    .start();
            WireClient client = WireClient.join(engine.port());
            client.send("420[\"x\"]").expect("430[\"my-own\"]").close();
            assertEquals("my-own", log.peek());
            engine.close();
            assertFalse(own.isShutdown(), "it is the application's");
        } finally {
            own.shutdown();
        }
    }

    @Test
    void anExecutorThatRunsTasksAtOnceIsFine() {
        engine = Engine.builder()
                .port(0)
                .executor(Runnable::run)
                .namespace("/")
                .on("n", Integer.class, (socket, number) -> Ack.of(number))
                .start();
        WireClient client = WireClient.join(engine.port());
        for (int i = 0; i < 300; i++) {
            client.send("42" + i + "[\"n\"," + i + "]");
        }
        for (int i = 0; i < 300; i++) {
            client.expect("43" + i + "[" + i + "]");
        }
        client.close();
    }

    @Test
    void aClientThatIsNotReadBecauseItsHandlerBlocksIsNotTimedOut() {
        CountDownLatch release = new CountDownLatch(1);
        Duration interval = Duration.ofMillis(100);
        Duration timeout = Duration.ofSeconds(4); // before and after, the client has to answer in time
        engine = Engine.builder()
                .port(0)
                .pingInterval(interval)
                .pingTimeout(timeout)
                .limits(limits -> limits.maxQueuedEvents(2))
                .namespace("/")
                .on("block", Integer.class, (socket, number) -> {
                    release.await();
                    return Ack.of(number);
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        for (int i = 0; i < 20; i++) {
            client.send("42" + i + "[\"block\"," + i + "]");
        }
        client.showPings();
        long over = System.nanoTime() + interval.plus(timeout).plus(interval).toNanos();
        while (System.nanoTime() - over < 0) {
            client.expect("2");
            client.send("3");
        }
        release.countDown();
        for (int i = 0; i < 20; i++) {
            String packet = client.next();
            while (packet.equals("2")) {
                client.send("3");
                packet = client.next();
            }
            assertEquals("43" + i + "[" + i + "]", packet);
        }
        client.close();
    }

    @Test
    void aClientForWhomTheExecutorHasNoThreadIsSentAway() {
        AtomicInteger turns = new AtomicInteger();
        engine = Engine.builder()
                .port(0)
                .executor(turn -> {
                    if (turns.incrementAndGet() > 1) {
                        throw new RejectedExecutionException("full");
                    }
                    turn.run();
                })
                .namespace("/")
                .on("n", (socket, arguments) -> Ack.empty())
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"n\"]").expectClosed();
        Eventually.equal(0, () -> engine.namespace("/").sockets().size());
    }
}
