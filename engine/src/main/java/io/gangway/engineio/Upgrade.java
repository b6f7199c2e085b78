package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Transport;
import io.gangway.tasks.Deadlines;
import org.jspecify.annotations.Nullable;

/**
 * One session's upgrade from polling to WebSocket: Engine.IO v4, "Upgrade". Thread-safe, under its session's lock.
 *
 * <pre>
 *           offer                2probe              5
 *   none ----------> offered ------------> probed ------> the session's transport
 *     ^                 |                    |
 *     +-----------------+--------------------+
 *         anything else, time is up, or it is gone
 * </pre>
 */
final class Upgrade {
    private final EngineIoSession session;
    private final EngineIoServer server;

    // Guarded by the session, together with its transport and its closing.
    private @Nullable Transport candidate;
    private boolean probed;
    private Deadlines.@Nullable Deadline timeout;

    Upgrade(EngineIoSession session, EngineIoServer server) {
        this.session = session;
        this.server = server;
    }

    /** Begins the upgrade to a WebSocket that is about to open; false if it cannot become the session's transport. */
    boolean offer(Transport webSocket) {
        synchronized (session) {
            if (session.isClosed() || !server.settings().upgrades() || candidate != null || session.polling() == null) {
                return false;
            }
            candidate = webSocket;
            probed = false;
            timeout = server.deadlines().after(server.settings().upgradeTimeout(), () -> onTimeout(webSocket));
        }
        return true;
    }

    /** Whether this WebSocket was offered and may still become the session's transport. */
    boolean awaits(Transport webSocket) {
        synchronized (session) {
            return candidate == webSocket;
        }
    }

    boolean isUnderWay() {
        synchronized (session) {
            return candidate != null;
        }
    }

    /** The session has closed: abandons the upgrade and returns the WebSocket that was offered. */
    @Nullable
    Transport abandon() {
        synchronized (session) {
            if (candidate != null) {
                server.upgrades().fail();
            }
            return end();
        }
    }

    /** Ends the upgrade, however, and returns the WebSocket that was offered. */
    private @Nullable Transport end() {
        synchronized (session) {
            Transport abandoned = candidate;
            candidate = null;
            if (timeout != null) {
                timeout.cancel();
                timeout = null;
            }
            return abandoned;
        }
    }

    /** A WebSocket that is not the session's transport has closed. */
    void onClosed(Transport from) {
        synchronized (session) {
            if (from == candidate) {
                abandon();
            }
        }
    }

    private void onTimeout(Transport webSocket) {
        synchronized (session) {
            if (candidate != webSocket) {
                return;
            }
            end();
            server.upgrades().timeOut();
        }
        webSocket.close(CloseReason.FORCED_CLOSE, "the client did not finish the upgrade within upgradeTimeout");
    }

    /** A packet arrived on a WebSocket that is not the session's transport. */
    void onPacket(Transport from, String packet) {
        boolean probe;
        boolean upgrade;
        PollingTransport polling;
        synchronized (session) {
            polling = session.polling();
            if (from != candidate || polling == null || session.isClosed()) {
                return;
            }
            probe = packet.equals("2probe");
            upgrade = packet.equals("5") && probed && polling.retire();
            if (probe) {
                probed = true;
            } else if (upgrade) {
                end();
                server.upgrades().succeed();
                session.changeTo(from);
            } else {
                abandon();
            }
        }
        if (probe) {
            from.sendUnqueued("3probe");
            HttpExchange waiting = polling.waiting();
            if (waiting != null) {
                // Not at once: stock clients count packets right after connecting.
                server.deadlines().after(EngineIoSession.GRACE, () -> polling.releaseIfWaiting(waiting));
            }
        } else if (upgrade) {
            HttpExchange stray = polling.unpark();
            if (stray != null) {
                stray.refuse(EngineIoError.BAD_REQUEST);
            }
            session.outbound().attach(from);
            ConnectionListener hall = session.listener();
            if (hall != null) {
                hall.onTransportChanged();
            }
        } else {
            from.close(CloseReason.PARSE_ERROR, "the client sent neither a probe nor an upgrade packet");
        }
    }
}
