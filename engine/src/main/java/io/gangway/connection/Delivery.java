package io.gangway.connection;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a frame is delivered if it cannot be written at once. Immutable and thread-safe. */
public final class Delivery {
    /** The frame waits in the queue and is never dropped. */
    public static final Delivery RELIABLE = new Delivery(null);

    /** The frame is dropped. */
    public static final Delivery LOSSY = new Delivery(null);

    /** The frame waits in the queue; if too much waits, the oldest of these frames are dropped. */
    public static final Delivery DROPPABLE = new Delivery(null);

    private final @Nullable String key;
    private final boolean inOrder;

    private Delivery(@Nullable String key) {
        this(key, false);
    }

    private Delivery(@Nullable String key, boolean inOrder) {
        this.key = key;
        this.inOrder = inOrder;
    }

    /** The frame waits in the queue; a newer frame with the same key takes its place there. */
    public static Delivery latestOf(String key) {
        return new Delivery(Objects.requireNonNull(key, "key"));
    }

    /**
     * The same for a client that tells by one frame which earlier ones it has received: a newer frame with the same key
     * goes to the end of the queue, and the older one is dropped.
     */
    public Delivery inOrder() {
        return key == null || inOrder ? this : new Delivery(key, true);
    }

    /** Whether a frame that makes another one obsolete does not take its place, but goes to the end of the queue. */
    boolean isInOrder() {
        return inOrder;
    }

    /** Whether the frame is dropped instead of queued. */
    public boolean isLossy() {
        return this == LOSSY;
    }

    /** The key of which only the newest frame counts; null if the frame never becomes obsolete. */
    public @Nullable String key() {
        return key;
    }

    @Override
    public String toString() {
        return this == RELIABLE
                ? "reliable"
                : this == LOSSY ? "lossy" : this == DROPPABLE ? "droppable" : "latest of " + key;
    }
}
