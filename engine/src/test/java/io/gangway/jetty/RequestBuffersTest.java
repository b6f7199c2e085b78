package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.junit.jupiter.api.Test;

class RequestBuffersTest {
    private final RequestBuffers buffers = new RequestBuffers(new ArrayByteBufferPool());

    @Test
    void aRequestsBufferReleasedTwiceServesNoOther() {
        RetainableByteBuffer first = buffers.acquire(RequestBuffers.BYTES, true);
        ByteBuffer bytes = first.getByteBuffer();
        assertEquals(RequestBuffers.BYTES, bytes.capacity());
        assertTrue(first.release());
        RetainableByteBuffer second = buffers.acquire(RequestBuffers.BYTES, true);
        assertFalse(first.release());
        RetainableByteBuffer third = buffers.acquire(RequestBuffers.BYTES, true);

        assertNotSame(bytes, second.getByteBuffer());
        assertNotSame(bytes, third.getByteBuffer());
        assertNotSame(second.getByteBuffer(), third.getByteBuffer());
    }

    /** Jetty must not read into a buffer of which a part is still used. */
    @Test
    void aBufferKnowsWhetherAPartOfItIsUsed() {
        RetainableByteBuffer buffer = buffers.acquire(RequestBuffers.BYTES, false);
        assertFalse(buffer.isRetained());
        buffer.retain();
        assertTrue(buffer.isRetained());
        assertFalse(buffer.release());
        assertFalse(buffer.isRetained());
        assertTrue(buffer.release());
    }

    @Test
    void buffersOfOtherSizesArePooled() {
        RetainableByteBuffer first = buffers.acquire(8 * 1024, true);
        ByteBuffer bytes = first.getByteBuffer();
        first.release();
        assertSame(bytes, buffers.acquire(8 * 1024, true).getByteBuffer());
    }
}
