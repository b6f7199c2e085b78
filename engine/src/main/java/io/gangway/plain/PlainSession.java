package io.gangway.plain;

import io.gangway.connection.CloseCode;
import io.gangway.connection.CloseReason;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Frame;
import io.gangway.connection.QueuedConnection;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.connection.UpgradeRequest;
import io.gangway.tasks.Heartbeat;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One plain WebSocket, from its handshake to its Close frame. Thread-safe. */
final class PlainSession extends QueuedConnection implements Session {
    private static final Logger log = LoggerFactory.getLogger(PlainSession.class);

    /** A control frame leaves as a ping of RFC 6455. */
    private static final Frame PING = Frame.control("");

    private final PlainServer server;
    private final Transport webSocket;
    private final Heartbeat heartbeat;

    /** Provides the listener; null once it has. */
    private PlainServer.@Nullable Acceptor acceptor;

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
        connect(accepting.accept(this));
    }

    @Override
    public void onText(Transport from, String message) {
        ConnectionListener hall = listener();
        if (hall != null) {
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
        transportClosed(reason, detail);
    }

    @Override
    public void onDrained(Transport from) {
        CloseReason reason = closeReason();
        webSocket.close(reason == null ? CloseReason.FORCED_CLOSE : reason, closeDetail());
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

    // ---- QueuedConnection: the close

    @Override
    protected Transport carrier() {
        return webSocket;
    }

    @Override
    protected void left(CloseReason reason, String detail) {
        heartbeat.stop();
        log.debug("plain WebSocket closed: {}", reason); // not the detail: it may quote the application's message
    }

    @Override
    protected void forgotten() {
        server.forget(this);
    }

    @Override
    protected Runnable after(Duration delay, Runnable task) {
        return server.deadlines().after(delay, task)::cancel;
    }

    @Override
    public String toString() {
        return "PlainSession[" + (isClosed() ? "closed]" : "open]");
    }
}
