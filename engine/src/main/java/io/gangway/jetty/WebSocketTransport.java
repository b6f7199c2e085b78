package io.gangway.jetty;

import io.gangway.connection.CloseCode;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Outbound;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.logs.SparingLog;
import io.gangway.tasks.Deadlines;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.Function;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: Jetty's frames become packets for the session, and the session's queue leaves through its
 * {@link GatheringEndPoint}. Thread-safe; frames come one at a time.
 *
 * <p>Closing happens once, whoever begins it: the server sends its Close frame, waits briefly for the client's, then
 * cuts the connection.
 */
final class WebSocketTransport implements Transport, FrameHandler, GatheringEndPoint.Listener, Connection.Listener {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(WebSocketTransport.class));

    /** Delay before refusing a WebSocket, so that the reply of the session's earlier WebSocket arrives first. */
    private static final Duration RELUCTANCE = Duration.ofMillis(100);

    private final Deadlines deadlines;
    private final Duration messageTimeout;
    private final Occupancy occupancy;
    private final ReadingEndPoint reading;
    private final GatheringEndPoint writing;
    private final @Nullable HoldingEndPoint holding;
    private final int maxPayload;
    private final boolean base64;
    private final Ending ending;

    /** Returns the session, or null if this WebSocket cannot be its transport; released after opening. */
    private @Nullable Function<Transport, @Nullable Session> opening;

    /** Null until the session is known, before which nothing is read. */
    private volatile @Nullable MessageAssembly message;

    private volatile @Nullable Session session;
    private volatile @Nullable CoreSession core;
    private volatile @Nullable FrameDemand demand;
    private volatile @Nullable UnfinishedMessage unfinished;

    /**
     * @param dialect how messages look on this WebSocket
     * @param maxPayload the largest message accepted, in bytes
     * @param patience how long a client may take nothing while a write is in progress
     * @param messageTimeout how long the client may take for one message
     * @param opening returns the session, or null if this WebSocket cannot be its transport
     */
    WebSocketTransport(
            EndPoint socket,
            Deadlines deadlines,
            Occupancy occupancy,
            WebSocketDialect dialect,
            int maxPayload,
            Duration patience,
            Duration messageTimeout,
            Function<Transport, @Nullable Session> opening) {
        this.deadlines = deadlines;
        this.messageTimeout = messageTimeout;
        this.occupancy = occupancy;
        this.opening = opening;
        this.reading = new ReadingEndPoint(socket, deadlines);
        this.ending = new Ending(reading);
        this.writing = new GatheringEndPoint(
                reading, Sockets.unchanged(socket), dialect.rendering(), deadlines, patience, this);
        this.holding = socket instanceof HoldingEndPoint holdable ? holdable : null;
        this.maxPayload = maxPayload;
        this.base64 = dialect.hasBase64();
    }

    /** Holds back the response to the handshake, so that it leaves together with the session's first packets. */
    void holdResponse() {
        if (holding != null) {
            holding.hold();
        }
    }

    /** Lets the handshake's response leave with the next write. */
    void releaseResponse() {
        if (holding != null) {
            holding.release();
        }
    }

    /** The EndPoint that Jetty's side of the WebSocket must use. */
    EndPoint endPoint() {
        return writing;
    }

    // ---- FrameHandler and Connection.Listener: what Jetty reports

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        Function<Transport, @Nullable Session> open = opening;
        opening = null;
        core = opened;
        FrameDemand frames = new FrameDemand(opened);
        demand = frames;
        releaseResponse();
        occupancy.enter();
        ((WebSocketCoreSession) opened).getConnection().addEventListener(this);
        try {
            Session found = open == null ? null : open.apply(this);
            session = found;
            message = found == null ? null : new MessageAssembly(maxPayload, base64, found.account());
            if (found == null) {
                deadlines.after(
                        RELUCTANCE,
                        () -> breakOff(
                                CloseStatus.POLICY_VIOLATION, "the session cannot be upgraded to this WebSocket"));
            } else if (ending.isComplete()) {
                found.onClosed(this, CloseReason.TRANSPORT_CLOSE, "the connection closed");
            } else {
                found.onOpen(this);
            }
        } catch (Throwable failure) {
            sparing.error(failure, "cannot open a WebSocket; closing it");
            breakOff(CloseStatus.SERVER_ERROR, "internal server error");
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
                case OpCode.PING -> onPing(frame);
                case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> onData(frame);
                default -> onPong();
            }
        } catch (CloseException broken) {
            breakOff(broken.getStatusCode(), String.valueOf(broken.getMessage()));
        } catch (Throwable failure) {
            // Also catches StackOverflowError: this client's connection must end, not the selector's thread.
            sparing.error(failure, "cannot handle a client's message; closing its connection");
            breakOff(CloseStatus.SERVER_ERROR, "internal server error");
        }
        callback.succeeded();
        FrameDemand frames = demand;
        if (frames != null) {
            frames.next();
        }
    }

    private void onData(Frame frame) {
        Session receiver = session;
        MessageAssembly assembly = message;
        if (receiver == null || assembly == null || ending.hasBegun()) {
            return;
        }
        if (frame.isFin()) {
            unfinished = UnfinishedMessage.end(unfinished);
        }
        assembly.onFrame(frame, receiver, this);
        if (!frame.isFin()) {
            unfinished = UnfinishedMessage.begin(
                    unfinished, deadlines, messageTimeout, receiver.account(), demand, this::breakOff);
        }
    }

    private void onPing(Frame ping) {
        FrameDemand frames = demand;
        if (frames != null) {
            frames.pong(ping);
        }
    }

    private void onPong() {
        Session receiver = session;
        if (receiver != null) {
            receiver.onPong(this);
        }
    }

    private void onPeerClose(Frame frame, Callback callback) {
        reading.peerDone();
        boolean first = beginClosing();
        try {
            report(
                    CloseReason.TRANSPORT_CLOSE,
                    "the client closed the WebSocket: " + words(CloseStatus.getCloseStatus(frame)));
            callback.succeeded(); // Jetty replies to the client's Close frame, unless that is already the reply to ours
        } finally {
            if (first) {
                ending.cutSoon(deadlines);
            }
        }
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

    /** The connection is closed for good, for whatever reason. */
    @Override
    public void onClosed(Connection connection) {
        ending.complete();
        UnfinishedMessage.end(unfinished);
        MessageAssembly assembly = message;
        if (assembly != null) {
            assembly.discard();
            message = null; // a handler that is still running keeps the session, and this with it
        }
        occupancy.leave();
        report(CloseReason.TRANSPORT_CLOSE, "the connection closed");
    }

    // ---- GatheringEndPoint.Listener

    @Override
    public void onStalled(Duration patience) {
        report(CloseReason.SLOW_CLIENT, "the client took nothing for " + patience);
        close(CloseReason.SLOW_CLIENT, "");
    }

    @Override
    public void onWriteFailed(Throwable cause) {
        if (!(cause instanceof IOException) && !ending.hasBegun()) {
            sparing.error(cause, "cannot write to a WebSocket; closing it");
        }
        ending.begin();
        report(CloseReason.TRANSPORT_ERROR, "cannot write to the WebSocket: " + cause);
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
    public int readAhead() {
        return writing.readAhead();
    }

    @Override
    public long progress() {
        return writing.progress();
    }

    @Override
    public void sendUnqueued(String message) {
        CoreSession opened = core;
        if (opened != null) {
            opened.sendFrame(new Frame(OpCode.TEXT, message), Callback.NOOP, false);
        }
    }

    @Override
    public void pause() {
        FrameDemand frames = demand;
        if (frames != null && !ending.hasBegun()) {
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
        Session ended = session;
        if (ended != null) {
            ended.onDrained(this);
        } else {
            close(CloseReason.FORCED_CLOSE, ""); // still being opened
        }
    }

    @Override
    public void close(CloseReason reason, String detail) {
        if (beginClosing()) {
            Session closed = session;
            CloseCode code = closed == null ? CloseCode.of(reason, detail) : closed.closeCode(reason, detail);
            closeWith(code.code(), code.reason());
        }
    }

    // ---- closing

    /** Ends the connection of a client that broke the WebSocket protocol, or whose message caused an internal error. */
    private void breakOff(int code, String detail) {
        boolean first = beginClosing();
        try {
            report(CloseReason.TRANSPORT_ERROR, detail);
        } finally {
            if (first) {
                closeWith(code, detail);
            }
        }
    }

    /** True for the caller that must send the Close frame; false for all until the WebSocket is open. */
    private boolean beginClosing() {
        return core != null && ending.begin();
    }

    /** Sends the Close frame, which Jetty writes after the bytes in flight. */
    private void closeWith(int code, @Nullable String reason) {
        CoreSession opened = core;
        try {
            if (opened != null) {
                opened.close(new CloseStatus(code, reason), Callback.NOOP);
                resume(); // to read the client's Close frame
            }
        } finally {
            ending.cutSoon(deadlines);
        }
    }

    /** Not CloseStatus.toString, whose locale-aware formatting made up a seventh of a short connection's allocation. */
    private static String words(CloseStatus status) {
        return status.getReason() == null ? "" + status.getCode() : status.getCode() + " " + status.getReason();
    }

    private void report(CloseReason reason, String detail) {
        Session told = session;
        if (told != null) {
            told.onClosed(this, reason, detail);
        }
    }

    @Override
    public String toString() {
        return "WebSocketTransport[" + core + "]";
    }
}
