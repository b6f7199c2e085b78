package io.gangway.jetty;

import io.gangway.connection.Frame;
import io.gangway.connection.Rendering;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What one write needs and the next can use again: a direct buffer, and the arrays around it.
 *
 * <p>A few are kept for all threads. Not one for each thread: a turn may end on a virtual thread, or on any of the two
 * hundred of a pool.
 */
final class Scratch {
    /** The most that leaves in one write. */
    static final int BYTES = 64 * 1024;

    private static final int FRAMES = 64;
    private static final int KEPT = 16;
    private static final AtomicReferenceArray<@Nullable Scratch> FREE = new AtomicReferenceArray<>(KEPT);

    final Frame[] frames = new Frame[FRAMES];
    final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
    /** The same buffer, in the form that {@code EndPoint.flush} takes. */
    final ByteBuffer[] buffers = {bytes};

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

    /** Threads begin at different places, so that they rarely meet. */
    private static int first() {
        return (int) (Thread.currentThread().getId() % KEPT);
    }

    /**
     * Copies the bytes of the first {@code count} frames into the buffer, ready to be flushed, and forgets the frames.
     *
     * @return what did not fit, in order; null if everything did
     */
    @Nullable
    ArrayDeque<ByteBuffer> gather(int count, Rendering<ByteBuffer> rendering) {
        ArrayDeque<ByteBuffer> beyond = null;
        bytes.clear();
        for (int i = 0; i < count; i++) {
            ByteBuffer frame = frames[i].rendered(rendering);
            int fitting = beyond == null ? Math.min(frame.remaining(), bytes.remaining()) : 0;
            // By index, for the frame's buffer is shared and its position nobody's.
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
