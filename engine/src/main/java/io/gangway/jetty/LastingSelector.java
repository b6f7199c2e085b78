package io.gangway.jetty;

import io.gangway.logs.SparingLog;
import io.gangway.threads.Uncaught;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.thread.ExecutionStrategy;
import org.eclipse.jetty.util.thread.strategy.AdaptiveExecutionStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A selector whose loop goes on after an Error. Jetty's loop ends for good if one strikes between two connections, as a
 * lack of memory can: then nobody on that selector would be served any more, and the server could not be stopped.
 *
 * <p>Threads take turns in the loop. The last one to leave it, though the selector is needed, goes on:
 *
 * <ul>
 *   <li>Jetty has logged the Error and its loop has returned: it is begun again.
 *   <li>Not even that could be logged, so that Jetty believes that a thread is still in the loop: another one is begun.
 *   <li>Jetty has closed the selector after a failure: its connections can never be read again, so they are closed, and
 *       the selector starts anew.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class LastingSelector extends ManagedSelector {
    private static final SparingLog log = new SparingLog(LoggerFactory.getLogger(LastingSelector.class));

    /** The pause before the loop goes on, so that Errors that keep coming do not occupy a processor. */
    private static final long PAUSE_NANOS = 10_000_000;

    /** The port whose selector this is. */
    interface Port {
        boolean isRunning();

        /** Closes the connections that are on no selector; returns how many there were. */
        int closeLost();

        /** Accepts connections again, if it was this selector that did. */
        void acceptAgain();
    }

    private enum Next {
        LEAVE,
        GO_ON,
        RESTART
    }

    private final int number;
    private final Executor executor;
    private final Port port;
    private final Runnable loop = this::loop;
    /** The thread in {@link #doStart}. */
    private volatile @Nullable Thread starter;

    // Guarded by this selector's lock.
    private final Object lock = new Object();
    private AdaptiveExecutionStrategy strategy;
    /** How many threads are in the loop. */
    private int inside;

    private boolean restarting;

    LastingSelector(SelectorManager manager, int number, Port port) {
        super(manager, number);
        this.number = number;
        this.executor = manager.getExecutor();
        this.port = port;
        this.strategy = getBean(AdaptiveExecutionStrategy.class);
    }

    @Override
    protected void doStart() throws Exception {
        starter = Thread.currentThread();
        try {
            super.doStart();
        } finally {
            starter = null;
        }
    }

    /** The loop, if {@code task} is Jetty's loop of this selector or the beginning of it; otherwise null. */
    @Nullable
    Runnable loopFor(Runnable task) {
        return isLoop(task) ? loop : null;
    }

    private boolean isLoop(Runnable task) {
        if (task instanceof ExecutionStrategy) {
            synchronized (lock) {
                return task == strategy;
            }
        }
        return starter == Thread.currentThread();
    }

    private void loop() {
        Next next = Next.GO_ON;
        AdaptiveExecutionStrategy current = enter();
        while (current != null) {
            try {
                current.run();
            } catch (Throwable unlogged) {
                Uncaught.report(unlogged); // Jetty could not log it
            }
            next = leave();
            current = next == Next.GO_ON ? goOn() : null;
        }
        if (next == Next.RESTART) {
            restart();
        }
    }

    /** Null if there is nothing to do for a loop. */
    private @Nullable AdaptiveExecutionStrategy enter() {
        synchronized (lock) {
            if (getSelector() == null) {
                return null;
            }
            inside++;
            return strategy;
        }
    }

    private Next leave() {
        synchronized (lock) {
            if (inside > 1) {
                inside--;
                return Next.LEAVE;
            }
            if (getSelector() != null) {
                return Next.GO_ON; // also while the server stops: its end comes through the loop
            }
            inside = 0;
            if (!isRunning() || restarting) {
                return Next.LEAVE;
            }
            restarting = true;
            return Next.RESTART;
        }
    }

    /** This thread is the only one in the loop, however often it takes to have a sound one. */
    private AdaptiveExecutionStrategy goOn() {
        while (true) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
            try {
                AdaptiveExecutionStrategy sound = sound();
                say("selector {} of the port ended its loop, as after an OutOfMemoryError: the loop goes on");
                return sound;
            } catch (Throwable notYet) {
                Uncaught.report(notYet);
            }
        }
    }

    private AdaptiveExecutionStrategy sound() throws Exception {
        synchronized (lock) {
            if (!strategy.isIdle()) { // though nobody else is in it: it will never let anybody in again
                ExecutionStrategy.Producer producer = strategy.getBean(ExecutionStrategy.Producer.class);
                AdaptiveExecutionStrategy fresh = new AdaptiveExecutionStrategy(producer, executor);
                fresh.start();
                strategy = fresh;
            }
            return strategy;
        }
    }

    private void restart() {
        int lost = 0;
        while (port.isRunning()) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
            try {
                lost += port.closeLost();
                stop();
                restarting(false);
                start();
                port.acceptAgain();
                say("selector {} of the port failed and has been replaced; {} connections were closed", lost);
                break;
            } catch (Throwable notYet) {
                restarting(true);
                Uncaught.report(notYet);
            }
        }
        stopWithThePort();
    }

    private void restarting(boolean is) {
        synchronized (lock) {
            restarting = is;
        }
    }

    /** The port may have been stopped while this selector was starting. */
    private void stopWithThePort() {
        try {
            if (!port.isRunning()) {
                stop();
            }
        } catch (Throwable failure) {
            Uncaught.report(failure);
        }
    }

    private void say(String message, Object... further) {
        try {
            Object[] arguments = new Object[further.length + 1];
            arguments[0] = number;
            System.arraycopy(further, 0, arguments, 1, further.length);
            log.warn(message, arguments);
        } catch (Throwable unreportable) {
            // No memory for a log line: going on matters more.
        }
    }
}
