package io.gangway.redis;

import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The commands that wait to be written to one Redis node: few and not for long while there is no connection, more while
 * there is one. Thread-safe: any thread adds, one takes.
 *
 * <p>Counts what it drops. Answers fail on the thread that finds them dropped, with no lock held.
 */
final class Backlog {
    /** So much waits at most for a Redis that is connected, but slower than we are. */
    private static final int MOST_COMMANDS = 100_000;

    private static final long MOST_BYTES = 64L << 20;
    /** So many are written in one go. */
    private static final int BATCH = 512;

    // One each, for under load nobody can afford a stack trace for each message that goes nowhere.
    private final ClusterUnavailableException full =
            new ClusterUnavailableException("too many messages wait for Redis, which is slower than they come");
    private final ClusterUnavailableException tooOld =
            new ClusterUnavailableException("the message had to wait too long for Redis");
    private final ClusterUnavailableException atAnEnd = new ClusterUnavailableException("the cluster is closed");

    private final int mostOffline;
    private final long oldestNanos;
    private final Tally tally;

    private final Deque<Command> waiting = new ArrayDeque<>();
    private long bytes;
    private ClusterUnavailableException outage = new ClusterUnavailableException("Redis is not connected yet");
    private State state = State.DOWN;
    /** The taker, if it has nothing to do. */
    private @Nullable Thread resting;

    private enum State {
        DOWN,
        UP,
        CLOSED
    }

    /** @param mostOffline how many commands wait at most while there is no connection */
    Backlog(int mostOffline, Duration oldest, Tally tally) {
        this.mostOffline = mostOffline;
        this.oldestNanos = oldest.toNanos();
        this.tally = tally;
    }

    /** Adds a command, or fails its answer; never waits. */
    void add(Command command) {
        Thread wake = null;
        Command loser = null;
        ClusterUnavailableException why = outage;
        synchronized (this) {
            why = refusal(command);
            if (why != null) {
                loser = command;
            } else {
                if (state == State.DOWN && waiting.size() >= mostOffline) {
                    // What is newest is of most use when the connection is back.
                    loser = waiting.poll();
                    why = outage;
                    bytes -= loser == null ? 0 : loser.bytes();
                }
                waiting.add(command);
                bytes += command.bytes();
                wake = resting;
                resting = null;
            }
        }
        if (loser != null && why != null) {
            drop(loser, why);
        }
        if (wake != null) {
            LockSupport.unpark(wake);
        }
    }

    private @Nullable ClusterUnavailableException refusal(Command command) {
        return switch (state) {
            case CLOSED -> atAnEnd;
            case DOWN -> command.kind() == Command.Kind.MESSAGE && mostOffline > 0 ? null : outage;
            case UP -> waiting.size() >= MOST_COMMANDS || bytes + command.bytes() > MOST_BYTES ? full : null;
        };
    }

    /** There is a connection. */
    void up() {
        dropOld();
        synchronized (this) {
            if (state == State.DOWN) {
                state = State.UP;
            }
        }
    }

    /** There is none any more: what cannot wait, or is too much, goes. */
    void down(ClusterUnavailableException why) {
        List<Command> dropped = new ArrayList<>();
        synchronized (this) {
            if (state == State.UP) {
                state = State.DOWN;
            }
            outage = why;
            int tooMany = waiting.size() - mostOffline;
            for (Iterator<Command> commands = waiting.iterator(); commands.hasNext(); ) {
                Command command = commands.next();
                if (command.kind() != Command.Kind.MESSAGE || tooMany > 0) {
                    tooMany--;
                    bytes -= command.bytes();
                    commands.remove();
                    dropped.add(command);
                }
            }
        }
        dropped.forEach(command -> drop(command, why));
    }

    /** Nothing is added any more. */
    synchronized void close() {
        state = State.CLOSED;
    }

    /** Takes out all that waits, in its order. */
    synchronized List<Command> takeAll() {
        List<Command> all = new ArrayList<>(waiting);
        waiting.clear();
        bytes = 0;
        return all;
    }

    /** Takes out what is to be written next, in its order, without what is too old by now. */
    List<Command> take() {
        List<Command> batch = new ArrayList<>();
        synchronized (this) {
            while (batch.size() < BATCH && !waiting.isEmpty()) {
                Command command = waiting.remove();
                bytes -= command.bytes();
                batch.add(command);
            }
        }
        long now = System.nanoTime();
        batch.removeIf(command -> {
            if (!isTooOld(command, now)) {
                return false;
            }
            tally.droppedLate.increment();
            command.failed(tooOld);
            return true;
        });
        return batch;
    }

    /** Puts back what was taken and has not been written: it is the oldest. */
    synchronized void putBack(List<Command> commands) {
        for (int last = commands.size() - 1; last >= 0; last--) {
            waiting.addFirst(commands.get(last));
            bytes += commands.get(last).bytes();
        }
    }

    /** Waits until something is there to take, or somebody calls {@link #wake}, or for no reason. */
    void rest() {
        synchronized (this) {
            if (!waiting.isEmpty()) {
                return;
            }
            resting = Thread.currentThread();
        }
        LockSupport.park(this);
    }

    /** Ends the taker's rest. */
    void wake(Thread taker) {
        synchronized (this) {
            resting = null;
        }
        LockSupport.unpark(taker);
    }

    /** Drops what has become too old for lack of a connection. */
    void dropOld() {
        List<Command> old = new ArrayList<>();
        ClusterUnavailableException why;
        synchronized (this) {
            why = outage;
            long now = System.nanoTime();
            for (Command head = waiting.peek(); head != null && isTooOld(head, now); head = waiting.peek()) {
                bytes -= head.bytes();
                old.add(waiting.remove());
            }
        }
        old.forEach(command -> drop(command, why));
    }

    private boolean isTooOld(Command command, long now) {
        return command.isMessage() && now - command.born() > oldestNanos;
    }

    void drop(Command command, ClusterUnavailableException why) {
        if (command.isMessage()) {
            (why == full ? tally.droppedFull : tally.droppedOffline).increment();
        }
        command.failed(why);
    }

    /** Drops all that waits, for good. */
    void dropAll() {
        takeAll().forEach(command -> drop(command, atAnEnd));
    }

    /** How many commands wait. */
    synchronized int size() {
        return waiting.size();
    }
}
