package io.gangway.jetty;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets below EndPoints. */
final class Sockets {
    /**
     * How many bytes the system keeps for one client. By itself it would keep megabytes: those cannot be dropped or
     * replaced any more, and until a third of them has been read nothing shows that the client reads at all.
     */
    static final int SEND_BUFFER_BYTES = 128 * 1024;

    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    private Sockets() {}

    /** The socket itself if the EndPoint writes to it directly: without TLS, HTTP/2 or a wrapper; else null. */
    static @Nullable SocketChannel unchanged(EndPoint endPoint) {
        boolean plain = endPoint instanceof HoldingEndPoint || endPoint.getClass() == SocketChannelEndPoint.class;
        return plain ? ((SocketChannelEndPoint) endPoint).getChannel() : null;
    }

    /** Bounds what the system keeps for the client of a connection that it has to itself. */
    static void boundSendBuffer(EndPoint endPoint) {
        EndPoint below = endPoint instanceof SslConnection.SslEndPoint tls
                ? tls.getSslConnection().getEndPoint()
                : endPoint;
        if (!(below instanceof SocketChannelEndPoint socket)) {
            return;
        }
        try {
            socket.getChannel().setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        } catch (IOException | UnsupportedOperationException closed) {
            log.debug("cannot bound the send buffer of a socket", closed);
        }
    }
}
