package io.gangway.plain;

import io.gangway.connection.CloseReason;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Flusher;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.Laggards;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.connection.UpgradeRequest;
import io.gangway.tasks.Deadlines;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Holds all plain WebSockets' sessions of one engine. Thread-safe. */
public final class PlainServer {
    private final List<PlainRoute> routes;
    private final PlainSettings settings;
    private final Flusher flusher;
    private final Laggards laggards;
    private final Deadlines deadlines;
    private final InboundBudget budget;
    private final Set<PlainSession> sessions = ConcurrentHashMap.newKeySet();

    public PlainServer(
            List<PlainRoute> routes,
            PlainSettings settings,
            Flusher flusher,
            Laggards laggards,
            Deadlines deadlines,
            InboundBudget budget) {
        this.routes = List.copyOf(routes);
        this.settings = settings;
        this.flusher = flusher;
        this.laggards = laggards;
        this.deadlines = deadlines;
        this.budget = budget;
    }

    public PlainSettings settings() {
        return settings;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    InboundBudget budget() {
        return budget;
    }

    Laggards laggards() {
        return laggards;
    }

    Flusher flusher() {
        return flusher;
    }

    /** The route of this path within the handler's context; null if there is none. */
    public @Nullable PlainRoute route(String path) {
        for (PlainRoute route : routes) {
            if (route.matches(path)) {
                return route;
            }
        }
        return null;
    }

    /** The number of sessions, including closed ones whose last frames have not been written yet. */
    public int sessions() {
        return sessions.size();
    }

    /** Opens a session on a WebSocket; the client joins once {@link Session#onOpen} is called. */
    public Session open(
            PlainRoute route, UpgradeRequest request, String path, @Nullable String token, Transport webSocket) {
        PlainSession session =
                new PlainSession(this, request, webSocket, connection -> route.accept(connection, path, token));
        sessions.add(session);
        return session;
    }

    /** Closes all sessions; earlier messages are still written. */
    public void close() {
        sessions.forEach(session -> session.close(CloseReason.SERVER_SHUTDOWN, "the server is closing"));
    }

    void forget(PlainSession session) {
        sessions.remove(session);
    }

    /** Provides the listener of a connection. */
    @FunctionalInterface
    interface Acceptor {
        ConnectionListener accept(PlainSession connection);
    }
}
