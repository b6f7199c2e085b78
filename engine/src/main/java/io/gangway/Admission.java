package io.gangway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an HTTP client may come in at all, before there is a session.
 *
 * <p>Stock clients that are refused here come back later, after ever longer pauses, whereas those refused by an
 * {@link Interceptor} stop trying.
 */
@FunctionalInterface
public interface Admission {
    /** Called for each handshake, on an I/O thread: must not block. {@link Handshake#auth()} is still empty. */
    Verdict admit(Handshake handshake);

    /** The same with a look at what the engine carries already; handshakes at the same moment do not see each other. */
    default Verdict admit(Handshake handshake, Load load) {
        return admit(handshake);
    }

    /** What the engine carries now. */
    interface Load {
        /** Open connections. */
        int connections();

        /** Open connections from this address, as {@link Handshake#address()} has it. */
        int connectionsFrom(String address);
    }

    /** {@link #accept()} or {@link #refuse}. */
    final class Verdict {
        private static final Verdict ACCEPTED = new Verdict(0, null);

        private final int status;
        private final @Nullable Duration retryAfter;

        private Verdict(int status, @Nullable Duration retryAfter) {
            this.status = status;
            this.retryAfter = retryAfter;
        }

        boolean isAccepted() {
            return this == ACCEPTED;
        }

        int status() {
            return status;
        }

        @Nullable
        Duration retryAfter() {
            return retryAfter;
        }

        @Override
        public String toString() {
            return isAccepted()
                    ? "accepted"
                    : "refused with " + status + (retryAfter == null ? "" : " for " + retryAfter);
        }
    }

    /** Come in. */
    static Verdict accept() {
        return Verdict.ACCEPTED;
    }

    /** Refused with this HTTP status, 400 to 599. */
    static Verdict refuse(int status) {
        return refused(status, null);
    }

    /** Refused with this HTTP status, 400 to 599, and when to come again. */
    static Verdict refuse(int status, Duration retryAfter) {
        if (retryAfter.isNegative() || retryAfter.compareTo(Duration.ofSeconds(Integer.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException(
                    "a client can come again after 0 to 2147483647 s, not after " + retryAfter);
        }
        return refused(status, retryAfter);
    }

    private static Verdict refused(int status, @Nullable Duration retryAfter) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("a refusal's HTTP status is 400 to 599, not " + status);
        }
        return new Verdict(status, retryAfter);
    }
}
