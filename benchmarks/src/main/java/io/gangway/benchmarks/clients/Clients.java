package io.gangway.benchmarks.clients;

import com.sun.management.OperatingSystemMXBean;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.processes.Segments;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Puts loads on servers and counts what comes of them. Confined to one thread, but for {@link #wakeUp}.
 *
 * <p>A load goes on in {@link #turn}. Clients stay connected from one load to the next on the same server, unless the next
 * one has fewer.
 */
public final class Clients implements AutoCloseable {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Duration patience;
    private volatile @Nullable Swarm swarm;
    private @Nullable Workload work;
    private @Nullable ReceiptsLine line;
    private boolean clientsAreSpent;

    /** @param patience after how long a standstill what has not come is lost */
    public Clients(Duration patience) {
        this.patience = patience;
    }

    /**
     * Begins a load; one that was there before has to be settled.
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
     * Does what is due and handles what comes in, such as pings while there is no load; after {@link #wakeUp} it returns soon.
     *
     * @throws LoadFailure if something was lost, came twice or in the wrong order, or if a connection ended
     */
    public void turn() throws IOException {
        turn(Workload.NOTHING_DUE_MILLIS);
    }

    private void turn(long mostMillis) throws IOException {
        Swarm there = swarm;
        if (there == null) {
            throw new IllegalStateException("no clients");
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

    /** Ends the wait of {@link #turn}; for any thread. */
    public void wakeUp() {
        Swarm there = swarm;
        if (there != null) {
            there.wakeUp();
        }
    }

    /** How many operations of the load are done. */
    long done() {
        if (work == null) {
            throw new IllegalStateException("there is no load");
        }
        return work.done();
    }

    /** Counts; the latencies begin anew. */
    public Count count() {
        Swarm there = swarm;
        Workload at = work;
        if (there == null || at == null) {
            throw new IllegalStateException("there is no load to count");
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
     * Begins nothing new, waits until everything that was begun is done, and counts; {@link #resume} goes on.
     *
     * @param published how many broadcasts the server has emitted of itself in this load
     * @throws LoadFailure if anything does not come
     */
    public Count settle(long published) throws IOException {
        Workload at = work;
        if (at == null) {
            throw new IllegalStateException("there is no load to settle");
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
                        missing + " of what was begun never came; " + at.done() + " did: lost by the server");
            }
        }
        if (missing < 0) {
            throw new LoadFailure(-missing + " more came than was begun: the server has sent something twice");
        }
        return count();
    }

    /** Goes on with the load that was settled. */
    public void resume() throws IOException {
        if (work == null) {
            throw new IllegalStateException("there is no load to go on with");
        }
        work.start();
    }

    /** Whether {@link #turn} has something to do. */
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

    /** All clients leave. */
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
