package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Deadlines;
import io.gangway.connection.Frame;
import io.gangway.connection.Outbound;
import io.gangway.connection.RandomId;
import io.gangway.connection.UpgradeRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's Engine.IO session, from the open packet to the close, on whichever transport carries it. Thread-safe.
 *
 * <pre>
 *              2probe, 5 on a WebSocket
 *   polling ---------------------------> websocket
 *      |                                     |
 *      +---------------> closed <------------+
 * </pre>
 *
 * <p>While a WebSocket is being probed polling goes on; if the probe fails, nothing happened.
 */
public final class EngineIoSession implements Connection {
    private static final Logger log = LoggerFactory.getLogger(EngineIoSession.class);

    /** How long a poll is held back for a client that is just about to leave polling. */
    static final Duration GRACE = Duration.ofMillis(100);
    /** How long a client may take to fetch what was sent before the close. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final EngineIoServer server;
    private final String sid = RandomId.next();
    private final UpgradeRequest request;
    private final Outbound outbound;
    private final Heartbeat heartbeat;
    private final Upgrade upgrade;

    /** Set once, before anything is read from the client; under the lock, as is {@code closed}. */
    private volatile @Nullable ConnectionListener listener;

    private volatile @Nullable Transport transport;
    private volatile @Nullable CloseReason closed;

    // Guarded by this.
    private String closeDetail = "";
    private Deadlines.@Nullable Deadline linger;
    private boolean latePollAllowed;
    private boolean paused;

    EngineIoSession(EngineIoServer server, UpgradeRequest request) {
        this.server = server;
        this.request = request;
        this.outbound = new Outbound(
                server.flusher(), server.settings().maxBuffered(), () -> close(CloseReason.SLOW_CLIENT, "slow client"));
        this.heartbeat = new Heartbeat(
                server.deadlines(),
                server.settings(),
                () -> outbound.add(EngineIoCodec.PING_PACKET),
                () -> close(CloseReason.PING_TIMEOUT, "no pong in time"));
        this.upgrade = new Upgrade(this, server);
    }

    /** The session's secret id, which whoever knows can speak for the client. */
    public String sid() {
        return sid;
    }

    /** The one queue of what this session sends. For its transports. */
    public Outbound outbound() {
        return outbound;
    }

    /** Sends the open packet as the first, and has {@code acceptor}'s listener hear what the client sends. */
    void open(Transport first) {
        transport = first;
        server.remember(this);
        // On this thread where it can be: the client waits for it, and no other has to wake.
        outbound.addNow(Frame.control(
                EngineIoCodec.open(sid, server.settings().upgradesFrom(first.name()), server.settings())));
        heartbeat.start();
        ConnectionListener hall = server.acceptor().accept(this);
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

    void openPolling(HttpExchange exchange) {
        PollingTransport polling =
                new PollingTransport(this, outbound, server.settings().maxPayload());
        exchange.opens(sid);
        open(polling);
        if (!polling.park(exchange)) {
            exchange.refuse(EngineIoError.BAD_REQUEST); // closed as soon as it was opened
        }
        outbound.flush();
    }

    // ---- Connection: what the hall does

    @Override
    public UpgradeRequest request() {
        return request;
    }

    @Override
    public String transport() {
        return current().name();
    }

    @Override
    public void send(Frame frame) {
        outbound.add(frame);
    }

    @Override
    public void sendLossy(Frame frame) {
        outbound.addLossy(frame);
    }

    @Override
    public void sendNow(Frame frame) {
        outbound.addNow(frame);
    }

    @Override
    public void sendUnflushed(Frame frame) {
        outbound.addUnflushed(frame);
    }

    @Override
    public void flush() {
        outbound.flush();
    }

    @Override
    public synchronized void pause() {
        paused = true;
        heartbeat.suspend();
        current().pause();
    }

    @Override
    public void resume() {
        Transport now;
        synchronized (this) {
            paused = false;
            heartbeat.start();
            now = current();
        }
        now.resume();
    }

    @Override
    public long bufferedBytes() {
        return outbound.bytes();
    }

    @Override
    public boolean isWritable() {
        return outbound.isWritable();
    }

    @Override
    public void close(CloseReason reason, String detail) {
        switch (reason) {
            case PARSE_ERROR, FORCED_CLOSE, SERVER_SHUTDOWN -> {
                if (leave(reason, detail)) {
                    linger(reason, detail);
                    outbound.end();
                }
            }
            default -> {
                if (leave(reason, detail)) {
                    drop(reason, detail);
                }
            }
        }
    }

    /** Why the session ended, or null while it lasts. */
    public @Nullable CloseReason closeReason() {
        return closed;
    }

    boolean isClosed() {
        return closed != null;
    }

    /** Tells the listener, once; false if that has been done before. */
    private boolean leave(CloseReason reason, String detail) {
        Transport probing;
        ConnectionListener hall;
        synchronized (this) {
            if (closed != null) {
                return false;
            }
            closed = reason;
            closeDetail = detail;
            hall = listener;
            probing = upgrade.abandon();
        }
        heartbeat.stop();
        if (probing != null) {
            probing.close(reason, detail);
        }
        if (!(current() instanceof PollingTransport)) {
            server.forget(this);
        }
        log.debug("session closed: {}: {}", reason, detail);
        if (hall != null) {
            hall.onClose(reason, detail);
        }
        return true;
    }

    private synchronized void linger(CloseReason reason, String detail) {
        linger = server.deadlines().after(LINGER, () -> drop(reason, detail));
    }

    /** Ends the transport whatever still waits. */
    private void drop(CloseReason reason, String detail) {
        outbound.discard();
        forget(); // before the client hears of it, and may ask again
        current().close(reason, detail);
    }

    /** Ends what the close has left: nobody will fetch any more what waits. */
    void abandon() {
        drop(CloseReason.SERVER_SHUTDOWN, "the server is closed");
    }

    /** Nothing more is to be sent to this client: its id is free. */
    void forget() {
        synchronized (this) {
            if (linger != null) {
                linger.cancel();
                linger = null;
            }
        }
        server.forget(this);
    }

    private Transport current() {
        Transport now = transport;
        if (now == null) {
            throw new IllegalStateException("the session has not been opened");
        }
        return now;
    }

    // ---- what the transports report

    /** A text packet came on a WebSocket. */
    public void onText(Transport from, String packet) {
        if (from == transport) {
            onPacket(packet);
        } else {
            upgrade.onPacket(from, packet);
        }
    }

    /** A binary packet came on a WebSocket. */
    public void onBinary(Transport from, ByteBuffer bytes) {
        if (from == transport) {
            deliver(bytes);
        } else {
            upgrade.onPacket(from, "binary data");
        }
    }

    /** The client's side of a transport is gone, or the client broke the transport's rules. */
    public void onClosed(Transport from, CloseReason reason, String detail) {
        if (from == transport) {
            if (leave(reason, detail)) {
                drop(reason, detail);
            } else {
                forget();
            }
        } else {
            upgrade.onClosed(from);
        }
    }

    /** What was taken from the queue has not reached the client: no transport can go on from there. */
    void onLost(String detail) {
        leave(CloseReason.TRANSPORT_ERROR, detail);
        drop(CloseReason.TRANSPORT_ERROR, detail);
    }

    /** Handles a packet of text on the transport in use; false if it broke the protocol. */
    boolean onPacket(String packet) {
        ConnectionListener hall = listener;
        if (isClosed() || hall == null) {
            return true;
        }
        switch (packet.isEmpty() ? 0 : packet.charAt(0)) {
            case EngineIoCodec.MESSAGE -> {
                heartbeat.onPacket();
                hall.onText(packet.substring(1));
            }
            case EngineIoCodec.BINARY -> {
                return onBase64(packet);
            }
            case EngineIoCodec.PONG -> heartbeat.onPong();
            case EngineIoCodec.CLOSE -> onClosePacket();
            case EngineIoCodec.OPEN, EngineIoCodec.UPGRADE, EngineIoCodec.NOOP -> {
                // Ignored, as in engine.io.
            }
            default -> {
                onMalformed("unknown Engine.IO packet type");
                return false;
            }
        }
        return true;
    }

    /** Polling knows no other binary packets; on a WebSocket they come from clients that are told to send text alone. */
    private boolean onBase64(String packet) {
        ByteBuffer bytes;
        try {
            bytes = EngineIoCodec.binary(packet);
        } catch (IllegalArgumentException malformed) {
            onMalformed("a binary packet is not base64: " + malformed.getMessage());
            return false;
        }
        if (bytes.remaining() > server.settings().maxPayload()) {
            onMalformed("a binary packet of more than maxPayload, "
                    + server.settings().maxPayload() + " bytes");
            return false;
        }
        deliver(bytes);
        return true;
    }

    private void deliver(ByteBuffer bytes) {
        ConnectionListener hall = listener;
        if (!isClosed() && hall != null) {
            heartbeat.onPacket();
            hall.onBinary(bytes);
        }
    }

    /** What came is no Engine.IO: unlike for a fault further up, nothing is sent any more, not even the close packet. */
    private void onMalformed(String detail) {
        onClosed(current(), CloseReason.PARSE_ERROR, detail);
    }

    private void onClosePacket() {
        if (!leave(CloseReason.TRANSPORT_CLOSE, "the client sent a close packet")) {
            return;
        }
        outbound.discard();
        Transport now = current();
        boolean expectPoll = now instanceof PollingTransport polling && polling.waiting() == null;
        synchronized (this) {
            // The poll that the client sent along with its close packet may come in behind it.
            latePollAllowed = expectPoll;
        }
        now.close(CloseReason.TRANSPORT_CLOSE, "the client sent a close packet");
        if (expectPoll) {
            server.deadlines().after(GRACE, this::forget);
        } else {
            forget();
        }
    }

    // ---- polling

    /** A GET of a polling client. */
    public void onPoll(HttpExchange exchange) {
        if (isTimedOut() || !(transport instanceof PollingTransport polling)) {
            exchange.refuse(EngineIoError.BAD_REQUEST);
            return;
        }
        if (isAnsweredLate(exchange)) {
            return;
        }
        boolean upgrading = upgrade.isUnderWay();
        if (!polling.park(exchange)) {
            // The close packet may have come between the look for it and the parking.
            if (!isAnsweredLate(exchange)) {
                refuse(exchange, polling, "a second GET while one waits");
            }
            return;
        }
        if (upgrading) {
            server.deadlines().after(GRACE, () -> polling.releaseIfWaiting(exchange));
        }
        outbound.flush();
    }

    /** The client is gone, and with it this GET that was to be answered. */
    public void onPollGone(HttpExchange exchange) {
        if (transport instanceof PollingTransport polling && polling.waiting() == exchange) {
            onClosed(polling, CloseReason.TRANSPORT_ERROR, "poll connection closed prematurely");
        }
    }

    /** Answers the one poll that came in behind its client's close packet; false if this is not that poll. */
    private boolean isAnsweredLate(HttpExchange exchange) {
        synchronized (this) {
            if (!latePollAllowed) {
                return false;
            }
            latePollAllowed = false;
        }
        forget();
        exchange.payload(EngineIoCodec.ascii(EngineIoCodec.NOOP), () -> {}, () -> {});
        return true;
    }

    /** Refuses what a polling client sends twice at once, and ends its session, unless that has left polling already. */
    private void refuse(HttpExchange exchange, PollingTransport polling, String detail) {
        exchange.refuse(EngineIoError.BAD_REQUEST);
        boolean stillPolling;
        synchronized (this) {
            stillPolling = transport == polling && closed == null;
        }
        if (stillPolling) {
            onClosed(polling, CloseReason.TRANSPORT_ERROR, detail);
        }
    }

    /** A POST of a polling client; null if it has been refused. */
    public @Nullable PollingPost onPost(HttpExchange exchange) {
        if (isTimedOut() || !(transport instanceof PollingTransport polling)) {
            exchange.refuse(EngineIoError.BAD_REQUEST);
            return null;
        }
        PollingPost post = polling.begin(exchange);
        if (post == null) {
            refuse(exchange, polling, "a second POST while one is under way");
        }
        return post;
    }

    /** Whether the client's time is up; ends the session if its timer has not come round. */
    boolean isTimedOut() {
        if (!isClosed() && heartbeat.isOver()) {
            close(CloseReason.PING_TIMEOUT, "no pong in time");
        }
        return closed == CloseReason.PING_TIMEOUT;
    }

    // ---- the upgrade

    /**
     * A WebSocket is about to be opened for this session; false if it cannot become its transport. To be called before the
     * client hears that it is open: of two WebSockets the one that the client opened first is the one that counts.
     */
    public boolean offer(Transport webSocket) {
        return upgrade.offer(webSocket);
    }

    /** Whether this WebSocket was offered and may still become the session's transport. */
    public boolean awaits(Transport webSocket) {
        return upgrade.awaits(webSocket);
    }

    /** The transport, if it is the one that can be left for a WebSocket. */
    @Nullable
    PollingTransport polling() {
        return transport instanceof PollingTransport polling ? polling : null;
    }

    /** From now on packets come over this transport; what waits to be sent does not know yet. */
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
