package io.gangway.jetty;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that closes connections whose client takes too long for the head of a request. Jetty's idle timeout begins
 * again with each byte, so that one byte now and then would keep a connection for good.
 *
 * <p>It looks at all connections now and then, which costs less than a timer for each request.
 */
class PatientConnector extends ServerConnector {
    private static final Logger log = LoggerFactory.getLogger(PatientConnector.class);

    private static final long SHORTEST_ROUND_MILLIS = 50;
    private static final long LONGEST_ROUND_MILLIS = 5_000;

    private final long headNanos;
    private final long roundMillis;

    /** @param headTimeout how long a client may take for the head of a request, and a TLS handshake before it */
    PatientConnector(
            Server server,
            int acceptors,
            HttpConfiguration http,
            Duration headTimeout,
            ConnectionFactory... factories) {
        super(server, null, null, new RequestBuffers(server.getByteBufferPool()), acceptors, -1, factories);
        http.addCustomizer(TimedEndPoint.CUSTOMIZER);
        headNanos = headTimeout.toNanos();
        roundMillis = Math.max(SHORTEST_ROUND_MILLIS, Math.min(LONGEST_ROUND_MILLIS, headTimeout.toMillis() / 4));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        nextRound();
    }

    private void nextRound() {
        getScheduler().schedule(this::round, roundMillis, TimeUnit.MILLISECONDS);
    }

    private void round() {
        if (!isRunning()) {
            return;
        }
        try {
            getConnectedEndPoints().forEach(this::check);
        } catch (Throwable failure) {
            log.error("cannot look for clients that send a request too slowly; trying again", failure);
        }
        nextRound();
    }

    private void check(EndPoint endPoint) {
        if (endPoint instanceof TimedEndPoint socket && socket.nanosSendingHead() > headNanos) {
            log.debug("closing {}: its client has not completed the head of a request in time", endPoint);
            socket.close(new TimeoutException("the client has not completed the head of a request in time"));
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
