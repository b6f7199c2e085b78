package io.gangway.jetty;

import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades a request to a WebSocket by Jetty's rules for the handshake (RFC 6455, and RFC 8441 for HTTP/2), but on the
 * engine's own EndPoint. Thread-safe.
 *
 * <p>Extensions are declined: a compressed frame cannot be shared between connections, and costs each some 100 KB.
 */
final class WebSocketUpgrade {
    private static final int INPUT_BUFFER_BYTES = 16 * 1024;

    /**
     * The URI given to Jetty's WebSocket instead of the request's, which Jetty would keep, with any token in it, as
     * long as the connection lives.
     */
    private static final HttpURI NO_URI = HttpURI.from("/");

    private final Deadlines deadlines;
    private final Duration patience;
    private final Duration messageTimeout;
    private final Occupancy occupancy;
    private final WebSocketMappings jetty;

    /**
     * @param patience how long a client may take nothing while a write is in progress
     * @param messageTimeout how long a client may take for one message
     */
    WebSocketUpgrade(
            Deadlines deadlines, Duration patience, Duration messageTimeout, Occupancy occupancy, Server jettyServer) {
        this.deadlines = deadlines;
        this.patience = patience;
        this.messageTimeout = messageTimeout;
        this.occupancy = occupancy;
        this.jetty = new WebSocketMappings(new WebSocketComponents(
                null, null, jettyServer.getByteBufferPool(), null, null, jettyServer.getThreadPool()));
    }

    /** Whether the request asks for a WebSocket, even if its handshake is invalid. */
    static boolean isWanted(Request request) {
        if (HttpMethod.CONNECT.is(request.getMethod())) {
            TunnelSupport tunnel = request.getTunnelSupport();
            return tunnel != null && "websocket".equalsIgnoreCase(tunnel.getProtocol());
        }
        return HttpMethod.GET.is(request.getMethod()) && request.getHeaders().contains(HttpHeader.UPGRADE, "websocket");
    }

    /**
     * Upgrades the connection, and answers the request.
     *
     * @param subprotocol the chosen subprotocol among those the client offers; null for none
     * @param dialect how messages look on the WebSocket
     * @param maxPayload the largest message accepted from the client, in bytes
     * @param negotiated called once the upgrade is certain, while headers may still be added to the response
     * @param opening returns the WebSocket's session, see {@link WebSocketTransport}
     * @return false if the request's headers are not a valid handshake; then the request has not been answered
     */
    boolean upgrade(
            Request request,
            Response response,
            Callback callback,
            @Nullable String subprotocol,
            WebSocketDialect dialect,
            int maxPayload,
            Consumer<WebSocketTransport> negotiated,
            Function<Transport, @Nullable Session> opening) {
        EndPoint socket = HttpMethod.CONNECT.is(request.getMethod())
                ? request.getTunnelSupport().getEndPoint()
                : request.getConnectionMetaData().getConnection().getEndPoint();
        Sockets.boundSendBuffer(socket);
        WebSocketTransport transport = new WebSocketTransport(
                socket, deadlines, occupancy, dialect, maxPayload, patience, messageTimeout, opening);
        boolean upgraded = false;
        try {
            upgraded = jetty.upgrade(
                    (asked, answer, answered) -> {
                        answer.setExtensions(List.of());
                        if (subprotocol != null) {
                            answer.setAcceptedSubProtocol(subprotocol);
                        }
                        negotiated.accept(transport);
                        return transport;
                    },
                    new Rerouted(request, transport.endPoint()),
                    response,
                    callback,
                    WebSocketUpgrade::configure);
        } catch (HttpException.RuntimeException malformed) {
            return false;
        } finally {
            if (!upgraded) {
                transport.releaseResponse();
            }
        }
        return upgraded;
    }

    private static void configure(Configuration webSocket) {
        // Engine.IO's heartbeat detects clients that have disappeared.
        webSocket.setIdleTimeout(Duration.ZERO);
        webSocket.setInputBufferSize(INPUT_BUFFER_BYTES);
        // MessageAssembly limits messages; Jetty hands over the parts of a frame as they arrive.
        webSocket.setAutoFragment(true);
        webSocket.setMaxFrameSize(0);
    }

    /** The same request on another EndPoint. */
    private static final class Rerouted extends Request.Wrapper {
        private final EndPoint endPoint;

        Rerouted(Request request, EndPoint endPoint) {
            super(request);
            this.endPoint = endPoint;
        }

        @Override
        public HttpURI getHttpURI() {
            return NO_URI;
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return new ConnectionMetaData.Wrapper(super.getConnectionMetaData()) {
                @Override
                public Connection getConnection() {
                    return new Reroute(endPoint, getConnector().getExecutor());
                }
            };
        }

        @Override
        public TunnelSupport getTunnelSupport() {
            TunnelSupport tunnel = super.getTunnelSupport();
            return new TunnelSupport() {
                @Override
                public String getProtocol() {
                    return tunnel.getProtocol();
                }

                @Override
                public EndPoint getEndPoint() {
                    return endPoint;
                }
            };
        }
    }

    /** A connection that only provides its EndPoint. */
    private static final class Reroute extends AbstractConnection {
        Reroute(EndPoint endPoint, Executor executor) {
            super(endPoint, executor);
        }

        @Override
        public void onFillable() {
            throw new IllegalStateException(
                    "this connection only provides an EndPoint: nothing can be read through it");
        }
    }
}
