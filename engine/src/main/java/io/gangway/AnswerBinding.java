package io.gangway;

import io.gangway.protocol.JsonBinding;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The binding that writes the answer to the event this thread handles: with it, {@link Ack#of} writes at once values that
 * somebody might change before the answer is sent.
 */
final class AnswerBinding {
    private static final ThreadLocal<@Nullable JsonBinding> CURRENT = new ThreadLocal<>();

    private AnswerBinding() {}

    /** Null if no answer is wanted from this thread, or nothing is handled on it. */
    static @Nullable JsonBinding current() {
        return CURRENT.get();
    }

    /** From now on this thread makes acks for answers by this binding; with null, for none. Returns what was before. */
    static @Nullable JsonBinding enter(@Nullable JsonBinding binding) {
        JsonBinding outer = CURRENT.get();
        if (outer != binding) {
            CURRENT.set(binding);
        }
        return outer;
    }

    /** Takes back an {@link #enter}, which returned {@code outer}. */
    static void leave(@Nullable JsonBinding outer) {
        if (CURRENT.get() != outer) {
            CURRENT.set(outer);
        }
    }

    /** Has {@code step} make its acks for answers by this binding. */
    static Ack during(@Nullable JsonBinding binding, Supplier<Ack> step) {
        JsonBinding outer = enter(binding);
        try {
            return step.get();
        } finally {
            leave(outer);
        }
    }
}
