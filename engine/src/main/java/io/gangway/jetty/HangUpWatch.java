package io.gangway.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a client disconnects while its request waits for an answer. On HTTP/1.1 only a read reveals that, and
 * Jetty does not read before it has answered. Thread-safe.
 *
 * <p>If the read returns data, it belongs to the client's next request and is handed back. {@link #cancel} must be
 * called before the answer, because Jetty reads again after it.
 *
 * <p>During the watch the connection has no idle timeout: it would be useless, and if it expired just while the answer
 * was being written, Jetty would fail the answer.
 */
final class HangUpWatch implements Callback {
    private static final int BYTES = 256;

    private final AbstractEndPoint endPoint;
    private final Connection.UpgradeTo connection;
    private final Runnable gone;

    // Guarded by this.
    private boolean begun;
    private boolean over;
    /** The connection's original idle timeout while it is replaced; otherwise -1. */
    private long idleTimeout = -1;

    private HangUpWatch(AbstractEndPoint endPoint, Connection.UpgradeTo connection, Runnable gone) {
        this.endPoint = endPoint;
        this.connection = connection;
        this.gone = gone;
    }

    /**
     * A watch over the request's connection, not begun yet; null if a read would reveal nothing.
     *
     * @param gone runs once if the client disconnects, on a thread of the server
     */
    static @Nullable HangUpWatch of(Request request, Runnable gone) {
        boolean quiet = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && request.getLength() <= 0
                && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        Connection connection = request.getConnectionMetaData().getConnection();
        Executor executor = request.getComponents().getExecutor();
        return quiet
                        && connection instanceof Connection.UpgradeTo takesBack
                        && connection.getEndPoint() instanceof AbstractEndPoint endPoint
                ? new HangUpWatch(endPoint, takesBack, () -> executor.execute(gone))
                : null;
    }

    synchronized void begin() {
        if (!over) {
            begun = true;
            AbstractEndPoint network = network();
            if (network != null) {
                idleTimeout = network.getIdleTimeout();
                network.setIdleTimeout(0);
            }
            endPoint.tryFillInterested(this);
        }
    }

    /** The EndPoint whose idle timeout counts; TLS and the proxy protocol put EndPoints of their own in front of it. */
    private @Nullable AbstractEndPoint network() {
        EndPoint network = endPoint;
        while (network instanceof EndPoint.Wrapper wrapper) {
            network = wrapper.unwrap();
        }
        return network instanceof AbstractEndPoint counting ? counting : null;
    }

    private void restoreIdleTimeout() {
        AbstractEndPoint network = network();
        if (idleTimeout >= 0 && network != null) {
            network.notIdle(); // first, because setIdleTimeout checks at once whether the time has expired
            network.setIdleTimeout(idleTimeout);
            idleTimeout = -1;
        }
    }

    synchronized void cancel() {
        boolean watching = begun && !over;
        over = true;
        restoreIdleTimeout();
        if (watching) {
            endPoint.getFillInterest().onFail(new ClosedChannelException()); // calls failed() and drops this watch
        }
    }

    /** The connection has data to read, or has reached its end. */
    @Override
    public void succeeded() {
        synchronized (this) {
            if (over) {
                return;
            }
            ByteBuffer bytes = BufferUtil.allocate(BYTES);
            int filled = fill(bytes);
            if (filled == 0) {
                endPoint.tryFillInterested(this); // a TLS record may carry no content
                return;
            }
            over = true;
            if (filled > 0) {
                connection.onUpgradeTo(bytes);
                return;
            }
            restoreIdleTimeout();
        }
        gone.run();
    }

    private int fill(ByteBuffer bytes) {
        try {
            return endPoint.fill(bytes);
        } catch (IOException broken) {
            return -1;
        }
    }

    @Override
    public void failed(Throwable cause) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            restoreIdleTimeout();
        }
        gone.run();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
