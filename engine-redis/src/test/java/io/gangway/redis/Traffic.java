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
            sendNext(before);
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - before);
        }
    }

    private void sendNext(long time) {
        long number;
        synchronized (sent) {
            number = sent.size();
            sent.add(time);
        }
        from.channel.publish(TinyFormat.broadcast(Long.toString(number)));
    }

    /** Waits until so many more have arrived. */
    Traffic awaitArrivals(int more) {
        int goal = arrived() + more;
        Eventually.holds(more + " more messages arrive", () -> arrived() >= goal);
        return this;
    }

    /** Waits until one arrives that is sent from now on: then what has gone wrong before loses no more. */
    Traffic awaitNewOne() {
        long last = offered() - 1;
        Eventually.holds("a message that is sent from now on arrives", () -> lastArrived() > last);
        return this;
    }

    int arrived() {
        synchronized (arrivals) {
            return numbers.size();
        }
    }

    private long lastArrived() {
        synchronized (arrivals) {
            return numbers.isEmpty() ? -1 : numbers.get(numbers.size() - 1);
        }
    }

    /** When the one that has arrived last was sent. */
    long timeOfLastArrived() {
        int last = Math.toIntExact(lastArrived());
        synchronized (sent) {
            return sent.get(last);
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

    /**
     * Stops sending, waits until each message has arrived or is lost, and checks that the counters add up. Redis may
     * have taken a message that is still on its way: only when a later one arrives is it known to be lost. So if need
     * be, some more are sent until one arrives.
     */
    Traffic finish() {
        stopped = true;
        try {
            sender.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        long last = offered() - 1;
        Eventually.holds("the last arrives, or one after it", () -> {
            if (lastArrived() < last && from.cluster.health().queued() == 0) {
                sendNext(System.nanoTime());
            }
            return lastArrived() >= last;
        });
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

    /** How many did not arrive before the last that has; of those after it, nothing is known. */
    long lost() {
        return lossTimes().size();
    }

    /** The times at which these were sent. */
    List<Long> lossTimes() {
        List<Long> times = new ArrayList<>();
        synchronized (arrivals) {
            int next = 0;
            for (int number = 0; number < sent.size() && next < numbers.size(); number++) {
                if (numbers.get(next) == number) {
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
