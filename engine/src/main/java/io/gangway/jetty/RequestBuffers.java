package io.gangway.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The buffers of a port: those that requests are read into are used once, all others come from a pool. Thread-safe.
 *
 * <p>When a client sends something that is not HTTP, Jetty 12.1 answers on a second thread and may go on with the
 * connection on a third while the first has not left it: two of them then release the connection's request buffer. A
 * pooled buffer would from then on serve two connections at once, and each client's bytes would appear in the other's
 * requests.
 */
final class RequestBuffers extends ByteBufferPool.Wrapper {
    /** The size by which a request's buffer is recognised: the port must use it for nothing else. */
    static final int BYTES = 6 * 1024;

    RequestBuffers(ByteBufferPool others) {
        super(others);
    }

    /** A request's buffer is always on the heap: a direct one is too expensive to be used once. */
    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
        if (size != BYTES) {
            return super.acquire(size, direct);
        }
        ByteBuffer once = BufferUtil.allocate(BYTES, false);
        return RetainableByteBuffer.wrap(once, new Once());
    }

    private static final class Once extends Retainable.ReferenceCounter {
        @Override
        public boolean release() {
            try {
                return super.release();
            } catch (IllegalStateException releasedBefore) {
                return false; // as the class comment says; nobody else can have the buffer
            }
        }
    }
}
