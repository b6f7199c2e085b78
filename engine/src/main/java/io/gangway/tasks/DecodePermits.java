package io.gangway.tasks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * How much memory decoding may take at a time, in bytes. Those who ask for more than is left wait without a thread, first
 * come, first served. Thread-safe.
 *
 * <p>Whoever asks for more than there is at all gets everything, alone.
 */
public final class DecodePermits {
    /** What nobody has to ask for. */
    private static final int SMALL = 64 * 1024;

    private final long size;

    // Guarded by this.
    private long left;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private long waits;

    private record Waiting(long bytes, Runnable granted) {}

    public DecodePermits(long size) {
        this.size = size;
        this.left = size;
    }

    /** Permits for everything, for mailboxes without an engine. */
    public static DecodePermits unlimited() {
        return new DecodePermits(Long.MAX_VALUE);
    }

    /** Whether so few bytes need no permit. */
    static boolean isSmall(long bytes) {
        return bytes <= SMALL;
    }

    /**
     * Takes a permit for so many bytes, to be {@linkplain #release released} with the same number.
     *
     * @param granted runs if false is returned, once the permit has been taken, on the thread of another's release; must
     *     not block
     * @return whether the permit has been taken
     */
    public boolean acquire(long bytes, Runnable granted) {
        long part = Math.min(bytes, size);
        synchronized (this) {
            if (!queue.isEmpty() || part > left) {
                queue.add(new Waiting(part, granted));
                waits++;
                return false;
            }
            left -= part;
        }
        return true;
    }

    /** Runs a task that decodes so many bytes, on the executor, once there is room. */
    public void run(long bytes, Executor executor, Runnable task) {
        if (isSmall(bytes)) {
            executor.execute(task);
            return;
        }
        Runnable permitted = () -> executor.execute(() -> {
            try {
                task.run();
            } finally {
                release(bytes);
            }
        });
        if (acquire(bytes, permitted)) {
            permitted.run();
        }
    }

    /** How often somebody has had to wait so far. */
    public synchronized long waits() {
        return waits;
    }

    public void release(long bytes) {
        List<Waiting> next = new ArrayList<>(1);
        synchronized (this) {
            left += Math.min(bytes, size);
            for (Waiting first = queue.peek(); first != null && first.bytes <= left; first = queue.peek()) {
                left -= first.bytes;
                next.add(queue.remove());
            }
        }
        next.forEach(waiting -> waiting.granted.run());
    }

    @Override
    public synchronized String toString() {
        return "DecodePermits[" + left + " of " + size + " bytes left, " + queue.size() + " waiting]";
    }
}
