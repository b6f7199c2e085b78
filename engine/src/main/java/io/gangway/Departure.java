package io.gangway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the clients of an engine leave in order. From the beginning on no event is begun; a client is disconnected when
 * its running handler and its late acks are done, and nobody waits for an ack of it, or when the time is up. Thread-safe.
 */
final class Departure {
    private static final Logger log = LoggerFactory.getLogger(Departure.class);

    /** The interval at which a drain disconnects another batch of clients. */
    private static final Duration STEP = Duration.ofMillis(100);
    /** The interval at which clients are checked for work under way. */
    private static final Duration LOOK = Duration.ofMillis(5);
    /** How long {@link Engine#close()} may take in all. */
    private static final Duration CLOSE = Duration.ofSeconds(5);
    /** The part of it that is left to write close packets and to run disconnect handlers. */
    private static final Duration FAREWELL = Duration.ofMillis(500);
    /** How long a polling client may take until it polls for its last packets. */
    private static final Duration FETCH = Duration.ofSeconds(1);
    /** How long a connection stays open at least for its sessions to be saved, though the time is up. */
    private static final Duration SAVE = FAREWELL.dividedBy(2);
    /** How long a close waits for handlers that a drain has waited for in vain. */
    private static final Duration OVERDUE = Duration.ofSeconds(1);

    private final Clients clients;
    private final BooleanSupplier allFetched;
    private final Supplier<CompletionStage<Void>> saved;
    /** Threads that wait for the clients to leave. The handlers that they run cannot be waited for. */
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

    // Guarded by this.
    /** When a close has to be done, on the clock of {@link System#nanoTime()}. */
    private long end;

    /** Until when polling clients may fetch their last packets, on the same clock; null until all are disconnected. */
    private @Nullable Long fetchEnd;

    private boolean closing;
    private boolean overdue;

    /**
     * @param allFetched whether no polling client has packets to fetch
     * @param saved completes when the sessions that are being saved now are saved, or cannot be
     */
    Departure(Clients clients, BooleanSupplier allFetched, Supplier<CompletionStage<Void>> saved) {
        this.clients = clients;
        this.allFetched = allFetched;
        this.saved = saved;
    }

    /** Admits clients again. */
    synchronized void revoke() {
        closing = false;
        overdue = false;
        fetchEnd = null;
        clients.open();
    }

    /** See {@link Engine#drain}. */
    void drain(Duration time) {
        long now = System.nanoTime();
        clients.drain(time.plusSeconds(1));
        long steps = Math.max(1, time.toNanos() / STEP.toNanos());
        long batch = (clients.all().size() + steps - 1) / steps;
        leave(now, Math.max(1, batch), now + time.toNanos(), now + time.toNanos());
    }

    /** Disconnects all clients for {@link Engine#close()}. Calling again continues, within the same time. */
    void close() {
        long now = System.nanoTime();
        clients.drain(Duration.ofSeconds(1));
        long until;
        synchronized (this) {
            if (!closing) {
                closing = true;
                end = now + (overdue ? OVERDUE : CLOSE).toNanos();
            }
            until = end;
        }
        leave(now, Integer.MAX_VALUE, until - FAREWELL.toNanos(), until - FAREWELL.toNanos() / 2);
    }

    /** How much of the time for a close is left, and at least enough to say farewell. */
    synchronized Duration left() {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        return !closing || left.compareTo(FAREWELL) < 0 ? FAREWELL : left;
    }

    private void leave(long begun, long batch, long workEnd, long timeUp) {
        Thread caller = Thread.currentThread();
        boolean first = waiting.add(caller);
        try {
            Deque<Client> leaving = new ArrayDeque<>(clients.all());
            leaving.forEach(client -> client.work().mailbox().dropReceived());
            Farewells farewells = new Farewells(saved);
            boolean interrupted = letGo(leaving, farewells, begun, batch, workEnd);
            cut(leaving, farewells, begun);
            farewells.say(List.copyOf(clients.all())); // clients that connected while the engine began to refuse them
            long saveEnd = System.nanoTime() + SAVE.toNanos();
            interrupted = waitFor(farewells::areSaid, saveEnd - timeUp < 0 ? timeUp : saveEnd, interrupted);
            farewells.cut();
            long fetched = lastFetch();
            interrupted = waitFor(allFetched, fetched - timeUp < 0 ? fetched : timeUp, interrupted);
            interrupted = waitForSaves(saveEnd, interrupted);
            if (interrupted) {
                caller.interrupt();
            }
        } finally {
            if (first) {
                waiting.remove(caller);
            }
        }
    }

    /** Waits for the sessions of clients that have left by themselves. */
    private boolean waitForSaves(long until, boolean interrupted) {
        CompletableFuture<Void> saves = saved.get().toCompletableFuture();
        return waitFor(saves::isDone, until, interrupted);
    }

    /** For {@link #close}, once all transports are closed: waits for the last sessions. */
    void awaitSaves() {
        if (waitForSaves(System.nanoTime() + SAVE.toNanos(), false)) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until something is done, or the time is up, or the thread is interrupted: then true. */
    private static boolean waitFor(BooleanSupplier done, long until, boolean interrupted) {
        boolean ends = interrupted;
        while (!ends && !done.getAsBoolean() && System.nanoTime() - until < 0) {
            ends = pause(until);
        }
        return ends;
    }

    /** Until when polling clients are waited for, once all of them have been disconnected; one time for all calls. */
    private synchronized long lastFetch() {
        if (fetchEnd == null) {
            fetchEnd = System.nanoTime() + FETCH.toNanos();
        }
        return fetchEnd;
    }

    /** Disconnects clients that are done, until none is left, the time is up or the thread is interrupted: then true. */
    private boolean letGo(Deque<Client> leaving, Farewells farewells, long begun, long batch, long end) {
        long gone = 0;
        boolean interrupted = false;
        while (!leaving.isEmpty() && !interrupted) {
            long now = System.nanoTime();
            long steps = (now - begun) / STEP.toNanos() + 1;
            gone += letGo(leaving, farewells, batch * steps - gone);
            boolean unused = farewells.areSaid();
            if (now - end >= 0) {
                return false;
            }
            if (!leaving.isEmpty()) {
                interrupted = pause(end);
            }
        }
        return interrupted;
    }

    /** Disconnects clients that are done, {@code most} of them; those for whose acks handlers may be waiting last. */
    private long letGo(Deque<Client> leaving, Farewells farewells, long most) {
        List<Client> gone = new ArrayList<>(0);
        boolean anyBusy = false;
        Deque<Client> awaited = new ArrayDeque<>(0);
        for (Iterator<Client> all = leaving.iterator(); all.hasNext() && gone.size() < most; ) {
            Client client = all.next();
            Work work = client.work();
            if (work.isUnderWay(waiting)) {
                anyBusy = true;
            } else if (work.isAwaited()) {
                awaited.add(client);
            } else {
                all.remove();
                gone.add(client);
            }
        }
        while (!anyBusy && gone.size() < most && !awaited.isEmpty()) {
            Client client = awaited.remove();
            leaving.remove(client);
            gone.add(client);
        }
        if (!gone.isEmpty()) {
            farewells.say(gone);
        }
        return gone.size();
    }

    /** The time is up: disconnects clients whatever is under way for them, and says so. */
    private void cut(Deque<Client> late, Farewells farewells, long begun) {
        int running = 0;
        int owed = 0;
        int unfinished = 0;
        for (Client client : late) {
            Work work = client.work();
            int owedHere = work.owedAcks();
            boolean runs = work.mailbox().isBusy(waiting);
            running += runs ? 1 : 0;
            owed += owedHere;
            unfinished += runs || owedHere > 0 ? 1 : 0;
        }
        farewells.say(List.copyOf(late));
        if (unfinished > 0) {
            synchronized (this) {
                overdue = true;
            }
            log.warn(
                    "disconnected {} clients with work under way, whose acks are lost: after {} ms {} handlers were still "
                            + "running and {} late acks were not settled; give drain(..) more time, or let handlers finish "
                            + "sooner",
                    unfinished,
                    (System.nanoTime() - begun) / 1_000_000,
                    running,
                    owed);
        }
    }

    /** Waits a moment; true if the thread is interrupted, which ends all waiting. */
    private static boolean pause(long end) {
        LockSupport.parkNanos(Math.min(LOOK.toNanos(), Math.max(1, end - System.nanoTime())));
        return Thread.interrupted();
    }
}
