package io.gangway.engineio;

import io.gangway.connection.Account;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Frame;
import io.gangway.connection.Outbound;
import io.gangway.connection.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP long-polling: a GET waits until there is something to send, a POST carries the client's packets.
 *
 * <p>A waiting GET holds no thread. At most one GET and one POST may be in progress: a second of either ends the
 * session, as in Node's engine.io. Thread-safe.
 */
final class PollingTransport implements Transport, IncomingPost.Receiver {
    private static final int FRAMES_PER_POLL = 256;

    private final EngineIoSession session;
    private final Outbound outbound;
    private final int maxPayload;

    /** Why this side closed the transport; null if it did not. */
    private volatile @Nullable CloseReason ended;

    // Guarded by this.
    private @Nullable HttpExchange poll;
    private @Nullable IncomingPost post;
    private boolean paused;
    /** True once no GET is answered any more: the close packet has been sent, or another transport took over. */
    private boolean gone;
    /** A GET that the client sent together with its close packet may arrive after it. */
    private boolean latePollAllowed;

    /** The GET whose response with frames is being written. */
    private volatile @Nullable HttpExchange responding;

    PollingTransport(EngineIoSession session, Outbound outbound, int maxPayload) {
        this.session = session;
        this.outbound = outbound;
        this.maxPayload = maxPayload;
    }

    @Override
    public String name() {
        return POLLING;
    }

    // ---- the client's requests

    /** Lets a client's GET wait for frames to send; false if it has been answered or refused instead. */
    boolean accept(HttpExchange exchange) {
        if (isAnsweredLate(exchange)) {
            return false;
        }
        if (park(exchange)) {
            return true;
        }
        // The close packet may have arrived between the check above and park().
        if (!isAnsweredLate(exchange)) {
            refuse(exchange, "the client sent a second GET while one was waiting");
        }
        return false;
    }

    /** The client sent a close packet: one more GET may arrive if none waits now, which is returned. */
    synchronized boolean allowLatePoll() {
        latePollAllowed = poll == null;
        return latePollAllowed;
    }

    /** Answers the one GET that arrived after its client's close packet; false if this is another one. */
    private boolean isAnsweredLate(HttpExchange exchange) {
        synchronized (this) {
            if (!latePollAllowed) {
                return false;
            }
            latePollAllowed = false;
        }
        session.forget();
        answer(exchange, EngineIoCodec.NOOP);
        return true;
    }

    /** Begins a client's POST; null if it has been refused. */
    @Nullable
    IncomingPost begin(HttpExchange exchange) {
        synchronized (this) {
            if (!gone && post == null) {
                post = new IncomingPost(exchange, this, maxPayload);
                return post;
            }
        }
        refuse(exchange, "the client sent a second POST before the first was handled");
        return null;
    }

    /** Refuses a second simultaneous GET or POST and ends the session, unless it has left polling already. */
    private void refuse(HttpExchange exchange, String detail) {
        exchange.refuse(EngineIoError.BAD_REQUEST);
        boolean stillPolling;
        synchronized (session) {
            stillPolling = session.polling() == this && !session.isClosed();
        }
        if (stillPolling) {
            session.onClosed(this, CloseReason.TRANSPORT_ERROR, detail);
        }
    }

    // ---- the waiting GET

    /** Lets a GET wait for frames to send; false if another GET is waiting or the transport is {@link #gone}. */
    synchronized boolean park(HttpExchange exchange) {
        if (gone || poll != null) {
            return false;
        }
        poll = exchange;
        outbound.attach(this); // under the lock, so that it cannot run after a detach or an upgrade
        return true;
    }

    /** Removes the waiting GET so that the caller can answer it; null if none waits. */
    synchronized @Nullable HttpExchange unpark() {
        HttpExchange exchange = poll;
        poll = null;
        if (exchange != null) {
            outbound.detach(this);
        }
        return exchange;
    }

    /** Answers this GET with a noop if it is still waiting. */
    void releaseIfWaiting(HttpExchange exchange) {
        synchronized (this) {
            if (poll != exchange) {
                return;
            }
            unpark();
        }
        answer(exchange, EngineIoCodec.NOOP);
    }

    synchronized @Nullable HttpExchange waiting() {
        return poll;
    }

    /** Stops accepting requests because another transport takes over; false while a POST is in progress. */
    synchronized boolean retire() {
        if (post != null) {
            return false;
        }
        gone = true;
        return true;
    }

    private synchronized @Nullable HttpExchange leave() {
        gone = true;
        return unpark();
    }

    @Override
    public void write(Outbound outbound) {
        HttpExchange exchange = unpark();
        if (exchange == null) {
            outbound.written(); // the poll has been answered with something else in the meantime
            return;
        }
        Frame[] frames = new Frame[FRAMES_PER_POLL];
        int count = outbound.take(frames, maxPayload);
        List<byte[]> packets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            packets.add(frames[i].rendered(EngineIoCodec.POLLING));
        }
        if (packets.isEmpty()) {
            packets.add(EngineIoCodec.ascii(EngineIoCodec.NOOP));
        }
        // The close packet gets a response of its own: stock clients act on it at once, but on messages a little later.
        responding = exchange;
        byte[] payload = EngineIoCodec.join(packets);
        outbound.writes(payload.length);
        exchange.payload(
                payload,
                () -> {
                    responding = null;
                    outbound.written();
                },
                () -> onLost("a GET's response could not be written"));
    }

    /** Frames taken from the queue did not reach the client: no transport can continue without them. */
    private void onLost(String detail) {
        session.leave(CloseReason.TRANSPORT_ERROR, detail);
        session.drop(CloseReason.TRANSPORT_ERROR, detail);
    }

    @Override
    public long progress() {
        HttpExchange exchange = responding;
        return exchange == null ? 0 : exchange.progress();
    }

    @Override
    public void end() {
        HttpExchange exchange = leave();
        session.forget();
        if (exchange != null) {
            answer(exchange, EngineIoCodec.CLOSE);
        }
    }

    @Override
    public void sendUnqueued(String packet) {
        throw new IllegalStateException("only a WebSocket can be probed");
    }

    @Override
    public void close(CloseReason reason, String detail) {
        ended = reason;
        HttpExchange exchange = leave();
        if (exchange != null) {
            // As in Node's engine.io: a client that sent a close packet gets a noop, any other gets a close packet.
            answer(exchange, reason == CloseReason.TRANSPORT_CLOSE ? EngineIoCodec.NOOP : EngineIoCodec.CLOSE);
        }
        HttpExchange unread = responding;
        if (unread != null && reason == CloseReason.SLOW_CLIENT) {
            unread.abort();
        }
        IncomingPost unfinished;
        synchronized (this) {
            unfinished = post;
        }
        if (unfinished != null) {
            unfinished.abort();
        }
    }

    @Override
    public synchronized void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        IncomingPost waiting;
        synchronized (this) {
            paused = false;
            waiting = post;
        }
        if (waiting != null) {
            waiting.resume();
        }
    }

    private void answer(HttpExchange exchange, char packet) {
        exchange.payload(EngineIoCodec.ascii(packet), () -> {}, () -> {});
    }

    // ---- what a POST needs

    @Override
    public Account account() {
        return session.account();
    }

    @Override
    public boolean isClosed() {
        return session.isClosed();
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    public boolean isCurrent(IncomingPost asked) {
        return post == asked;
    }

    @Override
    public void onEnd(IncomingPost ended) {
        post = null;
    }

    @Override
    public boolean onPacket(String packet) {
        return ClientPackets.onText(session, packet);
    }

    @Override
    public void onFailed(String detail) {
        session.onClosed(this, CloseReason.TRANSPORT_ERROR, detail);
    }

    @Override
    public void onOverLimit() {
        session.close(CloseReason.OVER_LIMIT, session.account().unadmittedText());
    }

    @Override
    public void abandon() {
        session.abandon();
    }

    /** The answer to a POST, given why the session has ended, if it has. */
    @Override
    public EngineIoError error() {
        CloseReason reason = ended;
        if (reason == CloseReason.OVER_LIMIT) {
            return EngineIoError.PAYLOAD_TOO_LARGE;
        }
        return reason == CloseReason.OVER_BUDGET ? EngineIoError.OUT_OF_MEMORY : EngineIoError.BAD_REQUEST;
    }
}
