package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is chained to a future that the engine completes may wait, for a further such future too, however many do and however
 * few the threads are. Also run on the newest LTS, where virtual threads help out.
 */
@Tag("threads")
@Timeout(120)
class ContinuationsMayWaitTest {
    private final List<WireClient> clients = new ArrayList<>();
    private final LinkedBlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private Engine engine = Engine.builder().namespace("/").build();

    @AfterEach
    void stop() {
        release.countDown();
        clients.forEach(WireClient::close);
        engine.close();
    }

    /** How a continuation asks its client once more, and waits for what it says. */
    private enum Wait {
        JOIN {
            @Override
            Object second(Socket socket) {
                return socket.emitWithAck("second").join();
            }
        },
        JOIN_OF_A_DERIVED_FUTURE {
            @Override
            Object second(Socket socket) {
                return socket.emitWithAck("second").thenApply(answer -> answer).join();
            }
        },
        JOIN_OF_SEVERAL {
            @Override
            Object second(Socket socket) {
                CompletableFuture<Arguments> answer = socket.emitWithAck("second");
                CompletableFuture.allOf(answer, answer.thenRun(() -> {})).join();
                return answer.join();
            }
        },
        LATCH {
            @Override
            Object second(Socket socket) throws Exception {
                CountDownLatch answered = new CountDownLatch(1);
                CompletableFuture<Arguments> answer =
                        socket.emitWithAck("second").whenComplete((values, failure) -> answered.countDown());
                answered.await();
                return answer.join();
            }
        },
        SLEEP {
            @Override
            Object second(Socket socket) throws Exception {
                CompletableFuture<Arguments> answer =
                        socket.emitWithAck("second").thenApply(values -> values);
                while (!answer.isDone()) {
                    Thread.sleep(10);
                }
                return answer.join();
            }
        },
        LATER {
            @Override
            Object second(Socket socket) {
                return CompletableFuture.supplyAsync(
                                () -> socket.emitWithAck("second").join(), task -> new Thread(task).start())
                        .join();
            }
        };

        abstract Object second(Socket socket) throws Exception;
    }

    private void start(int threads, Wait how) {
        engine = Engine.builder()
                .port(0)
                .handlerThreads(threads)
                .namespace("/")
                .onConnect(sockets::add)
                .on(
                        "chain",
                        (socket, arguments) ->
                                Ack.later(socket.emitWithAck("first").thenApply(first -> {
                                    try {
                                        return how.second(socket);
                                    } catch (Exception failure) {
                                        throw new IllegalStateException(failure);
                                    }
                                })))
                .start();
    }

    private void join(int count) {
        for (int i = 0; i < count; i++) {
            clients.add(WireClient.join(engine.port()));
        }
    }

    /** Takes a question from each client, then has all of them answer it. */
    private void answerAll(String question) {
        List<String> ids = new ArrayList<>();
        for (WireClient client : clients) {
            String packet = client.next();
            String id = packet.replaceAll("42(\\d+)\\[\"" + question + "\"]", "$1");
            assertEquals("42" + id + "[\"" + question + "\"]", packet);
            ids.add(id);
        }
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).send("43" + ids.get(i) + "[" + i + "]");
        }
    }

    private void chain() {
        clients.forEach(client -> client.send("420[\"chain\"]"));
        answerAll("first");
        answerAll("second"); // all are asked before the first answers
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).expect("430[" + i + "]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void continuationsOfTwoClientsMayWaitThoughThereAreTwoThreads(Wait how) {
        start(2, how);
        join(2);
        chain();
    }

    @Test
    void continuationsOfMoreClientsThanThreadsMayWait() {
        start(64, Wait.JOIN);
        join(80);
        chain();
    }

    @Test
    void heldContinuationsLetOtherClientsAcksAndTimeoutsThrough() throws Exception {
        start(2, Wait.JOIN);
        join(6);
        AtomicInteger held = new AtomicInteger();
        for (WireClient client : clients) {
            CompletableFuture<Void> unused = sockets.take().emitWithAck("first").thenAccept(answer -> {
                held.incrementAndGet();
                try {
                    release.await();
                } catch (InterruptedException atTheEnd) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        answerAll("first");
        Eventually.equal(6, held::get);

        WireClient unrelated = WireClient.join(engine.port());
        Socket socket = sockets.take();
        CompletableFuture<Arguments> answer = socket.emitWithAck("first");
        unrelated.expect("426[\"first\"]").send("436[\"heard\"]");
        assertEquals("heard", answer.get(10, TimeUnit.SECONDS).get(0, String.class));
        CompletableFuture<Arguments> unanswered =
                socket.timeout(Duration.ofMillis(50)).emitWithAck("second");
        Throwable failure = assertThrows(ExecutionException.class, () -> unanswered.get(10, TimeUnit.SECONDS));
        assertInstanceOf(TimeoutException.class, failure.getCause());
        unrelated.close();
        assertEquals(1, release.getCount(), "they are held still");
    }

    /** They fail, and what waits for them goes on, although nobody answers. */
    @Test
    void continuationsOfClientsThatLeaveGoOn() {
        start(2, Wait.JOIN);
        join(6);
        clients.forEach(client -> client.send("420[\"chain\"]"));
        answerAll("first");
        for (WireClient client : clients) {
            client.next(); // asked once more
        }
        clients.forEach(WireClient::abort);
        Eventually.equal(0, () -> engine.occupancy().acks());
        WireClient another = WireClient.join(engine.port());
        clients.clear();
        clients.add(another);
        chain();
    }
}
