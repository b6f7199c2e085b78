package io.gangway.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * Asks Jetty for the next frame, exactly once per handled frame, unless reading is suspended. Thread-safe.
 *
 * <p>Reading is suspended while the session is paused, and while more pongs are queued than a client that reads them
 * would leave.
 */
final class FrameDemand {
    private static final int MAX_PONGS = 60;

    private final CoreSession session;

    // Guarded by this.
    private boolean paused;
    private int pongs;
    private boolean due;

    FrameDemand(CoreSession session) {
        this.session = session;
    }

    /** A frame has been handled: asks for the next. */
    void next() {
        synchronized (this) {
            due = true;
        }
        ask();
    }

    synchronized void pause() {
        paused = true;
    }

    void resume() {
        synchronized (this) {
            paused = false;
        }
        ask();
    }

    /** Replies to a ping. */
    void pong(Frame ping) {
        ByteBuffer payload = ping.getPayload();
        ByteBuffer copy = ByteBuffer.allocate(payload == null ? 0 : payload.remaining());
        if (payload != null) {
            copy.put(payload).flip();
        }
        synchronized (this) {
            pongs++;
        }
        session.sendFrame(
                new Frame(OpCode.PONG, true, copy),
                Callback.from(InvocationType.NON_BLOCKING, this::pongEnds, failed -> pongEnds()),
                false);
    }

    private void pongEnds() {
        synchronized (this) {
            pongs--;
        }
        ask();
    }

    /** Whether the client cannot be blamed for what has not arrived. */
    synchronized boolean isSuspended() {
        return paused || pongs > MAX_PONGS;
    }

    private void ask() {
        synchronized (this) {
            if (!due || paused || pongs > MAX_PONGS) {
                return;
            }
            due = false;
        }
        session.demand();
    }
}
