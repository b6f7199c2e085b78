package io.gangway.logs;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs what clients can cause as often as they like: of each kind the first few in a minute in full, with their stack
 * traces; further ones at most one line a second, which says how many were left out since. What is left out is logged at
 * level debug. Thread-safe.
 *
 * <p>Two failures are of one kind if they have the same message, class and place in the code, all of which the code
 * determines and not the client. At most {@link #MOST} kinds are told apart, those of the last minute; all further ones
 * count as one.
 */
public final class SparingLog {
    static final int MOST = 100;
    static final int IN_FULL = 10;
    private static final long LINE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long FULL_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int FRAMES = 8;

    private static final String OTHERS = "others";

    private final Logger log;
    private final LongSupplier nanoTime;

    // Guarded by this.
    private final Map<String, Kind> kinds = new HashMap<>();

    /** When a kind was logged last, and how often it has occurred since. */
    private static final class Kind {
        private long line;
        private long minute;
        private int inFull;
        private long omitted;

        private Kind(long now) {
            line = now - LINE_NANOS;
            minute = now;
        }
    }

    /**
     * How to log an occurrence.
     *
     * @param line whether to log it at all
     * @param full whether to log the stack trace too
     * @param omitted how many of its kind were left out since the last line
     */
    private record Turn(boolean line, boolean full, long omitted) {
        String suffix() {
            return omitted == 0 ? "" : " (" + omitted + " more like it since the last such line)";
        }
    }

    /** Logs to this logger. */
    public SparingLog(Logger log) {
        this(log, System::nanoTime);
    }

    SparingLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /** Logs a warning without a stack trace; {@code message} has a {@code {}} for each argument, and is the kind. */
    public void warn(String message, @Nullable Object... arguments) {
        Turn turn = turn(message);
        if (turn.line) {
            log.warn(message + turn.suffix(), arguments);
        } else {
            log.debug(message, arguments);
        }
    }

    /**
     * Logs a failure as an error: in full, or else with its class only, because its message may be long and quote what a
     * client sent.
     */
    public void error(Throwable failure, String message, @Nullable Object... arguments) {
        Turn turn = turn(message + '\n' + failure.getClass().getName() + '\n' + Arrays.hashCode(place(failure)));
        Object[] all = new Object[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        if (turn.full) {
            all[arguments.length] = failure;
            log.error(message + turn.suffix(), all);
        } else if (turn.line) {
            all[arguments.length] = failure.getClass().getName();
            log.error(message + ": {}" + turn.suffix(), all);
        } else if (log.isDebugEnabled()) {
            all[arguments.length] = failure;
            log.debug(message, all);
        }
    }

    /** Not one frame only: many failures come from the same few methods of the JDK. */
    private static StackTraceElement[] place(Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        return stack.length <= FRAMES ? stack : Arrays.copyOf(stack, FRAMES);
    }

    private synchronized Turn turn(String name) {
        long now = nanoTime.getAsLong();
        Kind kind = kinds.get(name);
        if (kind == null) {
            if (kinds.size() >= MOST) {
                kinds.values().removeIf(old -> now - old.line >= FULL_NANOS);
            }
            String key = kinds.size() < MOST ? name : OTHERS;
            kind = kinds.computeIfAbsent(key, absent -> new Kind(now));
        }
        if (now - kind.minute >= FULL_NANOS) {
            kind.minute = now;
            kind.inFull = 0;
        }
        boolean full = kind.inFull < IN_FULL;
        if (!full && now - kind.line < LINE_NANOS) {
            kind.omitted++;
            return new Turn(false, false, 0);
        }
        Turn turn = new Turn(true, full, kind.omitted);
        kind.inFull += full ? 1 : 0;
        kind.line = now;
        kind.omitted = 0;
        return turn;
    }
}
