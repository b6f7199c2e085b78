package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.ConnectionAcceptor;
import io.gangway.connection.Flusher;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.Laggards;
import io.gangway.connection.Refusal;
import io.gangway.connection.RefusedRequest;
import io.gangway.connection.Transport;
import io.gangway.connection.UpgradeRequest;
import io.gangway.tasks.Deadlines;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Holds all Engine.IO sessions of one engine, and checks which session a request belongs to. Thread-safe. */
public final class EngineIoServer {
    private final EngineIoSettings settings;
    private final ConnectionAcceptor acceptor;
    private final Flusher flusher;
    private final Laggards laggards;
    private final Deadlines deadlines;
    private final InboundBudget budget;
    private final Map<String, EngineIoSession> sessions = new ConcurrentHashMap<>();
    private final Upgrades upgrades = new Upgrades();

    public EngineIoServer(
            EngineIoSettings settings,
            ConnectionAcceptor acceptor,
            Flusher flusher,
            Laggards laggards,
            Deadlines deadlines,
            InboundBudget budget) {
        this.settings = settings;
        this.acceptor = acceptor;
        this.flusher = flusher;
        this.laggards = laggards;
        this.deadlines = deadlines;
        this.budget = budget;
    }

    public EngineIoSettings settings() {
        return settings;
    }

    public Deadlines deadlines() {
        return deadlines;
    }

    InboundBudget budget() {
        return budget;
    }

    Flusher flusher() {
        return flusher;
    }

    /** The watch over slow clients. */
    public Laggards laggards() {
        return laggards;
    }

    /** How the upgrades to WebSocket have ended so far. */
    public Upgrades upgrades() {
        return upgrades;
    }

    ConnectionAcceptor acceptor() {
        return acceptor;
    }

    /** The number of sessions, including closed ones whose close packet has not been fetched yet. */
    public int sessions() {
        return sessions.size();
    }

    /** Whether any polling client that has been in a namespace has yet to fetch packets, at least a close packet. */
    public boolean awaitsPolls() {
        return sessions.values().stream()
                .anyMatch(session ->
                        session.polling() != null && session.account().isAdmitted());
    }

    /**
     * Checks a request's method and query, in engine.io's order.
     *
     * @param webSocket whether the request asks for a WebSocket
     * @return the session that the request names, or null for a handshake
     */
    public @Nullable EngineIoSession verify(String method, Query query, boolean webSocket) throws EngineIoException {
        // As in Node's engine.io, a parameter of the protocol that is given twice has no valid value.
        String transport = query.one("transport");
        if (!settings.transports().contains(transport)) {
            throw new EngineIoException(
                    EngineIoError.UNKNOWN_TRANSPORT, "the query's \"transport\" is not one that this server offers");
        }
        if (query.parameters().containsKey("j")) {
            throw new EngineIoException(
                    EngineIoError.BAD_REQUEST, "the query has \"j\" (JSONP), which only Engine.IO 3 supports");
        }
        String sid = query.one("sid");
        if (sid.isEmpty() && !query.repeated().contains("sid")) {
            verifyHandshake(method, query, webSocket, transport);
            return null;
        }
        EngineIoSession session = sessions.get(sid);
        if (session == null || session.isTimedOut()) {
            throw new EngineIoException(EngineIoError.UNKNOWN_SESSION, "the query's \"sid\" names no open session");
        }
        if (!query.one("EIO").equals("4")) {
            throw new EngineIoException(
                    EngineIoError.BAD_REQUEST, "the query's \"EIO\" differs from the session's protocol version");
        }
        if (webSocket ? !transport.equals(Transport.WEBSOCKET) : !transport.equals(session.transport())) {
            throw new EngineIoException(EngineIoError.BAD_REQUEST, "the query's \"transport\" is not the session's");
        }
        if (!webSocket && !method.equals("GET") && !method.equals("POST")) {
            throw new EngineIoException(EngineIoError.BAD_REQUEST, "the method is neither GET nor POST");
        }
        return session;
    }

    private static void verifyHandshake(String method, Query query, boolean webSocket, String transport)
            throws EngineIoException {
        if (!webSocket && !method.equals("GET")) {
            throw new EngineIoException(
                    EngineIoError.BAD_HANDSHAKE_METHOD, "the method of a polling handshake is not GET");
        }
        if (webSocket != transport.equals(Transport.WEBSOCKET)) {
            throw new EngineIoException(
                    EngineIoError.BAD_REQUEST,
                    "the query's \"transport\" does not match the "
                            + "request: a WebSocket needs a WebSocket handshake, polling a plain request");
        }
        if (!query.one("EIO").equals("4")) {
            throw new EngineIoException(
                    EngineIoError.UNSUPPORTED_PROTOCOL,
                    "the query's \"EIO\" is not 4: the client speaks another version of Engine.IO");
        }
    }

    /** Asks the hall whether this client may connect: null if it may. */
    public @Nullable Refusal refuse(UpgradeRequest request) {
        return acceptor.refuse(request);
    }

    /** Tells the hall that a client has been refused before a connection existed. */
    public void refused(RefusedRequest refused) {
        acceptor.refused(refused);
    }

    /** Opens a session for a polling client, with the open packet as the response to its first GET. */
    public void openPolling(UpgradeRequest request, HttpExchange exchange) {
        EngineIoSession session = new EngineIoSession(this, request);
        PollingTransport polling = new PollingTransport(session, session.outbound(), settings.maxPayload());
        exchange.opens(session.sid());
        session.open(polling);
        if (!polling.park(exchange)) {
            exchange.refuse(EngineIoError.BAD_REQUEST); // closed as soon as it was opened
        }
        session.outbound().flush();
    }

    /** Opens a session on a WebSocket and sends the open packet first. */
    public EngineIoSession openWebSocket(UpgradeRequest request, Transport webSocket) {
        EngineIoSession session = new EngineIoSession(this, request);
        session.outbound().attach(webSocket);
        session.open(webSocket);
        return session;
    }

    /** Closes all sessions. Earlier messages still reach those polling clients that fetch them. */
    public void close() {
        sessions.values().forEach(session -> session.close(CloseReason.SERVER_SHUTDOWN, "the server is closing"));
    }

    /** Closes all sessions, including those that still wait for a client to fetch its messages. */
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
