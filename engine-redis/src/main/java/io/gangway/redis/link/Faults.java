package io.gangway.redis.link;

import org.slf4j.Logger;

/** What threads do about failures that nobody expects: they say so and go on, because no other thread takes their place. */
final class Faults {
    private Faults() {}

    /** Never throws. */
    static void report(Logger log, String consequence, Throwable fault) {
        try {
            log.error(consequence, fault);
        } catch (Throwable noMemory) {
            // not even for a log line; what the thread does next may have some
        }
    }
}
