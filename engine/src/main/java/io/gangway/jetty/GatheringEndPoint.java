package io.gangway.jetty;

import io.gangway.connection.Outbound;
import io.gangway.connection.Rendering;
import io.gangway.tasks.Deadlines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.ArrayDeque;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a WebSocket's EndPoint: writes many frames of an Outbound at once, alternating with Jetty's own
 * frames.
 *
 * <p>Jetty's FrameFlusher writes pongs, probes and close frames through it: whole frames, one write at a time, as the
 * contract of EndPoint requires. An Outbound's turn writes whole frames too. A writer that arrives while the other one
 * writes goes next. Thread-safe; calls out only without the lock.
 *
 * <pre>
 *            write                       flush took all
 *   idle --------------> flush, no lock ----------------> the other's turn, or idle
 *                             |                                   ^
 *                             | the socket is full                | all parts written
 *                             +---------> EndPoint.write ---------+
 * </pre>
 */
final class GatheringEndPoint extends EndPointDecorator {
    /** Is told when writing stalls or fails. Must not block. */
    interface Listener {
        /** A write has made no progress for this time: the client does not read. */
        void onStalled(Duration patience);

        /** A write failed; all further writes will fail too. */
        void onWriteFailed(Throwable cause);
    }

    private final @Nullable SocketChannel channel;
    private final Deadlines deadlines;
    private final Duration patience;
    private final Listener listener;
    private final Rendering<ByteBuffer> rendering;

    // Guarded by this.
    private boolean busy;
    private @Nullable JettyWrite jettyNext;
    private @Nullable Outbound outboundNext;
    private @Nullable Throwable failure;
    private ByteBuffer @Nullable [] underWay;
    private @Nullable PartWriter parts;
    private long writesBegun;
    private boolean watched;

    /** Confined to the current writer. */
    private boolean begun;

    /**
     * @param channel the socket to which the delegate writes bytes unchanged; null if there is none, as with TLS
     * @param rendering makes the bytes of each frame
     * @param patience how long a write may make no progress before the listener is told
     */
    GatheringEndPoint(
            EndPoint delegate,
            @Nullable SocketChannel channel,
            Rendering<ByteBuffer> rendering,
            Deadlines deadlines,
            Duration patience,
            Listener listener) {
        super(delegate);
        this.channel = channel;
        this.rendering = rendering;
        this.deadlines = deadlines;
        this.patience = patience;
        this.listener = listener;
    }

    /** An Outbound's turn: see {@link io.gangway.connection.Outlet#write}. */
    void write(Outbound outbound) {
        synchronized (this) {
            if (failure != null) {
                return; // the listener has been told
            }
            if (busy) {
                outboundNext = outbound;
                return;
            }
            busy = true;
        }
        turn(outbound);
    }

    /** See {@link io.gangway.connection.Outlet#readAhead}. */
    int readAhead() {
        SocketChannel socket = channel;
        return socket != null && socket.isOpen() && socket.isConnected() ? 1 : 0;
    }

    /** Jetty's write; Jetty begins the next one only when this one is complete. */
    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        JettyWrite write = new JettyWrite(callback, buffers);
        Throwable failed;
        synchronized (this) {
            failed = failure;
            if (failed == null && busy) {
                if (jettyNext != null) {
                    throw new WritePendingException();
                }
                jettyNext = write;
                return;
            }
            busy = true;
        }
        if (failed != null) {
            callback.failed(failed);
        } else {
            write.start();
        }
    }

    @Override
    public boolean flush(ByteBuffer... buffers) {
        throw new UnsupportedOperationException(
                "cannot flush here: the bytes could overtake a pending write; use write(..)");
    }

    private void turn(Outbound outbound) {
        PartWriter parts = null;
        Scratch scratch = Scratch.take();
        try {
            int count = outbound.take(scratch.frames, Scratch.BYTES);
            ArrayDeque<ByteBuffer> beyond = scratch.gather(count, rendering);
            outbound.writes(scratch.gathered);
            // Only the return value is reliable: TLS takes all bytes and still has ciphertext to write, HTTP/2 takes
            // none.
            boolean flushed = count == 0 || flush(scratch);
            if (!flushed || beyond != null) {
                int gone = scratch.bytes.position();
                parts = new PartWriter(outbound, gone, flushed ? null : copy(scratch.bytes), beyond);
            }
        } catch (Throwable failed) {
            fail(failed);
            return;
        } finally {
            scratch.giveBack();
        }
        if (parts == null) {
            next();
            outbound.written();
        } else {
            synchronized (this) {
                this.parts = parts;
            }
            parts.iterate();
            watch();
        }
    }

    /** See {@link io.gangway.connection.Outlet#progress}. */
    synchronized long progress() {
        return parts == null ? 0 : parts.gone();
    }

    private boolean flush(Scratch scratch) throws IOException {
        if (channel == null || !begun) {
            begun = true; // the first write goes through the EndPoint, which may still hold the handshake's response
            return delegate.flush(scratch.buffers);
        }
        // The EndPoint would use a gathering write; for a single buffer a plain write costs less.
        channel.write(scratch.bytes);
        return !scratch.bytes.hasRemaining();
    }

    private static ByteBuffer copy(ByteBuffer rest) {
        return ByteBuffer.allocate(rest.remaining()).put(rest).flip();
    }

    /** A turn is complete: lets the waiting writer go next. */
    private void next() {
        JettyWrite jetty;
        Outbound outbound;
        synchronized (this) {
            jetty = jettyNext;
            outbound = jetty == null ? outboundNext : null;
            jettyNext = null;
            if (outbound != null) {
                outboundNext = null;
            }
            underWay = null;
            parts = null;
            busy = jetty != null || outbound != null;
        }
        if (jetty != null) {
            jetty.start();
        } else if (outbound != null) {
            turn(outbound);
        }
    }

    private void fail(Throwable cause) {
        JettyWrite waiting;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = cause;
            waiting = jettyNext;
            jettyNext = null;
            outboundNext = null;
            underWay = null;
            parts = null;
        }
        listener.onWriteFailed(cause);
        if (waiting != null) {
            waiting.callback.failed(cause);
        }
    }

    private synchronized void begin(ByteBuffer... buffers) {
        underWay = buffers;
        writesBegun++;
    }

    /** Checks a pending write from time to time until it is complete. */
    private void watch() {
        synchronized (this) {
            if (underWay == null || watched) {
                return;
            }
            watched = true;
            long begun = writesBegun;
            long left = left(underWay);
            deadlines.after(patience, () -> look(begun, left));
        }
    }

    private void look(long begunThen, long leftThen) {
        boolean stalled;
        synchronized (this) {
            watched = false;
            stalled = underWay != null && writesBegun == begunThen && left(underWay) == leftThen;
        }
        if (stalled) {
            listener.onStalled(patience);
        } else {
            watch();
        }
    }

    private static long left(ByteBuffer[] buffers) {
        long left = 0;
        for (ByteBuffer buffer : buffers) {
            left += buffer.remaining();
        }
        return left;
    }

    /** One write of Jetty's, of whole frames; starts once no other write is in progress. */
    private final class JettyWrite implements Callback {
        private final Callback callback;
        private final ByteBuffer[] buffers;

        JettyWrite(Callback callback, ByteBuffer[] buffers) {
            this.callback = callback;
            this.buffers = buffers;
        }

        void start() {
            begin(buffers);
            delegate.write(this, buffers);
            watch();
        }

        @Override
        public void succeeded() {
            next();
            callback.succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            fail(cause);
            callback.failed(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return callback.getInvocationType();
        }
    }

    /** Writes the rest of an Outbound's turn, part by part, as fast as the client reads. */
    private final class PartWriter extends IteratingCallback {
        private final Outbound outbound;
        private final @Nullable ArrayDeque<ByteBuffer> beyond;
        private @Nullable ByteBuffer part;

        /** The end of the frame that {@link #part} belongs to. */
        private int end;

        // Read by the timer, roughly: it may see a moment before or after.
        /** The bytes of the turn that left before the part under way. */
        private volatile long gone;

        private volatile @Nullable ByteBuffer leaving;
        private volatile int start;

        /**
         * @param gone the bytes of the turn that have left already
         * @param unflushed written first, even if empty: that makes TLS continue
         */
        PartWriter(
                Outbound outbound, long gone, @Nullable ByteBuffer unflushed, @Nullable ArrayDeque<ByteBuffer> beyond) {
            this.outbound = outbound;
            this.gone = gone;
            this.part = unflushed;
            this.beyond = beyond;
        }

        private long gone() {
            ByteBuffer current = leaving;
            return gone + (current == null ? 0 : current.position() - start);
        }

        @Override
        protected Action process() {
            ByteBuffer next = part;
            if (next == null) {
                next = beyond == null ? null : beyond.poll();
                if (next == null) {
                    return Action.SUCCEEDED;
                }
                end = next.limit();
                // A large frame is written in parts: for each write, NIO copies the whole remaining heap buffer.
                next.limit(Math.min(end, next.position() + Scratch.BYTES));
                part = next;
            }
            start = next.position();
            leaving = next;
            begin(next);
            delegate.write(this, next);
            return Action.SCHEDULED;
        }

        @Override
        protected void onSuccess() {
            gone = gone();
            leaving = null;
            ByteBuffer written = part;
            if (written != null && written.limit() < end) {
                written.limit(Math.min(end, written.limit() + Scratch.BYTES));
            } else {
                part = null;
            }
        }

        @Override
        protected void onCompleteSuccess() {
            // Jetty swallows exceptions thrown here.
            try {
                next();
                outbound.written();
            } catch (Throwable failed) {
                fail(failed);
            }
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            fail(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
