package io.gangway.wire;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.NodeProcess;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two hundred stock clients, forty of them with a handler under way, leave an engine in order, and are back on the one that
 * takes its port. Only in the long form: {@code mvn -pl engine test -Dtest=DepartureOfManyTest -Dgangway.long=true}.
 */
@EnabledIfSystemProperty(named = "gangway.long", matches = "true")
@Timeout(120)
class DepartureOfManyTest {
    private static final int PROCESSES = 4;
    private static final int CLIENTS = 50;
    private static final int SLOW = 10;

    /** The ways in which an engine lets its clients go. */
    private enum Way {
        DRAIN(Duration.ofSeconds(10), engine -> engine.drain(Duration.ofSeconds(10))),
        CLOSE(Duration.ofSeconds(5), Engine::close);

        private final Duration time;
        private final Consumer<Engine> leave;

        Way(Duration time, Consumer<Engine> leave) {
            this.time = time;
            this.leave = leave;
        }
    }

    @RegisterExtension
    final CleanLog log = new CleanLog();

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final BlockingQueue<Map<String, @Nullable Object>> happened = new LinkedBlockingQueue<>();

    private Engine start(int port) {
        return Engine.builder()
                .port(port)
                .namespace("/")
                .on("slow", (socket, arguments) -> {
                    begun.incrementAndGet();
                    release.await();
                    return Ack.of("done");
                })
                .start();
    }

    private long count(String what) {
        return happened.stream()
                .filter(event -> what.equals(event.get("happened")))
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void everyAckArrivesAndEverybodyIsBack(Way way) throws Exception {
        int all = PROCESSES * CLIENTS;
        List<NodeProcess> nodes = new ArrayList<>();
        Engine first = start(0);
        int port = first.port();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                nodes.add(NodeProcess.start(
                        "departure.js",
                        happened::add,
                        String.valueOf(port),
                        String.valueOf(CLIENTS),
                        String.valueOf(SLOW)));
            }
            Eventually.equal((long) all, () -> count("connect"));
            Eventually.equal(PROCESSES * SLOW, begun::get);

            long start = System.nanoTime();
            CompletableFuture<Void> leaving =
                    CompletableFuture.runAsync(() -> way.leave.accept(first), task -> new Thread(task).start());
            // So many that those with a handler under way would be among them, if they were not waited for.
            Eventually.holds("half of them have left", () -> count("disconnect") >= all / 2);
            release.countDown();
            leaving.get(30, SECONDS);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(way.time.plusSeconds(2)) < 0, () -> way + " took " + took);
            first.close();
            try (Engine second = start(port)) {
                Eventually.equal((long) PROCESSES * SLOW, () -> count("ack"));
                Eventually.equal((long) all, () -> count("disconnect"));
                while (second.namespace("/").sockets().size() < all) {
                    Eventually.settles(() -> second.namespace("/").sockets().size());
                }
                System.out.printf(
                        "%s of %d clients took %d ms, and all were back after %d ms%n",
                        way, all, took.toMillis(), (System.nanoTime() - start) / 1_000_000);
            }
            assertEquals(0, count("no ack"));
            assertTrue(happened.stream()
                    .filter(event -> "disconnect".equals(event.get("happened")))
                    .allMatch(event -> "transport close".equals(event.get("value"))));
            assertTrue(happened.stream()
                    .filter(event -> "ack".equals(event.get("happened")))
                    .allMatch(event -> "done".equals(event.get("value"))));
        } finally {
            nodes.forEach(NodeProcess::close);
            release.countDown();
            first.close();
        }
    }
}
