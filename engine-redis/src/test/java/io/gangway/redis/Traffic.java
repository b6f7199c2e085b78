package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Cluster;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Numbered broadcasts from one node to another, and what became of them. */
final class Traffic implements AutoCloseable {
    private final Node from;
    private final Thread sender;
    private final List<Long> numbers = new ArrayList<>();
    private final List<Long> arrivals = new ArrayList<>();
    /** When each was sent. */
    private final List<Long> sent = new ArrayList<>();

    private volatile boolean stopped;
    private volatile long slowestNanos;

    /** Starts to send so many messages a second. */
    Traffic(Node from, Node to, int perSecond) {
        this.from = from;
        to.handler = message -> {
            synchronized (arrivals) {
                numbers.add(Long.parseLong(TinyFormat.text(message)));
                arrivals.add(System.nanoTime());
            }
        };
        this.sender = new Thread(() -> send(perSecond), "traffic");
        sender.start();
    }

    private void send(int perSecond) {
        long start = System.nanoTime();
        for (long number = 0; !stopped; number++) {
            LockSupport.parkNanos(start + number * 1_000_000_000 / perSecond - System.nanoTime());
            long before = System.nanoTime();
            synchronized (sent) {
                sent.add(before);
            }
            from.channel.publish(TinyFormat.broadcast(Long.toString(number)));
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - before);
        }
    }

    /** Waits until so many more have arrived. */
    Traffic awaitArrivals(int more) {
        int goal = arrived() + more;
        Eventually.holds(more + " more messages arrive", () -> arrived() >= goal);
        return this;
    }

    int arrived() {
        synchronized (arrivals) {
            return numbers.size();
        }
    }

    long offered() {
        synchronized (sent) {
            return sent.size();
        }
    }

    Duration slowestPublish() {
        return Duration.ofNanos(slowestNanos);
    }

    /** Stops sending, waits until each message is settled, and checks that the counters add up. */
    Traffic finish() {
        stopped = true;
        try {
            sender.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        Eventually.holds("the fate of all is known", () -> from.cluster.health().queued() == 0);
        Cluster.Health health = from.cluster.health();
        assertEquals(0, from.cluster.link().pending(), "nothing waits");
        assertEquals(offered(), health.offered());
        assertEquals(health.offered(), health.published() + health.dropped() + health.unknown(), health.toString());
        return this;
    }

    /** Asserts that each arrived at most once, in order. */
    Traffic assertOrderedWithoutDuplicates() {
        synchronized (arrivals) {
            for (int i = 1; i < numbers.size(); i++) {
                assertTrue(numbers.get(i - 1) < numbers.get(i), numbers.get(i) + " came after " + numbers.get(i - 1));
            }
        }
        return this;
    }

    /** How many did not arrive. */
    long lost() {
        return offered() - arrived();
    }

    /** The times at which those that did not arrive were sent. */
    List<Long> lossTimes() {
        List<Long> times = new ArrayList<>();
        synchronized (arrivals) {
            int next = 0;
            for (int number = 0; number < sent.size(); number++) {
                if (next < numbers.size() && numbers.get(next) == number) {
                    next++;
                } else {
                    times.add(sent.get(number));
                }
            }
        }
        return times;
    }

    /** The oldest that a message was when it arrived. */
    Duration oldest() {
        long oldest = 0;
        synchronized (arrivals) {
            for (int i = 0; i < numbers.size(); i++) {
                oldest = Math.max(
                        oldest, arrivals.get(i) - sent.get(numbers.get(i).intValue()));
            }
        }
        return Duration.ofNanos(oldest);
    }

    @Override
    public void close() {
        stopped = true;
    }
}
