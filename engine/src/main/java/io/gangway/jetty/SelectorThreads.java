package io.gangway.jetty;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.thread.TryExecutor;

/** The server's threads as a port's selectors see them: what these run as their loops, goes on after an Error. */
final class SelectorThreads implements TryExecutor {
    private final Executor threads;
    private final TryExecutor idle;
    private final List<LastingSelector> selectors = new CopyOnWriteArrayList<>();

    SelectorThreads(Executor threads) {
        this.threads = threads;
        this.idle = TryExecutor.asTryExecutor(threads);
    }

    LastingSelector added(LastingSelector selector) {
        selectors.add(selector);
        return selector;
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(lasting(task));
    }

    /** False after a failure too: whoever has asked for another thread goes on with both tasks. */
    @Override
    public boolean tryExecute(Runnable task) {
        try {
            return idle.tryExecute(lasting(task));
        } catch (Throwable lacking) {
            return false;
        }
    }

    private Runnable lasting(Runnable task) {
        for (LastingSelector selector : selectors) {
            Runnable loop = selector.loopFor(task);
            if (loop != null) {
                return loop;
            }
        }
        return task;
    }
}
