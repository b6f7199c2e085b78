package io.gangway.redis.link;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many connections received the last message on each channel, by which a publisher tells after an outage whether
 * some node has not subscribed again. Remembers the most recently used channels. Thread-safe.
 */
final class ReceiverCounts {
    private static final int MAX_CHANNELS = 1_000;

    private final Map<String, Long> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_CHANNELS;
        }
    };

    synchronized void put(String channel, long receivers) {
        counts.put(channel, receivers);
    }

    /** Whether so many receivers are fewer than last time. */
    synchronized boolean isFewer(String channel, long receivers) {
        return receivers < counts.getOrDefault(channel, 0L);
    }
}
