package io.gangway;

import io.gangway.protocol.PacketCodec;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The codec by which the answer to the event leaves that this thread handles: {@link Ack#of} writes by it at once what
 * somebody might change before then.
 */
final class AnswerCodec {
    private static final ThreadLocal<@Nullable PacketCodec> CURRENT = new ThreadLocal<>();

    private AnswerCodec() {}

    /** Null if no answer is wanted from this thread, or nothing is handled on it. */
    static @Nullable PacketCodec current() {
        return CURRENT.get();
    }

    /** From now on this thread makes acks for answers by this codec; with null, for none. Returns what was before. */
    static @Nullable PacketCodec enter(@Nullable PacketCodec codec) {
        PacketCodec outer = CURRENT.get();
        if (outer != codec) {
            CURRENT.set(codec);
        }
        return outer;
    }

    /** Takes back an {@link #enter}, which returned {@code outer}. */
    static void leave(@Nullable PacketCodec outer) {
        if (CURRENT.get() != outer) {
            CURRENT.set(outer);
        }
    }

    /** Has {@code step} make its acks for answers by this codec. */
    static Ack during(@Nullable PacketCodec codec, Supplier<Ack> step) {
        PacketCodec outer = enter(codec);
        try {
            return step.get();
        } finally {
            leave(outer);
        }
    }
}
