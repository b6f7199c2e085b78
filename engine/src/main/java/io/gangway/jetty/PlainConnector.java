package io.gangway.jetty;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port without TLS that accepts, sets up and closes each connection without changing threads. None of that blocks,
 * and waking another thread costs more than the work itself.
 */
final class PlainConnector extends PatientConnector {
    private static final Logger log = LoggerFactory.getLogger(PlainConnector.class);

    /** How long accepting pauses after a failure, most often a lack of file descriptors. */
    private static final long PAUSE_MILLIS = 1_000;

    private final AtomicBoolean paused = new AtomicBoolean();

    PlainConnector(Server server, HttpConnectionFactory http, Duration headTimeout) {
        super(server, 0, http.getHttpConfiguration(), headTimeout, http);
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new ServerConnectorManager(executor, scheduler, selectors) {
            /** Tasks of one connection are Closeable and run here; the others are the selectors' own loops. */
            @Override
            protected void execute(Runnable task) {
                if (task instanceof Closeable) {
                    task.run();
                } else {
                    super.execute(task);
                }
            }

            @Override
            protected @Nullable SelectableChannel doAccept(SelectableChannel server) {
                if (paused.get()) {
                    setAccepting(false); // pause() could not do this while the connector was starting
                    return null;
                }
                try {
                    return super.doAccept(server);
                } catch (IOException failure) {
                    pause(failure);
                    return null;
                }
            }
        };
    }

    /** Stops accepting for a while: connections that keep waiting would make the selector retry endlessly. */
    private void pause(IOException failure) {
        if (isRunning() && paused.compareAndSet(false, true)) {
            log.warn(
                    "cannot accept connections, trying again in {} ms: {}; if file descriptors ran out, raise the "
                            + "limit (ulimit -n)",
                    PAUSE_MILLIS,
                    failure.toString());
            setAccepting(false);
            getScheduler().schedule(this::goOn, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void goOn() {
        if (isRunning()) {
            paused.set(false);
            setAccepting(true);
        }
    }

    @Override
    TimedEndPoint timed(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new HoldingEndPoint(channel, selector, key, getScheduler());
    }
}
