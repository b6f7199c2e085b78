package io.gangway.benchmarks.clients;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Puts loads on servers and measures what comes of them. Confined to one thread.
 *
 * <p>Clients stay connected from one load to the next on the same server, unless the next one has fewer.
 */
public final class Clients implements AutoCloseable {
    private final Duration patience;
    private @Nullable Swarm swarm;

    /** @param patience after how long a standstill what has not come is lost */
    public Clients(Duration patience) {
        this.patience = patience;
    }

    /**
     * Runs a load, and after it until everything that was begun is done.
     *
     * @throws LoadFailure if anything was lost, came twice or in the wrong order, or if a connection ended
     */
    public Measured run(Load load) throws IOException {
        return switch (load.kind()) {
            case FAN_OUT -> {
                Swarm joined = joined(load);
                yield measure(joined, new FanOut(joined, load.bytes(), load.window()), load);
            }
            case ECHO -> {
                Swarm joined = joined(load);
                yield measure(joined, new Echo(joined, load.bytes(), load.window()), load);
            }
            case STEADY -> {
                Swarm joined = joined(load);
                yield measure(joined, new Steady(joined, load.bytes()), load);
            }
            case CONNECT -> {
                leave();
                Swarm fresh = new Swarm(load.port());
                swarm = fresh;
                Measured measured = measure(fresh, new Connects(fresh, load.sockets()), load);
                leave();
                yield measured;
            }
            case HOLD -> {
                joined(load);
                yield new Measured(0, 0, 1, 0, 0, 0, 0, 0, 0);
            }
            case LEAVE -> {
                leave();
                yield new Measured(0, 0, 1, 0, 0, 0, 0, 0, 0);
            }
        };
    }

    /** Handles what comes in while there is no load, such as pings. */
    void idle(long millis) throws IOException {
        if (swarm == null) {
            throw new IllegalStateException("no clients");
        }
        swarm.turn(millis);
    }

    boolean areConnected() {
        return swarm != null;
    }

    private Swarm joined(Load load) throws IOException {
        Swarm before = swarm;
        if (before != null && before.port() == load.port() && before.clients().size() <= load.sockets()) {
            before.grow(load.sockets());
            return before;
        }
        leave();
        Swarm fresh = new Swarm(load.port());
        swarm = fresh;
        fresh.grow(load.sockets());
        return fresh;
    }

    private void leave() throws IOException {
        if (swarm != null) {
            swarm.shrink();
            swarm.close();
            swarm = null;
        }
    }

    private Measured measure(Swarm swarm, Workload work, Load load) throws IOException {
        swarm.begin(work);
        work.start();
        turnUntil(swarm, work, System.nanoTime() + load.leadMillis() * 1_000_000);
        work.latencies().clear();
        work.echoLatencies().clear();
        long done = work.done();
        long reads = swarm.reads();
        long serverCpu = cpuNanos(load.serverPid());
        long clientCpu = cpuNanos(ProcessHandle.current().pid());
        long start = System.nanoTime();
        turnUntil(swarm, work, start + load.measureMillis() * 1_000_000);
        long operations = work.done() - done;
        long nanos = System.nanoTime() - start;
        serverCpu = cpuNanos(load.serverPid()) - serverCpu;
        clientCpu = cpuNanos(ProcessHandle.current().pid()) - clientCpu;
        reads = swarm.reads() - reads;
        double p50 = work.latencies().percentileMicros(0.5);
        double p99 = work.latencies().percentileMicros(0.99);
        double echoP99 = work.echoLatencies().percentileMicros(0.99);
        work.stop();
        settle(swarm, work);
        return new Measured(operations, work.done(), nanos, serverCpu, clientCpu, reads, p50, p99, echoP99);
    }

    private static void turnUntil(Swarm swarm, Workload work, long end) throws IOException {
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            swarm.turn(work.due(now));
        }
    }

    private void settle(Swarm swarm, Workload work) throws IOException {
        long missing = work.missing();
        long lastStep = System.nanoTime();
        while (missing > 0) {
            work.due(System.nanoTime());
            swarm.turn(20);
            if (work.missing() < missing) {
                missing = work.missing();
                lastStep = System.nanoTime();
            } else if (System.nanoTime() - lastStep > patience.toNanos()) {
                throw new LoadFailure(
                        missing + " of what was begun never came; " + work.done() + " did: lost by the server");
            }
        }
    }

    private static long cpuNanos(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElseThrow(
                        () -> new LoadFailure("the CPU time of process " + pid + " cannot be told; has it ended?"));
    }

    @Override
    public void close() throws IOException {
        if (swarm != null) {
            swarm.close();
            swarm = null;
        }
    }
}
