package io.gangway.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.WebSocketConnection;

/**
 * A socket that knows since when its client has been sending the head of a request, TLS handshake included. Jetty only
 * knows when the last byte arrived.
 *
 * <pre>
 *               a byte arrives              the head is complete
 *   between ---------------------> sending ----------------------> request n
 *      ^                                                              |
 *      +------------------- request n is answered --------------------+
 * </pre>
 */
class TimedEndPoint extends SocketChannelEndPoint {
    private static final AtomicLongFieldUpdater<TimedEndPoint> STATE =
            AtomicLongFieldUpdater.newUpdater(TimedEndPoint.class, "state");

    private static final long BETWEEN = 0;
    /** Times are counted from here, so that they are positive. */
    private static final long EPOCH = NanoTime.now();

    /**
     * {@link #BETWEEN} requests; or the time of the head's first byte, as a positive number; or minus the number of the
     * request that is being handled.
     */
    private volatile long state;

    /** Confined to the connection's reading. */
    private int requests;

    TimedEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int filled = super.fill(buffer);
        if (state == BETWEEN && filled > 0) {
            state = now();
        }
        return filled;
    }

    private static long now() {
        return Math.max(1, NanoTime.since(EPOCH));
    }

    /** For how many nanoseconds the client has been sending the head of a request; 0 if it is not. */
    long nanosSendingHead() {
        long began = state;
        return began > 0 && !isWebSocket() ? now() - began : 0;
    }

    private boolean isWebSocket() {
        Connection connection = getConnection();
        if (connection instanceof SslConnection tls) {
            connection = tls.getSslEndPoint().getConnection();
        }
        return connection instanceof WebSocketConnection;
    }

    /** Tells the connection's socket that a request's head is complete, and later that it is answered. */
    static final HttpConfiguration.Customizer CUSTOMIZER = TimedEndPoint::requestBegins;

    private static Request requestBegins(Request request, HttpFields.Mutable responseHeaders) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        if (endPoint instanceof TimedEndPoint socket) {
            long number = - ++socket.requests;
            socket.state = number;
            Request.addCompletionListener(request, failure -> STATE.compareAndSet(socket, number, BETWEEN));
        }
        return request;
    }
}
