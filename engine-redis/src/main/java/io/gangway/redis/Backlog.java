package io.gangway.redis;

import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The commands that wait to be written to one Redis node: few and not for long while there is no connection, more while
 * there is one. Thread-safe: any thread adds, one takes.
 *
 * <p>Who adds to a connected Redis takes no lock, and wakes the taker only if nothing has come for a while. Counts what it
 * drops. Answers fail on the thread that finds them dropped, with no lock held.
 */
final class Backlog {
    /** So much waits at most for a Redis that is connected, but slower than we are. */
    private static final int MOST_COMMANDS = 100_000;

    private static final long MOST_BYTES = 64L << 20;

    /** Nothing waits longer for somebody to listen, however old it may get. */
    private static final long MOST_PATIENCE = Duration.ofSeconds(2).toNanos();

    // Waking a thread costs who does it more than all the rest. So the taker looks by itself for a while, and in
    // between
    // sleeps too briefly for a message to be late by it.
    private static final long LINGER = Duration.ofMillis(5).toNanos();
    private static final long NAP = 100_000;

    // One each, for under load nobody can afford a stack trace for each message that goes nowhere.
    private final ClusterUnavailableException full =
            new ClusterUnavailableException("too many messages wait for Redis, which is slower than they come");
    private final ClusterUnavailableException tooOld =
            new ClusterUnavailableException("the message had to wait too long for Redis");
    private final ClusterUnavailableException atAnEnd = new ClusterUnavailableException("the cluster is closed");

    private final int mostOffline;
    private final long oldestNanos;
    private final Tally tally;

    /** Added to without a lock; what is taken out, is so with the lock of {@link #taking}. */
    private final Queue<Command> waiting;
    /** Of what waits and what is about to. */
    private final AtomicInteger count = new AtomicInteger();

    private final AtomicLong bytes = new AtomicLong();
    private final Object taking = new Object();

    private volatile ClusterUnavailableException outage = new ClusterUnavailableException("Redis is not connected yet");
    /** Changes with the lock. */
    private volatile State state = State.DOWN;
    /** The taker, if it has to be woken. */
    private volatile @Nullable Thread resting;
    /** Confined to the taker. */
    private long lastTaken;

    private enum State {
        DOWN,
        UP,
        /** What is there is still taken. */
        CLOSED,
        /** Nobody takes anything any more. */
        ENDED
    }

    /** @param mostOffline how many commands wait at most while there is no connection */
    Backlog(int mostOffline, Duration oldest, Tally tally) {
        this(mostOffline, oldest, tally, new ConcurrentLinkedQueue<>());
    }

    Backlog(int mostOffline, Duration oldest, Tally tally, Queue<Command> waiting) {
        this.mostOffline = mostOffline;
        this.oldestNanos = oldest.toNanos();
        this.tally = tally;
        this.waiting = waiting;
    }

    /** Adds a command, or fails its answer; never waits. */
    void add(Command command) {
        State seen = state;
        ClusterUnavailableException why = admit(seen, command);
        if (why != null) {
            drop(command, why);
            return;
        }
        waiting.add(command);
        State now = state;
        if (now == State.DOWN) {
            expel(seen);
        } else if (now == State.ENDED) {
            dropAll();
        }
        Thread taker = resting;
        if (taker != null) {
            wake(taker);
        }
    }

    /** Counts the command among those that wait, or tells why it may not. */
    private @Nullable ClusterUnavailableException admit(State state, Command command) {
        ClusterUnavailableException why = switch (state) {
            case CLOSED, ENDED -> atAnEnd;
            case DOWN -> canWait(command) ? null : outage;
            case UP -> null;
        };
        if (why != null) {
            return why;
        }
        boolean tooMany = count.incrementAndGet() > MOST_COMMANDS;
        boolean tooMuch = bytes.addAndGet(command.bytes()) > MOST_BYTES;
        if (state == State.UP && (tooMany || tooMuch)) {
            discount(command);
            return full;
        }
        return null;
    }

    private boolean canWait(Command command) {
        return command.kind() == Command.Kind.MESSAGE && mostOffline > 0;
    }

    private void discount(Command command) {
        count.decrementAndGet();
        bytes.addAndGet(-command.bytes());
    }

    /** Drops what may not wait while there is no connection. What is newest is of most use when there is one again. */
    private void expel(State whenAdded) {
        if (whenAdded == State.DOWN && count.get() <= mostOffline) {
            return;
        }
        List<Command> expelled = new ArrayList<>();
        synchronized (taking) {
            if (state == State.UP) {
                return;
            }
            if (whenAdded != State.DOWN) {
                waiting.removeIf(command -> !canWait(command) && expelled.add(command));
                expelled.forEach(this::discount);
            }
            while (count.get() > mostOffline) {
                Command oldest = waiting.poll();
                if (oldest == null) {
                    break; // who is about to add it will drop it
                }
                discount(oldest);
                expelled.add(oldest);
            }
        }
        expelled.forEach(command -> drop(command, outage));
    }

    /** How long, in nanoseconds, what waits may wait on although there is a connection. */
    long patience() {
        return mostOffline == 0 ? 0 : Math.min(oldestNanos, MOST_PATIENCE);
    }

    /** What comes is written as it comes. */
    void up() {
        dropOld();
        synchronized (taking) {
            if (state == State.DOWN) {
                state = State.UP;
            }
        }
    }

    /** There is none any more: what cannot wait, or is too much, goes. */
    void down(ClusterUnavailableException why) {
        synchronized (taking) {
            outage = why;
            if (state == State.UP) {
                state = State.DOWN;
            }
        }
        expel(State.UP);
    }

    /** Nothing is added any more. */
    void close() {
        synchronized (taking) {
            if (state != State.ENDED) {
                state = State.CLOSED;
            }
        }
    }

    /** Takes out all that waits, in its order. */
    List<Command> takeAll() {
        List<Command> all = new ArrayList<>();
        synchronized (taking) {
            for (Command command = waiting.poll(); command != null; command = waiting.poll()) {
                discount(command);
                all.add(command);
            }
        }
        return all;
    }

    /**
     * Writes the next command and moves it into another queue, and drops what has become too old before it, or cannot be
     * written. The command is at every time in one of them.
     *
     * @return the command; null if none waits
     */
    @Nullable
    Command moveTo(Queue<Command> next) {
        while (true) {
            Command command;
            RuntimeException why;
            synchronized (taking) {
                command = waiting.peek();
                if (command == null) {
                    return null;
                }
                lastTaken = System.nanoTime();
                why = isTooOld(command, lastTaken) ? tooOld : written(command);
                if (why == null) {
                    next.add(command);
                }
                waiting.remove();
                discount(command);
            }
            if (why == null) {
                return command;
            }
            (why == tooOld ? tally.droppedLate : tally.droppedUnwritable).increment();
            command.failed(why);
        }
    }

    /** Writes a command, or tells why it cannot be. */
    private static @Nullable RuntimeException written(Command command) {
        try {
            command.arguments();
            return null;
        } catch (RuntimeException | StackOverflowError unwritable) {
            return unwritable instanceof IllegalArgumentException named
                    ? named
                    : new IllegalArgumentException("a message to other nodes cannot be written", unwritable);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Lets the taker wait for something to take, or for somebody to call {@link #wake}, or for no reason. */
    void rest() {
        if (System.nanoTime() - lastTaken < LINGER) {
            LockSupport.parkNanos(this, NAP);
            return;
        }
        resting = Thread.currentThread();
        if (waiting.isEmpty()) {
            LockSupport.park(this);
        }
        resting = null;
    }

    /** Ends the taker's rest. */
    void wake(Thread taker) {
        resting = null;
        LockSupport.unpark(taker);
    }

    /** Drops what has become too old for lack of a connection. */
    void dropOld() {
        List<Command> old = new ArrayList<>();
        synchronized (taking) {
            long now = System.nanoTime();
            for (Command head = waiting.peek(); head != null && isTooOld(head, now); head = waiting.peek()) {
                waiting.remove();
                discount(head);
                old.add(head);
            }
        }
        old.forEach(command -> drop(command, outage));
    }

    private boolean isTooOld(Command command, long now) {
        return command.isMessage() && now - command.born() > oldestNanos;
    }

    private void drop(Command command, ClusterUnavailableException why) {
        if (command.isMessage()) {
            (why == full ? tally.droppedFull : tally.droppedOffline).increment();
        }
        command.failed(why);
    }

    /** Drops all that waits, and whatever may still be added. */
    void dropAll() {
        synchronized (taking) {
            state = State.ENDED;
        }
        takeAll().forEach(command -> drop(command, atAnEnd));
    }

    /** How many commands wait. */
    int size() {
        return count.get();
    }
}
