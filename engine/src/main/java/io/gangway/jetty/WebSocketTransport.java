package io.gangway.jetty;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Outbound;
import io.gangway.engineio.EngineIoServer;
import io.gangway.engineio.EngineIoSession;
import io.gangway.engineio.Transport;
import io.gangway.tasks.Deadlines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: Jetty's frames become packets for the session, and the session's queue leaves through its
 * {@link GatheringEndPoint}. Thread-safe; frames come one at a time.
 *
 * <p>Closing is one step, whoever takes it first: our Close frame, then a moment for the client's, then the cut.
 */
final class WebSocketTransport implements Transport, FrameHandler, GatheringEndPoint.Listener, Connection.Listener {
    private static final Logger log = LoggerFactory.getLogger(WebSocketTransport.class);

    /** A client that took no byte for so long will take none. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /**
     * How long the refusal of a WebSocket waits: it must not overtake what the session's other one has to answer, whose
     * thread may be behind.
     */
    private static final Duration RELUCTANCE = Duration.ofMillis(100);
    /** RFC 6455, section 7.4: "try again later", in the words of IANA's registry. */
    private static final int TRY_AGAIN_LATER = 1013;

    private final EngineIoServer server;
    private final Occupancy occupancy;
    private final ReadingEndPoint reading;
    private final GatheringEndPoint writing;
    private final @Nullable HoldingEndPoint holding;
    private final MessageAssembly message;
    private final AtomicBoolean closing = new AtomicBoolean();

    /** Gives the session, or null if this WebSocket cannot be one's transport; forgotten after the opening. */
    private @Nullable Function<Transport, @Nullable EngineIoSession> opening;

    private volatile @Nullable EngineIoSession session;
    private volatile @Nullable CoreSession core;
    private volatile @Nullable FrameDemand demand;
    private volatile boolean gone;
    private volatile Deadlines.@Nullable Deadline cut;

    /**
     * @param textOnly whether binary data is to leave as text too
     * @param opening gives the session, or null if this WebSocket cannot be one's transport
     */
    WebSocketTransport(
            EndPoint socket,
            EngineIoServer server,
            Occupancy occupancy,
            boolean textOnly,
            Function<Transport, @Nullable EngineIoSession> opening) {
        this.server = server;
        this.occupancy = occupancy;
        this.opening = opening;
        this.reading = new ReadingEndPoint(socket, server.deadlines());
        this.writing =
                new GatheringEndPoint(reading, plainChannel(socket), textOnly, server.deadlines(), PATIENCE, this);
        this.holding = socket instanceof HoldingEndPoint holdable ? holdable : null;
        this.message = new MessageAssembly(server.settings().maxPayload());
    }

    /** The socket itself, where nothing lies between it and the EndPoint: no TLS, no HTTP/2, nobody who listens in. */
    private static @Nullable SocketChannel plainChannel(EndPoint socket) {
        boolean plain = socket instanceof HoldingEndPoint || socket.getClass() == SocketChannelEndPoint.class;
        return plain ? ((SocketChannelEndPoint) socket).getChannel() : null;
    }

    /** Has the response to the handshake leave along with what the session sends as soon as it is opened. */
    void holdResponse() {
        if (holding != null) {
            holding.hold();
        }
    }

    /** Has it leave with whatever is written next. */
    void releaseResponse() {
        if (holding != null) {
            holding.release();
        }
    }

    /** The EndPoint that Jetty's side of the WebSocket has to use. */
    EndPoint endPoint() {
        return writing;
    }

    // ---- FrameHandler and Connection.Listener: what Jetty reports

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        Function<Transport, @Nullable EngineIoSession> open = opening;
        opening = null;
        core = opened;
        FrameDemand frames = new FrameDemand(opened::demand);
        demand = frames;
        releaseResponse();
        occupancy.enter();
        ((WebSocketCoreSession) opened).getConnection().addEventListener(this);
        try {
            EngineIoSession found = open == null ? null : open.apply(this);
            session = found;
            if (found == null) {
                server.deadlines()
                        .after(
                                RELUCTANCE,
                                () -> breakOff(CloseStatus.POLICY_VIOLATION, "the session cannot be upgraded"));
            } else if (gone) {
                found.onClosed(this, CloseReason.TRANSPORT_CLOSE, "the connection closed");
            }
        } catch (Throwable failure) {
            log.error("a WebSocket could not be opened", failure);
            breakOff(CloseStatus.SERVER_ERROR, "our own failure");
        }
        callback.succeeded();
        frames.next();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        if (frame.getOpCode() == OpCode.CLOSE) {
            onPeerClose(frame, callback);
            return;
        }
        try {
            switch (frame.getOpCode()) {
                case OpCode.PING -> pong(frame);
                case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> onData(frame);
                default -> {
                    // A pong nobody asked for: RFC 6455, section 5.5.3.
                }
            }
        } catch (CloseException broken) {
            breakOff(broken.getStatusCode(), String.valueOf(broken.getMessage()));
        } catch (Throwable failure) {
            // Also a StackOverflowError: it is this client's connection that ends, not the selector's thread.
            log.error("a client's message could not be handled", failure);
            breakOff(CloseStatus.SERVER_ERROR, "our own failure");
        }
        callback.succeeded();
        FrameDemand frames = demand;
        if (frames != null) {
            frames.next();
        }
    }

    private void onData(Frame frame) {
        EngineIoSession receiver = session;
        if (receiver == null || closing.get()) {
            return;
        }
        if (frame.getOpCode() != OpCode.CONTINUATION) {
            message.begin(frame.getOpCode() == OpCode.TEXT);
        }
        message.add(frame.getPayload(), frame.isFin());
        if (!frame.isFin()) {
            return;
        }
        if (message.isText()) {
            receiver.onText(this, message.takeText());
        } else {
            receiver.onBinary(this, message.takeBinary());
        }
    }

    private void pong(Frame ping) {
        CoreSession opened = core;
        FrameDemand frames = demand;
        if (opened == null || frames == null) {
            return;
        }
        ByteBuffer payload = ping.getPayload();
        ByteBuffer copy = ByteBuffer.allocate(payload == null ? 0 : payload.remaining());
        if (payload != null) {
            copy.put(payload).flip();
        }
        frames.pongBegins();
        opened.sendFrame(
                new Frame(OpCode.PONG, true, copy),
                Callback.from(InvocationType.NON_BLOCKING, frames::pongEnds, failed -> frames.pongEnds()),
                false);
    }

    private void onPeerClose(Frame frame, Callback callback) {
        reading.peerDone();
        beginClosing();
        report(
                CloseReason.TRANSPORT_CLOSE,
                "the client closed the WebSocket: " + words(CloseStatus.getCloseStatus(frame)));
        callback.succeeded(); // Jetty answers it, unless it is the answer to ours
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        if (cause instanceof ClosedChannelException) {
            report(CloseReason.TRANSPORT_CLOSE, "the client closed the connection without a Close frame");
        } else {
            report(CloseReason.TRANSPORT_ERROR, cause.toString());
        }
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        report(CloseReason.TRANSPORT_CLOSE, "the WebSocket closed: " + words(status));
        callback.succeeded();
    }

    /** The connection is closed for good, in whatever way. */
    @Override
    public void onClosed(Connection connection) {
        gone = true;
        closing.set(true);
        Deadlines.Deadline needless = cut;
        if (needless != null) {
            needless.cancel();
        }
        occupancy.leave();
        report(CloseReason.TRANSPORT_CLOSE, "the connection closed");
    }

    // ---- GatheringEndPoint.Listener

    @Override
    public void onStalled() {
        report(CloseReason.SLOW_CLIENT, "the client took nothing for " + PATIENCE.toSeconds() + " s");
        close(CloseReason.SLOW_CLIENT, "");
    }

    @Override
    public void onWriteFailed(Throwable cause) {
        if (!(cause instanceof IOException) && !closing.get()) {
            log.error("a WebSocket's bytes could not be written", cause);
        }
        closing.set(true);
        report(CloseReason.TRANSPORT_ERROR, "writing failed: " + cause);
        reading.cut();
    }

    // ---- Transport: what the session asks for

    @Override
    public String name() {
        return WEBSOCKET;
    }

    @Override
    public void write(Outbound outbound) {
        writing.write(outbound);
    }

    @Override
    public void sendProbe(String packet) {
        CoreSession opened = core;
        if (opened != null) {
            opened.sendFrame(new Frame(OpCode.TEXT, packet), Callback.NOOP, false);
        }
    }

    @Override
    public void pause() {
        FrameDemand frames = demand;
        if (frames != null && !closing.get()) {
            frames.pause();
        }
    }

    @Override
    public void resume() {
        FrameDemand frames = demand;
        if (frames != null) {
            frames.resume();
        }
    }

    @Override
    public void end() {
        EngineIoSession ended = session;
        CloseReason reason = ended == null ? null : ended.closeReason();
        close(reason == null ? CloseReason.FORCED_CLOSE : reason, "");
    }

    @Override
    public void close(CloseReason reason, String detail) {
        if (!beginClosing()) {
            return;
        }
        switch (reason) {
            case SLOW_CLIENT -> sendClose(TRY_AGAIN_LATER, "slow client");
            case PARSE_ERROR -> sendClose(CloseStatus.PROTOCOL, null);
            case SERVER_SHUTDOWN -> sendClose(CloseStatus.SHUTDOWN, null);
            case TRANSPORT_CLOSE, TRANSPORT_ERROR, PING_TIMEOUT, FORCED_CLOSE -> sendClose(CloseStatus.NORMAL, null);
        }
    }

    // ---- closing

    /** Ends the connection of a client that broke the WebSocket protocol, or us. */
    private void breakOff(int code, String detail) {
        boolean first = beginClosing();
        report(CloseReason.TRANSPORT_ERROR, detail);
        if (first) {
            sendClose(code, detail);
        }
    }

    /** True for the one who may send the Close frame. The client has a moment for its own, then the connection is cut. */
    private boolean beginClosing() {
        boolean first = core != null && closing.compareAndSet(false, true);
        if (first) {
            cut = server.deadlines().after(ReadingEndPoint.LINGER, reading::cut);
        }
        return first;
    }

    /** Jetty writes it behind what is in flight. */
    private void sendClose(int code, @Nullable String reason) {
        CoreSession opened = core;
        if (opened != null) {
            opened.close(new CloseStatus(code, reason), Callback.NOOP);
            resume(); // the client's Close frame has to be read
        }
    }

    /** Not the status's own, which formats by locale: a seventh of all that a short connection allocated. */
    private static String words(CloseStatus status) {
        return status.getReason() == null ? "" + status.getCode() : status.getCode() + " " + status.getReason();
    }

    private void report(CloseReason reason, String detail) {
        EngineIoSession told = session;
        if (told != null) {
            told.onClosed(this, reason, detail);
        }
    }

    @Override
    public String toString() {
        return "WebSocketTransport[" + core + "]";
    }
}
