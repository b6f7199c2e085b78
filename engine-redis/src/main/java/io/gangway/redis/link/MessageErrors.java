package io.gangway.redis.link;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs what goes wrong with single messages. Thread-safe. */
final class MessageErrors {
    private static final Logger LOG = LoggerFactory.getLogger(MessageErrors.class);

    private final Counters counters;
    private final RateLimitedLog malformed = new RateLimitedLog(LOG);
    private final RateLimitedLog failures = new RateLimitedLog(LOG);

    MessageErrors(Counters counters) {
        this.counters = counters;
    }

    /** A message of another node was dropped without effect, because it is invalid. */
    void malformed(String what, String why) {
        counters.malformed.increment();
        malformed.warn(what, why);
    }

    /** The engine failed to handle a message or a change of the link. */
    void failed(String what, Throwable failure) {
        counters.handlerErrors.increment();
        failures.warn(what, failure.toString());
    }

    /** A response of this node was dropped, because the wire format cannot express it. */
    void unwritable(String what, Throwable why) {
        failures.warn(what, why.toString());
    }
}
