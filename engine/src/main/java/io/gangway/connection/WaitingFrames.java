package io.gangway.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The frames of an {@link Outbound} that wait, and what may happen to them meanwhile: see {@link Delivery}. Guarded by
 * the Outbound's lock.
 *
 * <p>They are one object, to save memory per client, but separate types: an Outbound knows who writes, this class what.
 */
abstract class WaitingFrames extends Laggards.Queue {
    private final Laggards laggards;

    /** The first frame, in most cases the only one. */
    private @Nullable Frame head;

    private @Nullable FrameQueue behind;
    /** The bytes of the frames that wait or are being written. */
    private long bytes;

    WaitingFrames(Laggards laggards) {
        this.laggards = laggards;
    }

    Laggards laggards() {
        return laggards;
    }

    OutboundLimits limits() {
        return laggards.limits();
    }

    long bytes() {
        return bytes;
    }

    @Nullable
    Frame first() {
        return head;
    }

    /** Removes the frame behind the first, and returns it; null if there is none. */
    @Nullable
    Frame pollBehind() {
        return behind == null ? null : behind.poll();
    }

    /** Puts a frame, or none, in the place of the first, which is being written: its bytes are still counted. */
    void first(@Nullable Frame frame) {
        head = frame;
    }

    /** These bytes have been written. */
    void release(int written) {
        bytes -= written;
    }

    /** Drops the frames, except those being written. */
    void clear(int taken) {
        head = null;
        behind = null;
        bytes = taken;
    }

    /** Whether more waits than a ping, for whose answer the heartbeat has a deadline of its own. */
    boolean hasMessage() {
        return head != null && !(head.isControl() && (behind == null || behind.size() == 0));
    }

    /** @param taken the bytes being written */
    void add(Frame frame, int taken) {
        if (frame.delivery() != Delivery.RELIABLE && isReplacement(frame, taken)) {
            return;
        }
        append(frame);
    }

    private void append(Frame frame) {
        if (head == null) {
            head = frame;
        } else {
            if (behind == null) {
                behind = new FrameQueue();
            }
            behind.add(frame, limits().latestKeys());
        }
        bytes += frame.size();
    }

    /** Adds a frame before all others. */
    void addFirst(Frame frame) {
        if (head != null) {
            if (behind == null) {
                behind = new FrameQueue();
            }
            behind.addFirst(head, limits().latestKeys());
        }
        head = frame;
        bytes += frame.size();
    }

    /** Whether the frame has taken the place of an older one; otherwise drops older ones, if it is of that kind. */
    private boolean isReplacement(Frame frame, int taken) {
        String key = frame.delivery().key();
        if (key != null) {
            return replace(key, frame);
        }
        if (frame.delivery() == Delivery.DROPPABLE) {
            long most = limits().maxBuffered();
            while (bytes - taken + frame.size() > most && dropOldest()) {}
        }
        return false;
    }

    /** Whether a frame that finds the queue full neither ends the connection nor has to wait. */
    boolean isSpared(Frame frame) {
        String key = frame.delivery().key();
        if (key != null) {
            return replace(key, frame);
        }
        if (frame.delivery() != Delivery.DROPPABLE) {
            return false;
        }
        laggards.countDropped();
        return true;
    }

    private boolean replace(String key, Frame frame) {
        Frame older = head;
        if (older == null) {
            return false;
        }
        if (frame.delivery().isInOrder()) {
            return moveBack(key, frame);
        }
        if (key.equals(older.delivery().key())) {
            head = frame;
        } else {
            older = behind == null ? null : behind.replace(key, frame);
        }
        if (older == null) {
            return false;
        }
        bytes += frame.size() - older.size();
        laggards.countReplaced();
        return true;
    }

    /** Drops the frame with this key, and appends the newer one. */
    private boolean moveBack(String key, Frame frame) {
        Frame older = head;
        if (older != null && key.equals(older.delivery().key())) {
            head = pollBehind();
        } else {
            older = behind == null ? null : behind.remove(key);
        }
        if (older == null) {
            return false;
        }
        bytes -= older.size();
        append(frame);
        laggards.countReplaced();
        return true;
    }

    boolean dropOldest() {
        Frame oldest = head;
        if (oldest != null && oldest.delivery() == Delivery.DROPPABLE) {
            head = pollBehind();
        } else {
            oldest = behind == null ? null : behind.dropOldest();
        }
        if (oldest == null) {
            return false;
        }
        bytes -= oldest.size();
        laggards.countDropped();
        return true;
    }

    /**
     * As {@link Laggards.Queue#held(Set, int, int, long)}.
     *
     * @param taken the bytes being written
     * @param large the frame that is being written, if it is too large for one write; it may be shared
     */
    long held(Set<Frame> counted, int copies, int slot, long most, int taken, @Nullable Frame large) {
        List<Frame> own = new ArrayList<>();
        long[] sum = {large == null ? (long) copies * taken : 0};
        Consumer<Frame> count = frame -> {
            sum[0] += slot;
            if (sum[0] <= most && !counted.contains(frame)) {
                sum[0] += (long) copies * frame.size();
                own.add(frame);
            }
        };
        if (large != null) {
            count.accept(large);
        }
        if (head != null) {
            count.accept(head);
        }
        if (behind != null) {
            behind.forEach(count);
        }
        if (sum[0] <= most) {
            counted.addAll(own);
        }
        return sum[0];
    }
}
