package io.gangway.jetty;

import io.gangway.threads.LastingThread;
import java.io.Closeable;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that closes connections whose client takes too long for the head of a request, and whose selectors and
 * accepting go on after an Error or a lack of file descriptors.
 *
 * <p>Jetty's idle timeout begins again with each byte, so that one byte now and then would keep a connection for good.
 * This looks at all connections now and then, which costs less than a timer for each request.
 *
 * <p>The selectors accept: a thread for that alone would end for good with an Error that it cannot log.
 */
class PatientConnector extends ServerConnector {
    private static final Logger log = LoggerFactory.getLogger(PatientConnector.class);

    private static final long SHORTEST_ROUND_MILLIS = 50;
    private static final long LONGEST_ROUND_MILLIS = 5_000;
    /** How long accepting pauses after a failure, most often a lack of file descriptors. */
    private static final long PAUSE_MILLIS = 1_000;

    private final long headNanos;
    private final long roundMillis;
    private final LastingThread watch = new LastingThread("gangway-http-watch", this::round);
    private final AtomicBoolean paused = new AtomicBoolean();
    private volatile long pausedAt;

    // Confined to the watching thread.
    private long lastRound;

    /** @param headTimeout how long a client may take for the head of a request, and a TLS handshake before it */
    PatientConnector(Server server, HttpConfiguration http, Duration headTimeout, ConnectionFactory... factories) {
        super(server, null, null, new RequestBuffers(server.getByteBufferPool()), 0, -1, factories);
        http.addCustomizer(TimedEndPoint.CUSTOMIZER);
        headNanos = headTimeout.toNanos();
        roundMillis = Math.max(SHORTEST_ROUND_MILLIS, Math.min(LONGEST_ROUND_MILLIS, headTimeout.toMillis() / 4));
    }

    // ---- the selectors

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        SelectorThreads threads = new SelectorThreads(executor);
        return new ServerConnectorManager(executor, scheduler, selectors) {
            @Override
            public Executor getExecutor() {
                return threads;
            }

            @Override
            protected ManagedSelector newSelector(int number) {
                return threads.added(new LastingSelector(this, number, new Selecting()));
            }

            /** Tasks of one connection are Closeable; the others are the selectors' own loops. */
            @Override
            protected void execute(Runnable task) {
                if (task instanceof Closeable) {
                    serve(task, executor);
                } else {
                    threads.execute(task);
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
                } catch (Throwable failure) {
                    pause(failure);
                    return null;
                }
            }
        };
    }

    /** Sets up or closes one connection. */
    void serve(Runnable task, Executor threads) {
        threads.execute(task);
    }

    private final class Selecting implements LastingSelector.Port {
        @Override
        public boolean isRunning() {
            return PatientConnector.this.isRunning();
        }

        @Override
        public int closeLost() {
            int lost = 0;
            for (EndPoint endPoint : getConnectedEndPoints()) {
                if (endPoint instanceof SocketChannelEndPoint socket
                        && !socket.getChannel().isRegistered()) {
                    endPoint.close();
                    lost++;
                }
            }
            return lost;
        }

        @Override
        public void acceptAgain() {
            if (getTransport() instanceof ServerSocketChannel server && !server.isRegistered() && isAccepting()) {
                setAccepting(false);
                setAccepting(true);
            }
        }
    }

    // ---- rounds

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        watch.start();
    }

    @Override
    protected void doStop() throws Exception {
        try {
            super.doStop();
        } finally {
            watch.end();
        }
    }

    private void round() {
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(Math.min(PAUSE_MILLIS, roundMillis)));
        if (!isRunning()) {
            return;
        }
        goOn();
        long now = System.nanoTime();
        if (now - lastRound >= TimeUnit.MILLISECONDS.toNanos(roundMillis)) {
            lastRound = now;
            getConnectedEndPoints().forEach(this::check);
        }
    }

    private void check(EndPoint endPoint) {
        if (endPoint instanceof TimedEndPoint socket && socket.nanosSendingHead() > headNanos) {
            log.debug("closing {}: its client has not completed the head of a request in time", endPoint);
            socket.close(new TimeoutException("the client has not completed the head of a request in time"));
        }
    }

    /** Stops accepting for a while: connections that keep waiting would make the selector retry endlessly. */
    private void pause(Throwable failure) {
        if (isRunning() && paused.compareAndSet(false, true)) {
            pausedAt = System.nanoTime();
            log.warn(
                    "cannot accept connections, trying again in {} ms: {}; if file descriptors ran out, raise the "
                            + "limit (ulimit -n)",
                    PAUSE_MILLIS,
                    failure.toString());
            setAccepting(false);
        }
    }

    private void goOn() {
        if (paused.get() && System.nanoTime() - pausedAt >= TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS)) {
            setAccepting(false); // if a lack of memory has prevented it before
            paused.set(false);
            boolean accepting = false;
            try {
                setAccepting(true);
                accepting = true;
            } finally {
                paused.compareAndSet(false, !accepting);
            }
        }
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        TimedEndPoint endPoint = timed(channel, selector, key);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /** The kind of socket that this port has. */
    TimedEndPoint timed(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new TimedEndPoint(channel, selector, key, getScheduler());
    }
}
