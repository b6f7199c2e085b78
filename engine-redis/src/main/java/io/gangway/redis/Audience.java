package io.gangway.redis;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many connections heard the last message on each channel, so that after an outage it can be told whether somebody is
 * missing. Remembers the channels used last. Thread-safe.
 */
final class Audience {
    private static final int MOST_CHANNELS = 1_000;

    private final Map<String, Long> sizes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_CHANNELS;
        }
    };

    synchronized void heard(String channel, long receivers) {
        sizes.put(channel, receivers);
    }

    /** Whether so many are fewer than last time. */
    synchronized boolean isMissed(String channel, long receivers) {
        return receivers < sizes.getOrDefault(channel, 0L);
    }
}
