package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.testing.Eventually;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No answer waits for the handlers of the events behind it. Each handler here goes on only once its client has the answer
 * to the event before: an answer that waited for a handler would wait for ever.
 */
@Tag("threads")
@Timeout(60)
class AnswersInTimeTest {
    private static final String LARGE = "x".repeat(60_000);

    private final LinkedBlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Semaphore taken = new Semaphore(0);
    private Engine engine = Engine.builder().namespace("/").build();

    @AfterEach
    void stop() {
        gate.countDown();
        taken.release(1_000);
        engine.close();
    }

    private void start(EngineBuilder builder) {
        engine = builder.port(0)
                .namespace("/")
                .onConnect(sockets::add)
                .on("gate", (socket, arguments) -> {
                    gate.await();
                    return Ack.of("open");
                })
                .on("step", (socket, arguments) -> {
                    taken.acquire();
                    return Ack.of(arguments);
                })
                .on("quick", (socket, arguments) -> Ack.of(arguments))
                .start();
    }

    /** So many events, behind one whose handler waits for the gate. */
    private static String[] behindTheGate(String event, int count, String argument) {
        return IntStream.rangeClosed(0, count)
                .mapToObj(i -> i == 0 ? "420[\"gate\"]" : "42" + i + "[\"" + event + "\",\"" + argument + "\"]")
                .toArray(String[]::new);
    }

    /** Joins, and has so many events wait for their handlers. */
    private RawClient sendOverWebSocket(String event, int count, String argument) throws Exception {
        RawClient client = RawClient.join(engine.port());
        CompletableFuture<Arguments> read = sockets.take().emitWithAck("question");
        client.expect("420[\"question\"]");
        for (String packet : behindTheGate(event, count, argument)) {
            client.send(packet);
        }
        client.send("430[]");
        read.get(10, TimeUnit.SECONDS); // so all are in the mailbox
        return client;
    }

    private void takeOneByOne(Supplier<String> next, int from, int to, String argument) {
        for (int i = from; i <= to; i++) {
            assertEquals(i == 0 ? "430[\"open\"]" : "43" + i + "[\"" + argument + "\"]", next.get());
            taken.release();
        }
    }

    /** So many that the thread goes to others in between. */
    @Test
    void answersOverAWebSocketDoNotWaitForTheHandlersBehindThem() throws Exception {
        start(Engine.builder());
        try (RawClient client = sendOverWebSocket("step", 70, "x")) {
            gate.countDown();
            takeOneByOne(client::next, 0, 70, "x");
        }
    }

    @Test
    void answersToPollsDoNotWaitForTheHandlersBehindThem() throws Exception {
        start(Engine.builder());
        PollingClient client = PollingClient.join(engine.port());
        client.post(String.join("|", behindTheGate("step", 10, "x")));
        gate.countDown();
        assertEquals("430[\"open\"]", client.poll());
        Socket socket = sockets.take();
        for (int i = 1; i <= 10; i++) {
            CompletableFuture<HttpResponse<String>> poll = client.pollAsync();
            Eventually.holds("the poll waits", socket::isWritable);
            taken.release();
            assertEquals("43" + i + "[\"x\"]", poll.get(10, TimeUnit.SECONDS).body());
        }
        client.leave();
    }

    @Test
    void answersDuringAnUpgradeDoNotWaitForTheHandlersBehindThem() throws Exception {
        start(Engine.builder());
        String session = RawClient.joinPolling(engine.port());
        try (RawClient poster = RawClient.connect(engine.port());
                RawClient poller = RawClient.connect(engine.port())) {
            poster.post(session, String.join("|", behindTheGate("step", 10, "x")));
            gate.countDown();
            takeOneByOne(() -> poller.get(session).body(), 0, 3, "x");
            try (RawClient webSocket = RawClient.upgrade(engine.port(), session.replace("polling", "websocket"))) {
                webSocket.send("2probe").expect("3probe").send("5");
                takeOneByOne(webSocket::next, 4, 10, "x");
            }
        }
    }

    @Test
    void answersFromTheApplicationsExecutorDoNotWaitForLaterHandlers() throws Exception {
        ExecutorService own = Executors.newSingleThreadExecutor();
        try {
            start(Engine.builder().executor(own));
            try (RawClient client = sendOverWebSocket("step", 10, "x")) {
                gate.countDown();
                takeOneByOne(client::next, 0, 10, "x");
            }
        } finally {
            engine.close();
            own.shutdown();
        }
    }

    /** The events that came before the client was let in are handled in one go. */
    @Test
    void answersToEventsThatWaitedForTheVerdictDoNotWaitEither() throws Exception {
        CompletableFuture<Void> verdict = new CompletableFuture<>();
        start(Engine.builder()
                .intercept(Around.connects((socket, chain) -> Ack.later(verdict.thenApply(yes -> chain.proceed())))));
        PollingClient client = PollingClient.open(engine.port());
        client.post("40|"
                + IntStream.rangeClosed(1, 10)
                        .mapToObj(i -> "42" + i + "[\"step\",\"x\"]")
                        .collect(Collectors.joining("|")));
        verdict.complete(null);
        RawClient.assertConnected(client.poll());
        taken.release();
        takeOneByOne(client::poll, 1, 10, "x");
        client.leave();
    }

    // ---- what is held back is not held against the client

    @Test
    void aClientThatReadsIsNotCutForLargeAnswersOfSlowHandlers() throws Exception {
        start(Engine.builder());
        try (RawClient client = sendOverWebSocket("step", 20, LARGE)) {
            gate.countDown();
            takeOneByOne(client::next, 0, 20, LARGE);
        }
    }

    /** Together they are more than may wait for a client. */
    @Test
    void aClientThatReadsIsNotCutForLargeAnswersThatLeaveTogether() throws Exception {
        start(Engine.builder());
        try (RawClient client = sendOverWebSocket("quick", 20, LARGE)) {
            gate.countDown();
            takeOneByOne(client::next, 0, 20, LARGE);
        }
    }
}
