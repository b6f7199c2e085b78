package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Handlers may block, for their own client too. Also run on the newest LTS, where they have virtual threads. */
@Tag("threads")
class BlockedHandlersTest {
    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;
    private static final int BLOCKED = VIRTUAL ? 1_000 : 64;

    @Test
    void aHandlerMayWaitForItsOwnClientsAnswer() {
        try (Engine engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on(
                        "ask",
                        (socket, arguments) -> Ack.of(
                                socket.emitWithAck("question", 6, 7).get().get(0, Integer.class)))
                .start()) {
            WireClient client = WireClient.join(engine.port());
            client.send("425[\"ask\"]").expect("420[\"question\",6,7]");
            client.send("430[42]").expect("435[42]");
            client.close();
        }
    }

    @Test
    void handlersThatAllWaitForTheirOwnClientsAreAllAnswered() {
        try (Engine engine = Engine.builder()
                .port(0)
                .handlerThreads(64)
                .namespace("/")
                .on(
                        "ask",
                        (socket, arguments) ->
                                Ack.of(socket.emitWithAck("question").get()))
                .start()) {
            List<WireClient> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                clients.add(WireClient.join(engine.port()).send("420[\"ask\"]"));
            }
            List<String> questions = new ArrayList<>();
            for (WireClient client : clients) {
                questions.add(client.next());
            }
            for (int i = 0; i < clients.size(); i++) {
                String id = questions.get(i).replaceAll("42(\\d+)\\[\"question\"]", "$1");
                clients.get(i).send("43" + id + "[" + i + "]").expect("430[" + i + "]");
            }
            clients.forEach(WireClient::close);
        }
    }

    @Test
    void heartbeatsAndOtherWritesGoOnWhileAllHandlersBlock() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Semaphore blocked = new Semaphore(0);
        try (Engine engine = Engine.builder()
                .port(0)
                .handlerThreads(64)
                .pingInterval(Duration.ofMillis(200))
                .pingTimeout(Duration.ofSeconds(60))
                .namespace("/")
                .on("block", (socket, arguments) -> {
                    blocked.release();
                    release.await();
                    return Ack.of("free");
                })
                .namespace("/other")
                .start()) {
            WireClient listener = WireClient.open(engine.port()).showPings();
            listener.send("40/other,");
            List<WireClient> clients = new ArrayList<>();
            for (int i = 0; i < BLOCKED; i++) {
                clients.add(WireClient.join(engine.port()).send("420[\"block\"]"));
            }
            assertEquals(true, blocked.tryAcquire(BLOCKED, 30, TimeUnit.SECONDS), "all handlers block");

            // Drain the pings of the meantime, then see two more, and a write to another namespace.
            engine.namespace("/other").emit("still", "alive");
            boolean written = false;
            for (int pings = 0; pings < 2 || !written; ) {
                String packet = listener.next();
                if (packet.equals("2")) {
                    listener.send("3");
                    pings += written ? 1 : 0;
                } else {
                    written |= packet.equals("42/other,[\"still\",\"alive\"]");
                }
            }
            release.countDown();
            for (WireClient client : clients) {
                client.expect("430[\"free\"]").close();
            }
            listener.close();
        }
    }

    /** Such an executor runs a handler on whichever thread comes with one; the timer's would be missed by all clients. */
    @Test
    void timeoutsGoOnWhileAHandlerBlocksTheThreadThatCameWithIt() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch leaving = new CountDownLatch(1);
        BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
        try (Engine engine = Engine.builder()
                .port(0)
                .executor(Runnable::run)
                .pingInterval(Duration.ofMillis(100))
                .pingTimeout(Duration.ofMillis(100))
                .namespace("/")
                .onConnect(sockets::add)
                .onDisconnect((socket, reason) -> {
                    leaving.countDown();
                    release.await();
                })
                .start()) {
            try {
                WireClient.join(engine.port()).showPings(); // and answers none
                assertTrue(leaving.await(10, TimeUnit.SECONDS));
                sockets.take();
                WireClient other = WireClient.join(engine.port());
                CompletableFuture<Arguments> answer =
                        sockets.take().timeout(Duration.ofMillis(10)).emitWithAck("question");
                Throwable failure = assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
                assertInstanceOf(TimeoutException.class, failure.getCause());
                assertEquals(1, release.getCount(), "the handler blocks still");
                other.close();
            } finally {
                release.countDown();
            }
        }
    }
}
