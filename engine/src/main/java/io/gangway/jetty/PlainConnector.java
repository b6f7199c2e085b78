package io.gangway.jetty;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port without TLS, on which a connection comes and goes without a change of threads: selectors accept, what is needed
 * for a connection is made where it is accepted, and let go where it is closed. None of that blocks, and to wake a thread
 * for it costs more than to do it.
 */
final class PlainConnector extends ServerConnector {
    private static final Logger log = LoggerFactory.getLogger(PlainConnector.class);

    /** How long no connection is accepted after one could not be, for want of file descriptors most often. */
    private static final long PAUSE_MILLIS = 1_000;

    private final AtomicBoolean paused = new AtomicBoolean();

    PlainConnector(Server server, HttpConnectionFactory http) {
        super(server, 0, -1, http);
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new ServerConnectorManager(executor, scheduler, selectors) {
            /** Closeable is what belongs to one connection; what remains is the selectors' own threads. */
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
                    setAccepting(false); // was not possible yet if the attempt failed while this was being begun
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

    /** Whoever waits to be accepted goes on waiting, and would have the selector try again without end. */
    private void pause(IOException failure) {
        if (isRunning() && paused.compareAndSet(false, true)) {
            log.warn("no connection can be accepted, for {} ms: {}", PAUSE_MILLIS, failure.toString());
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
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        HoldingEndPoint endPoint = new HoldingEndPoint(channel, selector, key, getScheduler());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
