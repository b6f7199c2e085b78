package io.gangway.jetty;

import io.gangway.connection.Frame;
import io.gangway.connection.Rendering;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The reusable memory of one write: a direct buffer, and the arrays around it.
 *
 * <p>All threads share a few of them. One per thread would be too many: a turn may end on a virtual thread, or on any
 * of a pool's two hundred.
 */
final class Scratch {
    /** The maximum number of bytes in one write. */
    static final int BYTES = 64 * 1024;

    private static final int FRAMES = 64;
    private static final int KEPT = 16;
    private static final AtomicReferenceArray<@Nullable Scratch> FREE = new AtomicReferenceArray<>(KEPT);

    final Frame[] frames = new Frame[FRAMES];
    final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
    /** The same buffer, in the form that {@code EndPoint.flush} takes. */
    final ByteBuffer[] buffers = {bytes};

    /** The bytes of the frames gathered last, also of those that did not fit. */
    long gathered;

    private Scratch() {}

    static Scratch take() {
        int first = first();
        for (int i = 0; i < KEPT; i++) {
            Scratch free = FREE.getAndSet((first + i) % KEPT, null);
            if (free != null) {
                return free;
            }
        }
        return new Scratch();
    }

    void giveBack() {
        int first = first();
        for (int i = 0; i < KEPT; i++) {
            if (FREE.compareAndSet((first + i) % KEPT, null, this)) {
                return;
            }
        }
    }

    /** Where this thread begins its search: threads differ, so that they rarely collide. */
    private static int first() {
        return (int) (Thread.currentThread().getId() % KEPT);
    }

    /**
     * Copies the bytes of the first {@code count} frames into the buffer, ready to be flushed, and forgets the frames.
     *
     * @return the buffers that did not fit, in order; null if all did
     */
    @Nullable
    ArrayDeque<ByteBuffer> gather(int count, Rendering<ByteBuffer> rendering) {
        ArrayDeque<ByteBuffer> beyond = null;
        bytes.clear();
        gathered = 0;
        for (int i = 0; i < count; i++) {
            ByteBuffer frame = frames[i].rendered(rendering);
            gathered += frame.remaining();
            int fitting = beyond == null ? Math.min(frame.remaining(), bytes.remaining()) : 0;
            // By absolute index: the frame's buffer is shared, and its position must not change.
            bytes.put(bytes.position(), frame, frame.position(), fitting);
            bytes.position(bytes.position() + fitting);
            if (fitting < frame.remaining()) {
                if (beyond == null) {
                    beyond = new ArrayDeque<>(count - i);
                }
                ByteBuffer rest = frame.duplicate();
                beyond.add(rest.position(rest.position() + fitting));
            }
        }
        bytes.flip();
        Arrays.fill(frames, 0, count, null);
        return beyond;
    }
}
