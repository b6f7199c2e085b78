package io.gangway;

import io.gangway.protocol.JsonBinding;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The binding for the ack of the event that this thread is handling: with it, {@link Ack#of} writes values at once that
 * could change before the ack is sent.
 */
final class AnswerBinding {
    private static final ThreadLocal<@Nullable JsonBinding> CURRENT = new ThreadLocal<>();

    private AnswerBinding() {}

    /** Null if this thread handles no event, or the event requests no ack. */
    static @Nullable JsonBinding current() {
        return CURRENT.get();
    }

    /** Sets this thread's binding; null for none. Returns the previous one. */
    static @Nullable JsonBinding enter(@Nullable JsonBinding binding) {
        JsonBinding outer = CURRENT.get();
        if (outer != binding) {
            CURRENT.set(binding);
        }
        return outer;
    }

    /** Restores {@code outer}, which {@link #enter} returned. */
    static void leave(@Nullable JsonBinding outer) {
        if (CURRENT.get() != outer) {
            CURRENT.set(outer);
        }
    }

    /** Runs {@code step} with this binding. */
    static <T> T during(@Nullable JsonBinding binding, Supplier<T> step) {
        JsonBinding outer = enter(binding);
        try {
            return step.get();
        } finally {
            leave(outer);
        }
    }
}
