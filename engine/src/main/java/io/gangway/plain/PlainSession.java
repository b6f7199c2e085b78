package io.gangway.plain;

import io.gangway.connection.CloseCode;
import io.gangway.connection.CloseReason;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Frame;
import io.gangway.connection.QueuedConnection;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.connection.UpgradeRequest;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.Heartbeat;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One plain WebSocket, from its handshake to its Close frame. Thread-safe. */
final class PlainSession extends QueuedConnection implements Session {
    private static final Logger log = LoggerFactory.getLogger(PlainSession.class);

    /** How long a client may take to read the messages sent before the close. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    /** A control frame leaves as a ping of RFC 6455. */
    private static final Frame PING = Frame.control("");

    private final PlainServer server;
    private final Transport webSocket;
    private final Heartbeat heartbeat;

    /** Provides the listener; null once it has. */
    private PlainServer.@Nullable Acceptor acceptor;

    private volatile @Nullable ConnectionListener listener;
    private volatile @Nullable CloseReason closed;

    // Guarded by this.
    private String closeDetail = "";
    private Deadlines.@Nullable Deadline linger;

    PlainSession(PlainServer server, UpgradeRequest request, Transport webSocket, PlainServer.Acceptor acceptor) {
        super(request, server.budget(), server.flusher(), server.laggards());
        this.server = server;
        this.webSocket = webSocket;
        this.acceptor = acceptor;
        this.heartbeat = new Heartbeat(
                server.deadlines(),
                server.settings().pingInterval(),
                server.settings().pingTimeout(),
                () -> outbound.addPing(PING),
                () -> close(CloseReason.PING_TIMEOUT, "no pong arrived within pingInterval + pingTimeout"));
    }

    // ---- Session: what the WebSocket reports

    @Override
    public void onOpen(Transport from) {
        PlainServer.Acceptor accepting = acceptor;
        acceptor = null;
        if (accepting == null) {
            return;
        }
        outbound.attach(webSocket);
        heartbeat.start();
        ConnectionListener hall = accepting.accept(this);
        CloseReason already;
        String detail;
        synchronized (this) {
            listener = hall;
            already = closed;
            detail = closeDetail;
        }
        if (already != null) {
            hall.onClose(already, detail);
        }
    }

    @Override
    public void onText(Transport from, String message) {
        ConnectionListener hall = listener;
        if (hall != null && closed == null) {
            heartbeat.onPacket();
            hall.onText(message);
        }
    }

    @Override
    public void onBinary(Transport from, ByteBuffer message) {
        close(CloseReason.PARSE_ERROR, PlainCloseCodes.NO_BINARY);
    }

    @Override
    public void onPong(Transport from) {
        heartbeat.onPong();
    }

    @Override
    public void onClosed(Transport from, CloseReason reason, String detail) {
        if (leave(reason, detail)) {
            drop(reason, detail);
        } else {
            forget();
        }
    }

    @Override
    public void onDrained(Transport from) {
        CloseReason reason = closed;
        String detail;
        synchronized (this) {
            detail = closeDetail;
        }
        webSocket.close(reason == null ? CloseReason.FORCED_CLOSE : reason, detail);
    }

    @Override
    public CloseCode closeCode(CloseReason reason, String detail) {
        return PlainCloseCodes.of(reason, detail);
    }

    // ---- Connection: the hall's calls

    @Override
    public String transport() {
        return webSocket.name();
    }

    @Override
    public void pause() {
        heartbeat.suspend();
        webSocket.pause();
    }

    @Override
    public void resume() {
        heartbeat.resume();
        webSocket.resume();
    }

    @Override
    public void close(CloseReason reason, String detail) {
        if (!leave(reason, detail)) {
            if (reason == CloseReason.OVER_BUDGET) {
                drop(reason, detail); // the memory is needed, although the client has yet to take the rest
            }
            return;
        }
        switch (reason) {
            case PARSE_ERROR, POLICY_VIOLATION, FORCED_CLOSE, SERVER_SHUTDOWN -> {
                synchronized (this) {
                    linger = server.deadlines().after(LINGER, () -> drop(reason, detail));
                }
                outbound.end();
            }
            default -> drop(reason, detail);
        }
    }

    /** Tells the listener that the session has ended; false if it has been told before. */
    private boolean leave(CloseReason reason, String detail) {
        ConnectionListener hall;
        synchronized (this) {
            if (closed != null) {
                return false;
            }
            closed = reason;
            closeDetail = detail;
            hall = listener;
        }
        heartbeat.stop();
        account().close();
        log.debug("plain WebSocket closed: {}", reason); // not the detail: it may quote the application's message
        if (hall != null) {
            hall.onClose(reason, detail);
        }
        return true;
    }

    /** Ends the WebSocket and drops the queued frames. */
    private void drop(CloseReason reason, String detail) {
        outbound.discard();
        forget();
        webSocket.close(reason, detail);
    }

    private void forget() {
        synchronized (this) {
            if (linger != null) {
                linger.cancel();
                linger = null;
            }
        }
        server.forget(this);
    }

    @Override
    public String toString() {
        return "PlainSession[" + (closed == null ? "open]" : "closed]");
    }
}
