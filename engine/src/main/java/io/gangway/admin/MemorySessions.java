package io.gangway.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Sessions in memory, each for one day, and no more than ten thousand. Thread-safe. */
final class MemorySessions implements AdminSessions {
    static final Duration LASTING = Duration.ofDays(1);
    static final int MOST = 10_000;

    private final LongSupplier nanoTime;

    /** When each ends, the oldest first; guarded by this. By digest, so that a search tells nothing of how ids begin. */
    private final Map<String, Long> ends = new LinkedHashMap<>();

    MemorySessions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void save(String id) {
        long now = nanoTime.getAsLong();
        Iterator<Long> oldest = ends.values().iterator();
        while (oldest.hasNext() && (oldest.next() - now <= 0 || ends.size() >= MOST)) {
            oldest.remove();
        }
        ends.put(digest(id), now + LASTING.toNanos());
    }

    @Override
    public synchronized boolean exists(String id) {
        Long end = ends.get(digest(id));
        return end != null && end - nanoTime.getAsLong() > 0;
    }

    private static String digest(String id) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(id.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
