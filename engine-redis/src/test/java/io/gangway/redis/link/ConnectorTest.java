package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.CapturedLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisException;

class ConnectorTest {
    /** What no one expects of a Redis, and of our own code. */
    @Test
    void whateverFailsItConnectsAgain() throws Exception {
        Deque<Runnable> steps = new ArrayDeque<>(List.of(
                () -> {
                    throw new StackOverflowError("while connecting");
                },
                () -> {},
                () -> {
                    throw new ClassCastException("while reading");
                },
                () -> {}));
        CountDownLatch used = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Connector connector = new Connector(
                "gangway-redis-connector-test",
                "cannot connect",
                () -> {
                    step(steps);
                    return null;
                },
                new LongAdder(),
                new Connector.Handler() {
                    @Override
                    public void connected(RedisConnection connection) {
                        step(steps);
                        used.countDown();
                        await(ended);
                    }

                    @Override
                    public void failed(JedisException why) {}

                    @Override
                    public void ended() {}
                });
        try (CapturedLog log = new CapturedLog()) {
            connector.start();
            assertTrue(used.await(10, TimeUnit.SECONDS), "it has given up");
            log.expectComplaint("cannot connect after an unexpected failure");
        } finally {
            connector.close();
            ended.countDown();
            connector.join(10_000);
        }
    }

    private static void step(Deque<Runnable> steps) {
        Runnable next = steps.poll();
        if (next != null) {
            next.run();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
