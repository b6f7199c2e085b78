package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Count;
import io.gangway.benchmarks.clients.Load;
import io.gangway.benchmarks.clients.RemoteClients;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.servers.Broadcaster;
import io.gangway.benchmarks.servers.Contender;
import io.gangway.benchmarks.servers.Measured;
import io.gangway.benchmarks.servers.Receipts;
import io.gangway.benchmarks.servers.Spent;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A server in this process and its clients in another, for one trial; idle between iterations. Confined to JMH's one
 * thread, except {@link #lastIteration}.
 */
final class UnderLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicReference<@Nullable Iteration> LAST = new AtomicReference<>();

    /**
     * The result of an iteration.
     *
     * @param of the server under load
     * @param taken the operations counted by the benchmark
     * @param late the operations completed after the iteration's time
     */
    record Iteration(UnderLoad of, Measured measured, long taken, long late) {}

    private final Contender.Running server;
    private final Receipts receipts = Receipts.open(PATIENCE);
    private final RemoteClients clients;
    private final Spent.Meter meter = new Spent.Meter();

    private @Nullable Broadcaster broadcaster;
    private long operations; // reported by receipts, but not yet counted by the benchmark
    private long taken;
    private Count before;
    private Spent spentBefore = meter.look();

    private UnderLoad(Contender.Running server, RemoteClients clients, Load load) {
        this.server = server;
        this.clients = clients;
        clients.begin(load.withReceipts(receipts.port()));
        receipts.accept();
        if (load.kind() == Load.Kind.FAN_OUT) {
            broadcaster = new Broadcaster(server, receipts, load.bytes(), load.window());
        }
        before = settle();
    }

    /**
     * Starts a server and its clients.
     *
     * @param load the load of the clients, for the server's port
     * @throws IllegalArgumentException if the server is unknown, or if one of JMH's options does not work here
     */
    static UnderLoad start(BenchmarkParams params, String server, IntFunction<Load> load) {
        requireSense(params);
        Contender contender = Contender.of(server);
        RemoteClients clients = RemoteClients.start(OneCoreEach.ofClients());
        try {
            Contender.Running running = contender.start(0);
            try {
                return new UnderLoad(running, clients, load.apply(running.port()));
            } catch (RuntimeException failure) {
                running.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            clients.close();
            throw failure;
        }
    }

    private static void requireSense(BenchmarkParams params) {
        if (params.getThreads() != 1) {
            throw new IllegalArgumentException("-t " + params.getThreads()
                    + ": only one thread may emit, because the order of deliveries is checked; leave -t out");
        }
        if (!EnumSet.of(Mode.Throughput, Mode.AverageTime).contains(params.getMode())) {
            throw new IllegalArgumentException("mode " + params.getMode()
                    + " is not supported, because an operation is one delivery of many; use -bm thrpt"
                    + " or -bm avgt");
        }
    }

    /** Starts the load of an iteration. */
    void resume() {
        orClosed(() -> {
            operations = 0;
            taken = 0;
            spentBefore = meter.look();
            before = clients.count();
            clients.resume();
            return before;
        });
    }

    /** Waits for one more delivery, ack or handshake that the clients have counted. */
    void take() {
        while (operations == 0) {
            operations = orClosed(this::next);
        }
        operations--;
        taken++;
    }

    private long next() {
        try {
            return broadcaster == null ? receipts.await() : broadcaster.deliver();
        } catch (LoadFailure failure) {
            clients.count(); // fails with the clients' own reason
            throw failure;
        }
    }

    /** Ends the load of an iteration. */
    void rest() {
        long untilNow = receipts.done();
        Count after = orClosed(this::settle);
        Measured measured = Measured.between(spentBefore, before, meter.look(), after);
        LAST.set(new Iteration(this, measured, taken, operations + after.done() - untilNow));
    }

    /** Closes everything if a step fails: JMH does not tear down a failed trial, and then waits for its threads. */
    private <T> T orClosed(Supplier<T> step) {
        try {
            return step.get();
        } catch (LoadFailure failure) {
            close();
            throw failure;
        }
    }

    private Count settle() {
        Count settled = clients.settle(broadcaster == null ? 0 : broadcaster.published());
        receipts.skipTo(settled.done());
        return settled;
    }

    /**
     * The result of the last iteration in this process, once; null if no server was under load. May be called on any
     * thread.
     */
    static @Nullable Iteration lastIteration() {
        return LAST.getAndSet(null);
    }

    /** Stops the server and the clients' process, without closing each client. */
    @Override
    public void close() {
        clients.close();
        server.close();
        receipts.close();
    }
}
