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
 * The reading side of a WebSocket's EndPoint: reads on the selector's thread, fairly, and closes so that the client can
 * still read the server's Close frame.
 *
 * <pre>
 *            our Close frame is written, the client's has not come
 *   reading ------------------------------------------------------> lingering --+
 *      |                                                                        | end of input, or time is up
 *      +-------------------------------------> closed <-------------------------+
 * </pre>
 */
final class ReadingEndPoint extends EndPointDecorator {
    /** How long a closed connection stays open so that the client can read the Close frame. */
    static final Duration LINGER = Duration.ofSeconds(1);

    private static final int FILLS_IN_TURN = 8;
    private static final int DRAIN_BYTES = 16 * 1024;

    private final Deadlines deadlines;
    private final boolean selectorTellsAgain;

    // Confined to the reading thread, one at a time.
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
     * Returns 0 earlier than the socket would: after a read that did not fill the buffer, which saves a read that would
     * find nothing, and after several that did, so that a client that sends without pause does not delay the others on
     * its selector. The selector reports any remaining bytes again.
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
            // TLS may still hold decrypted bytes, and would need another thread to report them.
            exhausted = selectorTellsAgain && filled < space;
        }
        return filled;
    }

    /**
     * Reads on the selector's thread: nothing called from there blocks, and handing over to another thread costs more
     * than handling a frame.
     */
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

    /** Does nothing if the client has closed too: then a close follows, which also shuts the output down. */
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

    /** The client has sent its Close frame: no need to linger. */
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
     * Reads and drops incoming bytes for a short while, until the client has closed. Closing a socket with unread bytes
     * would reset it, and a client that is still sending might never see the server's Close frame: RFC 6455, section
     * 7.1.1.
     */
    private void linger() {
        lingering = true;
        cut = deadlines.after(LINGER, this::cut);
        drainLater();
    }

    private void drainLater() {
        // If refused, an earlier read is still pending, and its callback drains as well.
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
