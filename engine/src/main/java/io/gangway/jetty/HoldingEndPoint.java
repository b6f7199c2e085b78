package io.gangway.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A socket without TLS that can hold back the response to a handshake, so that it leaves in one write with the open
 * packet. One thread writes at a time, as with every EndPoint.
 */
final class HoldingEndPoint extends TimedEndPoint {
    private volatile boolean holding;
    private volatile @Nullable ByteBuffer held;

    HoldingEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /** Holds back the bytes written from now on, and reports them as written. */
    void hold() {
        holding = true;
    }

    /** Writes bytes to the socket again, the held ones first. */
    void release() {
        holding = false;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        ByteBuffer first = held;
        if (holding) {
            held = joined(first, buffers);
            return true;
        }
        if (first == null) {
            return super.flush(buffers);
        }
        ByteBuffer[] all = new ByteBuffer[buffers.length + 1];
        all[0] = first;
        System.arraycopy(buffers, 0, all, 1, buffers.length);
        boolean flushed = super.flush(all);
        if (!first.hasRemaining()) {
            held = null;
        }
        return flushed;
    }

    private static ByteBuffer joined(@Nullable ByteBuffer first, ByteBuffer[] buffers) {
        int size = first == null ? 0 : first.remaining();
        for (ByteBuffer buffer : buffers) {
            size += buffer.remaining();
        }
        ByteBuffer joined = ByteBuffer.allocate(size);
        if (first != null) {
            joined.put(first);
        }
        for (ByteBuffer buffer : buffers) {
            joined.put(buffer);
        }
        return joined.flip();
    }
}
