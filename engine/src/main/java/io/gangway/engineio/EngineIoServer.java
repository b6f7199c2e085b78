package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.ConnectionAcceptor;
import io.gangway.connection.Deadlines;
import io.gangway.connection.Flusher;
import io.gangway.connection.Refusal;
import io.gangway.connection.UpgradeRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All Engine.IO sessions of one engine, and the rules by which requests reach them. Thread-safe. */
public final class EngineIoServer {
    private final EngineIoSettings settings;
    private final ConnectionAcceptor acceptor;
    private final Flusher flusher;
    private final Deadlines deadlines;
    private final Map<String, EngineIoSession> sessions = new ConcurrentHashMap<>();

    public EngineIoServer(
            EngineIoSettings settings, ConnectionAcceptor acceptor, Flusher flusher, Deadlines deadlines) {
        this.settings = settings;
        this.acceptor = acceptor;
        this.flusher = flusher;
        this.deadlines = deadlines;
    }

    public EngineIoSettings settings() {
        return settings;
    }

    public Deadlines deadlines() {
        return deadlines;
    }

    Flusher flusher() {
        return flusher;
    }

    ConnectionAcceptor acceptor() {
        return acceptor;
    }

    /** How many sessions there are, those included that wait to hand over their close packet. */
    public int sessions() {
        return sessions.size();
    }

    /**
     * Checks a request's method and query, in engine.io's order.
     *
     * @param webSocket whether the request asks for a WebSocket
     * @return the session that the request names, or null for a handshake
     */
    public @Nullable EngineIoSession verify(String method, Map<String, String> query, boolean webSocket)
            throws EngineIoException {
        String transport = query.getOrDefault("transport", "");
        if (!settings.transports().contains(transport)) {
            throw new EngineIoException(EngineIoError.UNKNOWN_TRANSPORT, "transport");
        }
        if (query.containsKey("j")) {
            throw new EngineIoException(EngineIoError.BAD_REQUEST, "JSONP is of Engine.IO 3");
        }
        String sid = query.get("sid");
        if (sid == null || sid.isEmpty()) {
            verifyHandshake(method, query, webSocket, transport);
            return null;
        }
        EngineIoSession session = sessions.get(sid);
        if (session == null || session.isTimedOut()) {
            throw new EngineIoException(EngineIoError.UNKNOWN_SESSION, "sid");
        }
        if (!"4".equals(query.get("EIO"))) {
            throw new EngineIoException(EngineIoError.BAD_REQUEST, "a session does not change its protocol version");
        }
        if (webSocket ? !transport.equals(Transport.WEBSOCKET) : !transport.equals(session.transport())) {
            throw new EngineIoException(EngineIoError.BAD_REQUEST, "the session is not on this transport");
        }
        if (!webSocket && !method.equals("GET") && !method.equals("POST")) {
            throw new EngineIoException(EngineIoError.BAD_REQUEST, "method");
        }
        return session;
    }

    private static void verifyHandshake(String method, Map<String, String> query, boolean webSocket, String transport)
            throws EngineIoException {
        if (!webSocket && !method.equals("GET")) {
            throw new EngineIoException(EngineIoError.BAD_HANDSHAKE_METHOD, "method");
        }
        if (webSocket != transport.equals(Transport.WEBSOCKET)) {
            throw new EngineIoException(EngineIoError.BAD_REQUEST, "the transport and the request do not match");
        }
        if (!"4".equals(query.get("EIO"))) {
            throw new EngineIoException(EngineIoError.UNSUPPORTED_PROTOCOL, "EIO");
        }
    }

    /** Whether the hall lets this client in: null if it does. */
    public @Nullable Refusal refuse(UpgradeRequest request) {
        return acceptor.refuse(request);
    }

    /** Opens a session for a polling client, with the open packet as the response to its first GET. */
    public void openPolling(UpgradeRequest request, HttpExchange exchange) {
        new EngineIoSession(this, request).openPolling(exchange);
    }

    /** Opens a session on a WebSocket; the open packet is the first it sends. */
    public EngineIoSession openWebSocket(UpgradeRequest request, Transport webSocket) {
        EngineIoSession session = new EngineIoSession(this, request);
        session.outbound().attach(webSocket);
        session.open(webSocket);
        return session;
    }

    /** Closes all sessions. What was sent before is still delivered, to clients that fetch it. */
    public void close() {
        sessions.values().forEach(session -> session.close(CloseReason.SERVER_SHUTDOWN, "the server closes"));
    }

    /** Closes all sessions, also those that still wait for clients to fetch what was sent. */
    public void abandon() {
        close();
        sessions.values().forEach(EngineIoSession::abandon);
    }

    void remember(EngineIoSession session) {
        sessions.put(session.sid(), session);
    }

    void forget(EngineIoSession session) {
        sessions.remove(session.sid());
    }
}
