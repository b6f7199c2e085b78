package io.gangway.tasks;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the queue of a pool that has no more threads than it was given, and says so once tasks wait for seconds: how
 * many wait, and where the threads are. Meanwhile it asks the pool once a second for a thread, because the system may have
 * refused to start one. Costs nothing while a thread is free. Thread-safe.
 */
final class BusyThreads {
    private static final Logger log = LoggerFactory.getLogger(BusyThreads.class);

    private static final Duration ROUND = Duration.ofSeconds(1);
    /** How long a task waits until this is said; again each time it has waited twice as long. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** How many of the places where threads are it names. */
    private static final int PLACES = 3;
    /** Code that is not the application's: it tells where a thread waits, but not what for. */
    private static final Pattern LIBRARY = Pattern.compile("(java|javax|jdk|sun)\\..*");

    private final Queue<Runnable> tasks;
    private final Deadlines timer;
    private final Supplier<Collection<Thread>> threads;
    private final Runnable wake;
    /** Whether the timer is watching the waiting tasks. */
    private final AtomicBoolean watched = new AtomicBoolean();

    // Used only by the watching thread.
    private LateTasks.Mark mark = new LateTasks.Mark();
    private long marked;
    private Duration due = PATIENCE;

    /**
     * @param threads the pool's threads
     * @param wake wakes or starts a thread for the tasks that wait, if the pool has one left
     */
    BusyThreads(Queue<Runnable> tasks, Deadlines timer, Supplier<Collection<Thread>> threads, Runnable wake) {
        this.tasks = tasks;
        this.timer = timer;
        this.threads = threads;
        this.wake = wake;
    }

    /** How many tasks wait, without the marks between them. */
    static int waiting(Queue<Runnable> tasks) {
        return (int)
                tasks.stream().filter(task -> !(task instanceof LateTasks.Mark)).count();
    }

    /** Called when a task finds no thread. */
    void watch() {
        if (!tasks.isEmpty() && watched.compareAndSet(false, true)) {
            try {
                mark();
                timer.after(ROUND, this::look);
            } catch (Throwable failure) {
                watched.set(false); // the next task that finds no thread watches
                throw failure;
            }
        }
    }

    private void mark() {
        mark = new LateTasks.Mark();
        marked = timer.now();
        due = PATIENCE;
        tasks.add(mark);
    }

    private void look() {
        if (mark.hasPassed() || waiting(tasks) == 0) { // without the mark if tasks were refused or given back
            tasks.remove(mark);
            if (tasks.isEmpty()) {
                watched.set(false);
                watch(); // for a task that arrived just before
                return;
            }
            mark();
        }
        timer.after(ROUND, this::look);
        wake.run();
        Duration waited = Duration.ofNanos(timer.now() - marked);
        if (waited.compareTo(due) >= 0) {
            due = waited.multipliedBy(2);
            warn(waited);
        }
    }

    private void warn(Duration waited) {
        Collection<Thread> busy = threads.get();
        log.warn(
                "all {} handler threads are busy, and the events of {} clients wait, the first for {} s; the threads are in {}: "
                        + "raise handlerThreads(..), have handlers that wait answer with Ack.later(..), or run on a JDK "
                        + "with virtual threads (21 or newer)",
                busy.size(),
                waiting(tasks),
                waited.toSeconds(),
                places(busy));
    }

    /** Where most of them are: the innermost code that is not the JDK's. */
    private static String places(Collection<Thread> busy) {
        Map<String, Long> counts =
                busy.stream().collect(groupingBy(thread -> place(thread.getStackTrace()), counting()));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(PLACES)
                .map(place -> place.getKey() + " (" + place.getValue() + ")")
                .collect(joining(", "));
    }

    private static String place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!LIBRARY.matcher(frame.getClassName()).matches()) {
                return frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber();
            }
        }
        return "the JDK";
    }
}
