package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Frame;
import io.gangway.connection.Outbound;
import io.gangway.connection.QueuedConnection;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.connection.UpgradeRequest;
import io.gangway.ids.RandomId;
import io.gangway.tasks.Heartbeat;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's Engine.IO session, from the open packet to the close, over one transport and then perhaps another.
 * Thread-safe.
 *
 * <pre>
 *              2probe, 5 on a WebSocket
 *   polling ---------------------------> websocket
 *      |                                     |
 *      +---------------> closed <------------+
 * </pre>
 *
 * <p>While the client probes a WebSocket, polling continues; a failed probe has no effect.
 */
public final class EngineIoSession extends QueuedConnection implements Session {
    private static final Logger log = LoggerFactory.getLogger(EngineIoSession.class);

    /**
     * How long a GET may stay unanswered while its client changes to WebSocket, and how long a closed session waits for
     * a late one.
     */
    static final Duration GRACE = Duration.ofMillis(100);

    /** How many characters of the id may be shown, as in the Socket.IO Admin UI. */
    private static final int SHOWN = 12;

    private final EngineIoServer server;
    private final String sid = RandomId.next();
    private final Heartbeat heartbeat;
    private final Upgrade upgrade;

    private volatile @Nullable Transport transport;

    /** Guarded by this. */
    private boolean paused;

    EngineIoSession(EngineIoServer server, UpgradeRequest request) {
        super(request, server.budget(), server.flusher(), server.laggards());
        this.server = server;
        this.heartbeat = new Heartbeat(
                server.deadlines(),
                server.settings().pingInterval(),
                server.settings().pingTimeout(),
                () -> outbound.addPing(EngineIoCodec.PING_PACKET),
                () -> close(CloseReason.PING_TIMEOUT, "no pong arrived within pingInterval + pingTimeout"));
        this.upgrade = new Upgrade(this, server);
    }

    /** The session's id. Secret: anyone who knows it can impersonate the client. */
    public String sid() {
        return sid;
    }

    /** Less than two thirds of the id: the rest cannot be guessed. */
    @Override
    public String shownId() {
        return sid.substring(0, SHOWN);
    }

    /** The one queue of frames this session sends, for its transports. */
    public Outbound outbound() {
        return outbound;
    }

    EngineIoServer server() {
        return server;
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Sends the open packet first, then connects the client to the listener that {@code acceptor} provides. */
    void open(Transport first) {
        transport = first;
        server.remember(this);
        // Written on this thread if possible: the client is waiting for it, and no other thread has to wake up.
        outbound.addNow(Frame.control(
                EngineIoCodec.open(sid, server.settings().upgradesFrom(first.name()), server.settings())));
        heartbeat.start();
        connect(server.acceptor().accept(this));
    }

    // ---- Connection: the hall's calls

    @Override
    public String transport() {
        return current().name();
    }

    @Override
    public synchronized void pause() {
        paused = true;
        heartbeat.suspend();
        current().pause();
    }

    @Override
    public void resume() {
        synchronized (this) {
            paused = false;
            heartbeat.resume();
        }
        current().resume();
    }

    // ---- QueuedConnection: the close

    @Override
    protected Transport carrier() {
        return current();
    }

    @Override
    protected void left(CloseReason reason, String detail) {
        Transport probing = upgrade.abandon();
        heartbeat.stop();
        if (probing != null) {
            probing.close(reason, detail);
        }
        if (!(current() instanceof PollingTransport)) {
            server.forget(this);
        }
        log.debug("session closed: {}: {}", reason, detail);
    }

    @Override
    protected void forgotten() {
        server.forget(this);
    }

    @Override
    protected Runnable after(Duration delay, Runnable task) {
        return server.deadlines().after(delay, task)::cancel;
    }

    /** Drops the messages that still wait for the client to fetch them. */
    void abandon() {
        drop(CloseReason.SERVER_SHUTDOWN, "the server has been closed");
    }

    /** The transport that carries the session's packets now. */
    Transport current() {
        Transport now = transport;
        if (now == null) {
            throw new IllegalStateException(
                    "the session has no transport yet: EngineIoSession.open(..) must come first");
        }
        return now;
    }

    // ---- events that the transports report

    @Override
    public void onText(Transport from, String packet) {
        if (from == transport) {
            ClientPackets.onText(this, packet);
        } else {
            upgrade.onPacket(from, packet);
        }
    }

    @Override
    public void onBinary(Transport from, ByteBuffer bytes) {
        if (from == transport) {
            ClientPackets.onBinary(this, bytes);
        } else {
            upgrade.onPacket(from, "binary data");
        }
    }

    @Override
    public void onDrained(Transport from) {
        CloseReason reason = closeReason();
        from.close(reason == null ? CloseReason.FORCED_CLOSE : reason, "");
    }

    @Override
    public void onClosed(Transport from, CloseReason reason, String detail) {
        if (from == transport) {
            transportClosed(reason, detail);
        } else {
            upgrade.onClosed(from);
        }
    }

    // ---- polling

    /** A polling client sent a GET. */
    public void onPoll(HttpExchange exchange) {
        PollingTransport polling = isTimedOut() ? null : polling();
        if (polling == null) {
            exchange.refuse(EngineIoError.BAD_REQUEST);
            return;
        }
        boolean upgrading = upgrade.isUnderWay();
        if (!polling.accept(exchange)) {
            return;
        }
        if (upgrading) {
            server.deadlines().after(GRACE, () -> polling.releaseIfWaiting(exchange));
        }
        outbound.flush();
    }

    /** The client disconnected while this GET was waiting. */
    public void onPollGone(HttpExchange exchange) {
        if (transport instanceof PollingTransport polling && polling.waiting() == exchange) {
            onClosed(polling, CloseReason.TRANSPORT_ERROR, "poll connection closed prematurely");
        }
    }

    /** A polling client sent a POST; null if it has been refused. */
    public @Nullable PollingPost onPost(HttpExchange exchange) {
        PollingTransport polling = isTimedOut() ? null : polling();
        if (polling == null) {
            exchange.refuse(EngineIoError.BAD_REQUEST);
            return null;
        }
        return polling.begin(exchange);
    }

    /** Whether the client's pong is overdue; if so, ends the session even if its timer has not run yet. */
    boolean isTimedOut() {
        if (!isClosed() && heartbeat.isOver()) {
            close(CloseReason.PING_TIMEOUT, "no pong arrived within pingInterval + pingTimeout");
        }
        return closeReason() == CloseReason.PING_TIMEOUT;
    }

    // ---- the upgrade

    /**
     * A WebSocket is about to open for this session; false if it cannot become its transport. Must be called before the
     * client learns that it is open: of two WebSockets, the one opened first counts.
     */
    public boolean offer(Transport webSocket) {
        return upgrade.offer(webSocket);
    }

    /** Whether this WebSocket was offered and may still become the session's transport. */
    public boolean awaits(Transport webSocket) {
        return upgrade.awaits(webSocket);
    }

    /** The transport if it is polling, the only one that can be upgraded; else null. */
    @Nullable
    PollingTransport polling() {
        return transport instanceof PollingTransport polling ? polling : null;
    }

    /** Receives packets over this transport from now on; the outbound queue still uses the old one. */
    synchronized void changeTo(Transport webSocket) {
        transport = webSocket;
        if (paused) {
            webSocket.pause();
        }
    }

    @Override
    public String toString() {
        return "EngineIoSession[" + (transport == null ? "new" : transport()) + (isClosed() ? ", closed" : "") + "]";
    }
}
