package io.gangway.benchmarks.clients;

import com.sun.management.OperatingSystemMXBean;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.processes.Segments;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Puts loads on servers and counts the results. Confined to one thread, except {@link #wakeUp}.
 *
 * <p>A load runs in {@link #turn}. Clients stay connected from one load to the next on the same server, unless the next
 * one needs fewer.
 */
public final class Clients implements AutoCloseable {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Duration patience;
    private volatile @Nullable Swarm swarm;
    private @Nullable Workload work;
    private @Nullable ReceiptsLine line;
    private boolean clientsAreSpent;

    /** @param patience how long nothing may arrive before missing messages count as lost */
    public Clients(Duration patience) {
        this.patience = patience;
    }

    /**
     * Begins a load; a previous one must be settled.
     *
     * @throws LoadFailure if the clients cannot join
     */
    public void begin(Load load) throws IOException {
        hangUp();
        work = null;
        Swarm ready = load.kind() == Load.Kind.CONNECT ? fresh(load.port()) : joined(load);
        if (load.receipts() != 0) {
            line = new ReceiptsLine(load.receipts());
        }
        Workload next = switch (load.kind()) {
            case FAN_OUT -> new Receiving(ready, load.bytes(), load.window());
            case ECHO -> new Echo(ready, load.bytes(), load.window());
            case STEADY -> new Steady(ready, load.bytes());
            case SHOOTOUT -> new Shootout(ready, load.bytes(), load.window());
            case CHAT -> new Chat(ready, load.bytes(), load.window());
            case GROUPS -> new Groups(ready, load);
            case CONNECT -> new Connects(ready, load.sockets());
            case HOLD -> null;
        };
        clientsAreSpent = load.kind() == Load.Kind.CONNECT || load.kind() == Load.Kind.GROUPS;
        if (next != null) {
            ready.begin(next);
            work = next;
            next.start();
        }
    }

    /**
     * Sends what is due and handles what arrives, such as pings while there is no load; returns soon after
     * {@link #wakeUp}.
     *
     * @throws LoadFailure if a message was lost, duplicated or out of order, or if a connection ended
     */
    public void turn() throws IOException {
        turn(Workload.NOTHING_DUE_MILLIS);
    }

    private void turn(long mostMillis) throws IOException {
        Swarm there = swarm;
        if (there == null) {
            throw new IllegalStateException("no clients are connected: begin a load first");
        }
        if (work == null) {
            there.turn(mostMillis);
            return;
        }
        there.turn(Math.min(mostMillis, work.due(System.nanoTime())));
        if (line != null) {
            line.report(work.everywhere(), work.done(), System.nanoTime());
        }
    }

    /** Ends the wait in {@link #turn}; may be called on any thread. */
    public void wakeUp() {
        Swarm there = swarm;
        if (there != null) {
            there.wakeUp();
        }
    }

    /** The number of completed operations of the load. */
    long done() {
        if (work == null) {
            throw new IllegalStateException("no load: begin one first");
        }
        return work.done();
    }

    /** Returns the counts so far, and restarts the latencies. */
    public Count count() {
        Swarm there = swarm;
        Workload at = work;
        if (there == null || at == null) {
            throw new IllegalStateException("no load to count: begin one first");
        }
        long receipts = line == null ? 0 : line.receipts();
        return new Count(
                at.done(),
                there.reads(),
                there.writes() + receipts,
                Segments.sent(),
                PROCESS.getProcessCpuTime(),
                System.nanoTime(),
                at.latencies().take(),
                at.besides().take());
    }

    /**
     * Starts nothing new, waits until all operations are complete, and counts; {@link #resume} continues.
     *
     * @param published how many broadcasts the server has emitted on its own in this load
     * @throws LoadFailure if an operation does not complete
     */
    public Count settle(long published) throws IOException {
        Workload at = work;
        if (at == null) {
            throw new IllegalStateException("no load to settle: begin one first");
        }
        at.stop();
        at.published(published);
        long missing = at.missing();
        long lastStep = System.nanoTime();
        while (missing > 0) {
            turn(20);
            if (at.missing() < missing) {
                missing = at.missing();
                lastStep = System.nanoTime();
            } else if (System.nanoTime() - lastStep > patience.toNanos()) {
                throw new LoadFailure(
                        missing + " operations never completed; " + at.done() + " did: the server has lost messages");
            }
        }
        if (missing < 0) {
            throw new LoadFailure(
                    -missing + " more operations completed than were begun: the server has duplicated messages");
        }
        return count();
    }

    /** Continues the settled load. */
    public void resume() throws IOException {
        if (work == null) {
            throw new IllegalStateException("no load to resume: begin one first");
        }
        work.start();
    }

    /** Whether any client is connected, so that {@link #turn} has work. */
    public boolean areConnected() {
        return swarm != null;
    }

    private Swarm joined(Load load) throws IOException {
        Swarm before = swarm;
        if (before != null
                && !clientsAreSpent
                && before.port() == load.port()
                && before.clients().size() <= load.sockets()) {
            before.grow(load.sockets());
            return before;
        }
        Swarm next = fresh(load.port());
        next.grow(load.sockets());
        return next;
    }

    private Swarm fresh(int port) throws IOException {
        leave();
        Swarm next = new Swarm(port);
        swarm = next;
        return next;
    }

    /** Disconnects all clients. */
    public void leave() throws IOException {
        hangUp();
        work = null;
        Swarm there = swarm;
        if (there != null) {
            there.shrink();
            there.close();
            swarm = null;
        }
    }

    private void hangUp() throws IOException {
        if (line != null) {
            line.close();
            line = null;
        }
    }

    @Override
    public void close() throws IOException {
        hangUp();
        Swarm there = swarm;
        if (there != null) {
            there.close();
            swarm = null;
        }
    }
}
