package io.gangway.jetty;

import io.gangway.tasks.Deadlines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.time.Duration;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a WebSocket's EndPoint: reads where the selector found bytes, fairly, and closes so that the client
 * can still read our Close frame.
 *
 * <pre>
 *            our Close frame is written, the client's has not come
 *   reading ------------------------------------------------------> lingering --+
 *      |                                                                        | end of input, or time is up
 *      +-------------------------------------> closed <-------------------------+
 * </pre>
 */
final class ReadingEndPoint extends EndPointDecorator {
    /** How long a closed connection is kept for the client to read why. */
    static final Duration LINGER = Duration.ofSeconds(1);

    private static final int FILLS_IN_TURN = 8;
    private static final int DRAIN_BYTES = 16 * 1024;

    private final Deadlines deadlines;
    private final boolean selectorTellsAgain;

    // Confined to the thread that reads, of which there is one at a time.
    private int fills;
    private boolean exhausted;
    private @Nullable Inline inline;

    private volatile boolean outputShut;
    private volatile boolean peerDone;
    private volatile boolean lingering;
    private volatile Deadlines.@Nullable Deadline cut;

    ReadingEndPoint(EndPoint delegate, Deadlines deadlines) {
        super(delegate);
        this.deadlines = deadlines;
        this.selectorTellsAgain = delegate instanceof SocketChannelEndPoint;
    }

    /**
     * Says "nothing more for now" earlier than the socket does: after a read that did not fill the buffer, which spares
     * the read that would find nothing; and after some that did, so that a client that sends without pause does not keep
     * the others of its selector waiting. What is left is found again by the selector.
     */
    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (lingering || exhausted || fills == FILLS_IN_TURN) {
            fills = 0;
            exhausted = false;
            return 0;
        }
        int space = BufferUtil.space(buffer);
        int filled = delegate.fill(buffer);
        if (filled <= 0) {
            fills = 0;
            peerDone |= filled < 0;
        } else {
            fills++;
            // TLS may hold more than it gave, and telling so would take it a thread.
            exhausted = selectorTellsAgain && filled < space;
        }
        return filled;
    }

    /** Reads on the selecting thread: nothing that is called from there blocks, and a hand-over costs more than a frame. */
    @Override
    public void fillInterested(Callback callback) {
        Inline reader = inline;
        if (reader == null || reader.callback != callback) {
            reader = new Inline(callback);
            inline = reader;
        }
        if (!lingering && !delegate.tryFillInterested(reader) && !lingering) {
            throw new ReadPendingException();
        }
    }

    /** Where the client is done too a close follows, which shuts the output down as well. */
    @Override
    public void shutdownOutput() {
        outputShut = true;
        if (!peerDone) {
            super.shutdownOutput();
        }
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut || super.isOutputShutdown();
    }

    /** The client has sent its Close frame: nothing is left to linger for. */
    void peerDone() {
        peerDone = true;
    }

    @Override
    public void close(@Nullable Throwable cause) {
        if (cause != null || !outputShut || peerDone) {
            super.close(cause);
        } else if (!lingering) {
            linger();
        }
    }

    /** Closes at once. */
    void cut() {
        Deadlines.Deadline needless = cut;
        if (needless != null) {
            needless.cancel();
        }
        super.close(null);
    }

    /**
     * To close a socket with unread bytes is to reset it, and a client that is still sending might never see our Close
     * frame: RFC 6455, section 7.1.1. So what comes is read and dropped, until the client has closed, for a short while.
     */
    private void linger() {
        lingering = true;
        cut = deadlines.after(LINGER, this::cut);
        drainLater();
    }

    private void drainLater() {
        // If it is refused, a read is pending from before, and its callback drains too.
        delegate.tryFillInterested(new Inline(Callback.NOOP));
    }

    private void drain() {
        ByteBuffer sink = BufferUtil.allocate(DRAIN_BYTES);
        try {
            for (int i = 0; i < FILLS_IN_TURN; i++) {
                BufferUtil.clear(sink);
                int filled = delegate.fill(sink);
                if (filled < 0) {
                    cut();
                    return;
                }
                if (filled == 0) {
                    break;
                }
            }
            drainLater();
        } catch (IOException gone) {
            cut();
        }
    }

    private final class Inline implements Callback {
        private final Callback callback;

        Inline(Callback callback) {
            this.callback = callback;
        }

        @Override
        public void succeeded() {
            if (lingering) {
                drain();
            } else {
                callback.succeeded();
            }
        }

        @Override
        public void failed(Throwable cause) {
            if (lingering) {
                cut();
            } else {
                callback.failed(cause);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
