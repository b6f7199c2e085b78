package io.gangway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
    /** How long a close waits for handlers that a drain has waited for in vain. */
    private static final Duration OVERDUE = Duration.ofSeconds(1);

    private final Clients clients;
    private final BooleanSupplier allFetched;
    /** Threads that wait for the clients to leave. The handlers that they run cannot be waited for. */
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

    // Guarded by this.
    /** When a close has to be done, on the clock of {@link System#nanoTime()}. */
    private long end;

    /** Until when polling clients may fetch their last packets, on the same clock; null until all are disconnected. */
    private @Nullable Long fetchEnd;

    private boolean closing;
    private boolean overdue;

    /** @param allFetched whether no polling client has packets to fetch */
    Departure(Clients clients, BooleanSupplier allFetched) {
        this.clients = clients;
        this.allFetched = allFetched;
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
            boolean interrupted = letGo(leaving, begun, batch, workEnd);
            cut(leaving, begun);
            clients.all().forEach(Client::shutdown); // clients that connected while the engine began to refuse them
            long fetched = lastFetch();
            long until = fetched - timeUp < 0 ? fetched : timeUp;
            while (!interrupted && !allFetched.getAsBoolean() && System.nanoTime() - until < 0) {
                interrupted = pause(until);
            }
            if (interrupted) {
                caller.interrupt();
            }
        } finally {
            if (first) {
                waiting.remove(caller);
            }
        }
    }

    /** Until when polling clients are waited for, once all of them have been disconnected; one time for all calls. */
    private synchronized long lastFetch() {
        if (fetchEnd == null) {
            fetchEnd = System.nanoTime() + FETCH.toNanos();
        }
        return fetchEnd;
    }

    /** Disconnects clients that are done, until none is left, the time is up or the thread is interrupted: then true. */
    private boolean letGo(Deque<Client> leaving, long begun, long batch, long end) {
        long gone = 0;
        boolean interrupted = false;
        while (!leaving.isEmpty() && !interrupted) {
            long now = System.nanoTime();
            long steps = (now - begun) / STEP.toNanos() + 1;
            gone += letGo(leaving, batch * steps - gone);
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
    private long letGo(Deque<Client> leaving, long most) {
        long gone = 0;
        boolean anyBusy = false;
        Deque<Client> awaited = new ArrayDeque<>(0);
        for (Iterator<Client> all = leaving.iterator(); all.hasNext() && gone < most; ) {
            Client client = all.next();
            Work work = client.work();
            if (work.isUnderWay(waiting)) {
                anyBusy = true;
            } else if (work.isAwaited()) {
                awaited.add(client);
            } else {
                all.remove();
                client.shutdown();
                gone++;
            }
        }
        while (!anyBusy && gone < most && !awaited.isEmpty()) {
            Client client = awaited.remove();
            leaving.remove(client);
            client.shutdown();
            gone++;
        }
        return gone;
    }

    /** The time is up: disconnects clients whatever is under way for them, and says so. */
    private void cut(Deque<Client> late, long begun) {
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
            client.shutdown();
        }
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
