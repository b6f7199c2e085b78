package io.gangway.redis.mixed;

import io.gangway.redis.TestRedis;
import io.gangway.redis.mixed.Peer.Kind;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast events get from one server to the clients of another, over one Redis: from Node.js to Node.js, from Java
 * to Java, and between them. Each server is a process of its own; the figures compare what was measured in one run,
 * and mean little by themselves.
 */
final class ClusterSpeed {
    /**
     * A pair is warm when so long a run is no faster than the ones before: with Java's JIT compilers that takes a
     * while.
     */
    private static final long WARM_UP = TimeUnit.SECONDS.toNanos(3);

    private static final long LONGEST_WARM_UP = TimeUnit.SECONDS.toNanos(36);
    private static final long MEASURED = TimeUnit.MILLISECONDS.toNanos(2_500);
    /** Between two queries for how many have arrived: each costs the measured servers some CPU time. */
    private static final long POLL = 250_000;

    private static final int PACE = 2_000;

    private ClusterSpeed() {}

    /** For the modes that stand for the adapters; in less than five minutes. Prints lines of a table. */
    static void measure(List<AdapterMode> modes) {
        try (TestRedis redis = TestRedis.start()) {
            System.out.println("| mode | from | to | clients | events/s | CPU of sender, us/event | CPU of receiver |"
                    + " p50, ms | p99, ms |\n|---|---|---|--:|--:|--:|--:|--:|--:|");
            for (AdapterMode mode : modes) {
                for (Kind kind : Kind.values()) {
                    measure(redis, mode, kind, kind, 1, 20, 1_000);
                }
                measure(redis, mode, Kind.NODE, Kind.JAVA, 1);
                measure(redis, mode, Kind.JAVA, Kind.NODE, 1);
            }
            EmitLatency.measure(redis);
        }
    }

    private static void measure(TestRedis redis, AdapterMode mode, Kind from, Kind to, int... clientCounts) {
        try (SpeedProcess sender = SpeedProcess.start(from, mode, redis.url());
                SpeedProcess receiver = SpeedProcess.start(to, mode, redis.url())) {
            awaitVoice(sender, receiver);
            for (int clients : clientCounts) {
                try (FrameCounter counter = FrameCounter.connect(receiver.port(), clients)) {
                    Measurement measurement = new Measurement(sender, receiver, counter, clients);
                    String pair = String.format("| %s | %s | %s | %d |", mode, from, to, clients);
                    System.out.println(pair + measurement.asFastAsPossible());
                    if (clients == 1 && from == to) {
                        System.out.println(pair + measurement.atAnEvenPace());
                    }
                }
            }
        }
    }

    /** Waits until the receiver receives the sender's events. */
    private static void awaitVoice(SpeedProcess sender, SpeedProcess receiver) {
        try (FrameCounter counter = FrameCounter.connect(receiver.port(), 1)) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            int said = 0;
            while (counter.events() == 0) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the receiver has heard none of " + said + " events");
                }
                sender.emit(1, 0);
                said++;
                LockSupport.parkNanos(20_000_000);
            }
            // Earlier events arrive now, unless a reader of a stream has missed them; none is counted later.
            long heard = -1;
            while (heard != counter.events()) {
                heard = counter.events();
                LockSupport.parkNanos(200_000_000);
            }
        }
    }

    /** One pair of servers, with clients on the receiver. */
    private static final class Measurement {
        private final SpeedProcess sender;
        private final SpeedProcess receiver;
        private final FrameCounter counter;
        private final int clients;
        private long emitted;
        private long senderMicros;
        private long receiverMicros;

        Measurement(SpeedProcess sender, SpeedProcess receiver, FrameCounter counter, int clients) {
            this.sender = sender;
            this.receiver = receiver;
            this.counter = counter;
            this.clients = clients;
        }

        String asFastAsPossible() {
            warmUp();
            startCpu();
            long before = counter.events();
            long start = System.nanoTime();
            run(MEASURED);
            double arrived = (counter.events() - before) / (double) clients;
            double rate = arrived * 1e9 / (System.nanoTime() - start);
            stopCpu();
            drain();
            return String.format(
                    Locale.ROOT, " %.0f | %.1f | %.1f | | |", rate, senderMicros / arrived, receiverMicros / arrived);
        }

        /** Until it has not got faster twice. */
        private void warmUp() {
            long start = System.nanoTime();
            long best = 0;
            int noFaster = 0;
            while (noFaster < 2 && System.nanoTime() - start < LONGEST_WARM_UP) {
                long before = counter.events();
                run(WARM_UP);
                long now = counter.events() - before;
                noFaster = now > best * 1.03 ? 0 : noFaster + 1;
                best = Math.max(best, now);
            }
        }

        /** Events are emitted as they arrive, so that none waits in Redis until that cuts a connection. */
        private void run(long nanos) {
            int step = Math.max(5, 1_000 / clients);
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
                if (emitted - counter.events() / clients <= 2L * step) {
                    sender.emit(step, 0);
                    emitted += step;
                } else {
                    LockSupport.parkNanos(POLL);
                }
            }
        }

        /** All that was emitted arrives, once at each client. */
        private void drain() {
            counter.awaitEvents(emitted * clients);
            if (counter.events() != emitted * clients) {
                throw new AssertionError(counter.events() + " events came of " + emitted * clients);
            }
        }

        String atAnEvenPace() {
            counter.measure(PACE);
            sender.emit(PACE, PACE); // to warm up
            counter.latencies();
            int count = 2 * PACE;
            counter.measure(count);
            startCpu();
            sender.emit(count, PACE);
            long[] sorted = counter.latencies();
            stopCpu();
            return String.format(
                    Locale.ROOT,
                    " %d, paced | %.1f | %.1f | %.2f | %.2f |",
                    PACE,
                    senderMicros / (double) count,
                    receiverMicros / (double) count,
                    sorted[count / 2] / 1e3,
                    sorted[count * 99 / 100] / 1e3);
        }

        private void startCpu() {
            senderMicros = -sender.cpuMicros();
            receiverMicros = -receiver.cpuMicros();
        }

        private void stopCpu() {
            senderMicros += sender.cpuMicros();
            receiverMicros += receiver.cpuMicros();
        }
    }
}
