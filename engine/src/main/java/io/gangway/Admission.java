package io.gangway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an HTTP client may connect at all, before a session exists.
 *
 * <p>Stock clients refused here try again later, with increasing delays, whereas those refused by an
 * {@link Interceptor} stop trying.
 */
@FunctionalInterface
public interface Admission {
    /**
     * Called for each handshake, on an I/O thread: must not block. {@link Handshake#auth()} is still empty.
     *
     * @param handshake the client's handshake
     * @return the verdict
     */
    Verdict admit(Handshake handshake);

    /**
     * Decides with regard to the engine's current load, which does not include simultaneous handshakes. Default:
     * {@link #admit(Handshake)}.
     *
     * @param handshake the client's handshake
     * @param load the number of connections
     * @return the verdict
     */
    default Verdict admit(Handshake handshake, Load load) {
        return admit(handshake);
    }

    /** The engine's current load. */
    interface Load {
        /** {@return how many connections are open} */
        int connections();

        /**
         * {@return how many connections from this address are open}
         *
         * @param address the client's address, in the form of {@link Handshake#address()}
         */
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

    /**
     * Admits the client.
     *
     * @return the verdict
     */
    static Verdict accept() {
        return Verdict.ACCEPTED;
    }

    /**
     * Refuses the client with this HTTP status, 400 to 599.
     *
     * @param status the HTTP status
     * @return the verdict
     */
    static Verdict refuse(int status) {
        return refused(status, null);
    }

    /**
     * Refuses the client with this HTTP status, 400 to 599, and tells it when to try again.
     *
     * @param status the HTTP status
     * @param retryAfter how long the client waits before it tries again
     * @return the verdict
     */
    static Verdict refuse(int status, Duration retryAfter) {
        if (retryAfter.isNegative() || retryAfter.compareTo(Duration.ofSeconds(Integer.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("retryAfter must be 0 to 2147483647 s, but is " + retryAfter);
        }
        return refused(status, retryAfter);
    }

    private static Verdict refused(int status, @Nullable Duration retryAfter) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("the HTTP status of a refusal must be 400 to 599, but is " + status);
        }
        return new Verdict(status, retryAfter);
    }
}
