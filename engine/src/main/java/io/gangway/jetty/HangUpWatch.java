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
 * Notices that the client is gone while its request waits for an answer: on HTTP/1.1 only who reads learns of that, and
 * Jetty does not read before it has answered. Thread-safe.
 *
 * <p>What is read but not the end is the client's next request, and is put back. {@link #cancel} comes before the answer,
 * for Jetty reads again behind it.
 *
 * <p>Meanwhile the connection has no idle timeout. It would be of no use, and one that comes just when the answer is being
 * written has Jetty fail that.
 */
final class HangUpWatch implements Callback {
    private static final int BYTES = 256;

    private final AbstractEndPoint endPoint;
    private final Connection.UpgradeTo connection;
    private final Runnable gone;

    // Guarded by this.
    private boolean begun;
    private boolean over;
    /** What the connection had before; -1 if that is in force. */
    private long idleTimeout = -1;

    private HangUpWatch(AbstractEndPoint endPoint, Connection.UpgradeTo connection, Runnable gone) {
        this.endPoint = endPoint;
        this.connection = connection;
        this.gone = gone;
    }

    /**
     * A watch over the request's connection, not yet begun; null if there is nothing to be learned there.
     *
     * @param gone runs once if the client goes, on a thread of the server's
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

    /** Where the time counts: TLS, and the proxy protocol, have EndPoints of their own in front of it. */
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
            network.notIdle(); // first: the time begins anew, and setting it looks at once whether it is over
            network.setIdleTimeout(idleTimeout);
            idleTimeout = -1;
        }
    }

    synchronized void cancel() {
        boolean watching = begun && !over;
        over = true;
        restoreIdleTimeout();
        if (watching) {
            endPoint.getFillInterest().onFail(new ClosedChannelException()); // hears failed(), and forgets us
        }
    }

    /** There is something to read. */
    @Override
    public void succeeded() {
        synchronized (this) {
            if (over) {
                return;
            }
            ByteBuffer bytes = BufferUtil.allocate(BYTES);
            int filled = fill(bytes);
            if (filled == 0) {
                endPoint.tryFillInterested(this); // TLS has records without content
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
