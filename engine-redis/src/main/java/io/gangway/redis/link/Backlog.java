package io.gangway.redis.link;

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
 * The queue of commands for one Redis node: short and short-lived while Redis is unreachable, longer while it is
 * connected. Thread-safe: any thread adds, and one thread, the writer, takes.
 *
 * <p>While Redis is connected, adding takes no lock, and wakes the writer only if nothing was added for a while.
 * Dropped commands are counted, and failed on the thread that drops them, while no lock is held.
 */
final class Backlog {
    /** Limits of the queue while Redis is connected, but slower than this node. */
    private static final int MAX_COMMANDS = 100_000;

    private static final long MAX_BYTES = 64L << 20;

    /** How long queued messages wait at most for other nodes to subscribe again, whatever their maximum age. */
    private static final long MAX_WAIT = Duration.ofSeconds(2).toNanos();

    // Waking the writer is by far the dearest part of adding a command. So the writer polls for a while after the last
    // command, with sleeps too short to delay a message noticeably.
    private static final long POLLING = Duration.ofMillis(5).toNanos();
    private static final long NAP = 100_000;

    // Created once: a stack trace for each dropped message would be too dear under load.
    private final ClusterUnavailableException full = new ClusterUnavailableException(
            "dropped: too many messages are queued for Redis, which is slower than they are sent");
    private final ClusterUnavailableException tooOld =
            new ClusterUnavailableException("dropped: the message was queued for Redis for too long");
    private final ClusterUnavailableException atEnd = new ClusterUnavailableException("the cluster is closed");

    private final int maxOffline;
    private final long oldestNanos;
    private final Counters counters;

    /** Commands are added without a lock, and removed while holding {@link #taking}. */
    private final Queue<Command> queue;
    /** Of the queued commands, and of those about to be queued; {@link #bytes} too. */
    private final AtomicInteger count = new AtomicInteger();

    private final AtomicLong bytes = new AtomicLong();
    private final Object taking = new Object();

    private volatile ClusterUnavailableException outage =
            new ClusterUnavailableException("cannot publish: Redis is not connected yet");
    /** Written while holding {@link #taking}. */
    private volatile State state = State.DOWN;
    /** The writer, if it sleeps until it is woken. */
    private volatile @Nullable Thread sleeping;
    /** Confined to the writer. */
    private long lastTaken;

    private enum State {
        DOWN,
        UP,
        /** Accepts nothing new; queued commands are still sent. */
        CLOSED,
        /** Nothing is sent any more. */
        ENDED
    }

    /**
     * @param maxOffline how many messages are queued at most while Redis is unreachable
     * @param oldest how long a message is queued at most
     */
    Backlog(int maxOffline, Duration oldest, Counters counters) {
        this(maxOffline, oldest, counters, new ConcurrentLinkedQueue<>());
    }

    Backlog(int maxOffline, Duration oldest, Counters counters, Queue<Command> queue) {
        this.maxOffline = maxOffline;
        this.oldestNanos = oldest.toNanos();
        this.counters = counters;
        this.queue = queue;
    }

    /** Queues a command, or fails it; never blocks. */
    void add(Command command) {
        State seen = state;
        ClusterUnavailableException why = admit(seen, command);
        if (why != null) {
            drop(command, why);
            return;
        }
        queue.add(command);
        State now = state;
        if (now == State.DOWN) {
            dropUnqueueable(seen);
        } else if (now == State.ENDED) {
            dropAll();
        }
        Thread writer = sleeping;
        if (writer != null) {
            wake(writer);
        }
    }

    /** Counts the command as queued, or returns why it may not be queued. */
    private @Nullable ClusterUnavailableException admit(State state, Command command) {
        ClusterUnavailableException why = switch (state) {
            case CLOSED, ENDED -> atEnd;
            case DOWN -> mayQueue(command) ? null : outage;
            case UP -> null;
        };
        if (why != null) {
            return why;
        }
        boolean tooMany = count.incrementAndGet() > MAX_COMMANDS;
        boolean tooMuch = bytes.addAndGet(command.bytes()) > MAX_BYTES;
        if (state == State.UP && (tooMany || tooMuch)) {
            uncount(command);
            return full;
        }
        return null;
    }

    private boolean mayQueue(Command command) {
        return command.mayWait() && maxOffline > 0;
    }

    private void uncount(Command command) {
        count.decrementAndGet();
        bytes.addAndGet(-command.bytes());
    }

    /** Drops what may not be queued while Redis is unreachable; of too many messages, the oldest go first. */
    private void dropUnqueueable(State whenAdded) {
        if (whenAdded == State.DOWN && count.get() <= maxOffline) {
            return;
        }
        List<Command> unqueueable = new ArrayList<>();
        synchronized (taking) {
            if (state == State.UP) {
                return;
            }
            if (whenAdded != State.DOWN) {
                queue.removeIf(command -> !mayQueue(command) && unqueueable.add(command));
                unqueueable.forEach(this::uncount);
            }
            while (count.get() > maxOffline) {
                Command oldest = queue.poll();
                if (oldest == null) {
                    break; // the thread that is about to queue it will drop it
                }
                uncount(oldest);
                unqueueable.add(oldest);
            }
        }
        unqueueable.forEach(command -> drop(command, outage));
    }

    /** How long, in nanoseconds, queued messages may wait for subscribers after a reconnect. */
    long maxWait() {
        return maxOffline == 0 ? 0 : Math.min(oldestNanos, MAX_WAIT);
    }

    /** Redis is connected: from now on commands are written as they come. */
    void up() {
        dropOld();
        synchronized (taking) {
            if (state == State.DOWN) {
                state = State.UP;
            }
        }
    }

    /** Connection lost: drops what may not queue or exceeds the limit. */
    void down(ClusterUnavailableException why) {
        synchronized (taking) {
            outage = why;
            if (state == State.UP) {
                state = State.DOWN;
            }
        }
        dropUnqueueable(State.UP);
    }

    /** Accepts nothing new; queued commands are still sent. */
    void close() {
        synchronized (taking) {
            if (state != State.ENDED) {
                state = State.CLOSED;
            }
        }
    }

    /** Takes all queued commands, in order. */
    List<Command> takeAll() {
        List<Command> all = new ArrayList<>();
        synchronized (taking) {
            for (Command command = queue.poll(); command != null; command = queue.poll()) {
                uncount(command);
                all.add(command);
            }
        }
        return all;
    }

    /**
     * Encodes the next command and moves it into another queue; it is in one of the two at any time. Drops commands
     * before it that are too old or cannot be encoded.
     *
     * @return the command; null if none is queued
     */
    @Nullable
    Command moveTo(Queue<Command> next) {
        while (true) {
            Command command;
            RuntimeException why;
            synchronized (taking) {
                command = queue.peek();
                if (command == null) {
                    return null;
                }
                lastTaken = System.nanoTime();
                why = isTooOld(command, lastTaken) ? tooOld : encoded(command);
                if (why == null) {
                    next.add(command);
                }
                queue.remove();
                uncount(command);
            }
            if (why == null) {
                return command;
            }
            if (command.isMessage()) {
                (why == tooOld ? counters.droppedLate : counters.droppedUnwritable).increment();
            }
            command.failed(why);
        }
    }

    /** Encodes a command, or returns why it cannot be encoded. */
    private static @Nullable RuntimeException encoded(Command command) {
        try {
            command.arguments();
            return null;
        } catch (RuntimeException | StackOverflowError unwritable) {
            return unwritable instanceof IllegalArgumentException named
                    ? named
                    : new IllegalArgumentException("a message to other nodes cannot be encoded", unwritable);
        }
    }

    /** Lets the writer sleep until a command is queued or {@link #wake} is called; it may also wake for no reason. */
    void rest() {
        if (System.nanoTime() - lastTaken < POLLING) {
            LockSupport.parkNanos(this, NAP);
            return;
        }
        sleeping = Thread.currentThread();
        if (queue.isEmpty()) {
            LockSupport.park(this);
        }
        sleeping = null;
    }

    /** Wakes the writer. */
    void wake(Thread writer) {
        sleeping = null;
        LockSupport.unpark(writer);
    }

    /** Drops messages that have become too old while Redis was unreachable. */
    void dropOld() {
        List<Command> old = new ArrayList<>();
        synchronized (taking) {
            long now = System.nanoTime();
            for (Command head = queue.peek(); head != null && isTooOld(head, now); head = queue.peek()) {
                queue.remove();
                uncount(head);
                old.add(head);
            }
        }
        old.forEach(command -> drop(command, outage));
    }

    private boolean isTooOld(Command command, long now) {
        return command.kind() != Command.Kind.QUERY && now - command.created() > oldestNanos;
    }

    private void drop(Command command, ClusterUnavailableException why) {
        if (command.isMessage()) {
            (why == full ? counters.droppedFull : counters.droppedOffline).increment();
        }
        command.failed(why);
    }

    /** Drops all queued commands, and whatever may still be added. */
    void dropAll() {
        synchronized (taking) {
            state = State.ENDED;
        }
        takeAll().forEach(command -> drop(command, atEnd));
    }

    /** How many commands are queued. */
    int size() {
        return count.get();
    }
}
