package io.gangway.cluster;

import io.gangway.cluster.ClusterMessage.Broadcast;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The history of one namespace in a {@link LocalCluster}, and the sessions of its clients that are away. Thread-safe.
 *
 * <p>Messages are delivered one after the other, by whichever thread comes first: no lock is held meanwhile.
 */
final class LocalHistory {
    /** How much is kept. */
    private static final int MOST_ENTRIES = 10_000;

    private static final long MOST_BYTES = 64L << 20;

    private static final Pattern OFFSET = Pattern.compile("[0-9]{1,18}");

    private final Map<String, Held> sessions = new ConcurrentHashMap<>();

    // Guarded by this.
    private final Deque<Kept> kept = new ArrayDeque<>();
    private final Deque<Undelivered> undelivered = new ArrayDeque<>();
    private long bytes;
    private long last;
    private long lost;
    private boolean delivering;

    private volatile long delivered;

    /** Passes a message to all nodes. */
    interface Delivery {
        void deliver();
    }

    private record Kept(long place, ClusterMessage message, long bytes) {}

    private record Undelivered(long place, Delivery delivery) {}

    private record Held(StoredSession session, long until) {
        boolean isOver() {
            return System.nanoTime() - until > 0;
        }
    }

    /** Makes the delivery of a message, once its offset is known. */
    interface Delivering {
        Delivery at(String offset);
    }

    // ---- messages

    /** Gives a message its place; it is delivered after those before it, now or by a thread that is at it already. */
    void add(ClusterMessage message, Delivering delivering) {
        synchronized (this) {
            last++;
            long size = message instanceof Broadcast broadcast ? size(broadcast.event()) : 0;
            kept.addLast(new Kept(last, message, size));
            bytes += size;
            while (kept.size() > MOST_ENTRIES || bytes > MOST_BYTES) {
                Kept oldest = kept.removeFirst();
                bytes -= oldest.bytes();
                lost = oldest.place();
            }
            undelivered.addLast(new Undelivered(last, delivering.at(String.valueOf(last))));
        }
        deliver();
    }

    private void deliver() {
        boolean isAtIt = false;
        try {
            for (Undelivered next = take(false); next != null; next = take(true)) {
                isAtIt = true;
                try {
                    next.delivery().deliver();
                } finally {
                    delivered = next.place();
                }
            }
            isAtIt = false;
        } finally {
            if (isAtIt) {
                stop(); // what comes next is delivered with the next message
            }
        }
    }

    /** The next delivery, if this thread may deliver it. */
    private synchronized @Nullable Undelivered take(boolean isAtIt) {
        if (delivering && !isAtIt) {
            return null;
        }
        Undelivered next = undelivered.pollFirst();
        delivering = next != null;
        return next;
    }

    private synchronized void stop() {
        delivering = false;
    }

    private static long size(Payload payload) {
        return payload.hasBinary() ? size(payload.value()) : payload.json().length();
    }

    private static long size(@Nullable Object value) {
        if (value instanceof byte[] binary) {
            return binary.length;
        }
        if (value instanceof String text) {
            return text.length();
        }
        Collection<?> inner =
                value instanceof Map<?, ?> map ? map.values() : value instanceof List<?> list ? list : List.of();
        return 8 + inner.stream().mapToLong(LocalHistory::size).sum();
    }

    Missed after(String offset, Missed.Limits limits) {
        if (!isOffset(offset)) {
            return Missed.INCOMPLETE;
        }
        long after = Long.parseLong(offset);
        List<Missed.Entry> entries = new ArrayList<>();
        long missedBytes = 0;
        synchronized (this) {
            if (after < lost || after > last) {
                return Missed.INCOMPLETE;
            }
            for (Kept each : kept) {
                if (each.place() > after && !(each.message() instanceof Broadcast broadcast && broadcast.lossy())) {
                    entries.add(new Missed.Entry(String.valueOf(each.place()), each.message()));
                    missedBytes += each.bytes();
                }
            }
        }
        return entries.size() > limits.packets() || missedBytes > limits.bytes()
                ? Missed.INCOMPLETE
                : new Missed(true, entries);
    }

    String latestOffset() {
        return String.valueOf(delivered);
    }

    static boolean isOffset(String text) {
        return text.length() <= 18 && OFFSET.matcher(text).matches();
    }

    // ---- sessions

    void save(StoredSession session, Duration window) {
        sessions.values().removeIf(Held::isOver);
        sessions.put(session.privateId(), new Held(session, System.nanoTime() + window.toNanos()));
    }

    Optional<StoredSession> find(String privateId) {
        return Optional.ofNullable(sessions.get(privateId))
                .filter(held -> !held.isOver())
                .map(Held::session);
    }

    boolean claim(StoredSession found) {
        Held held = sessions.get(found.privateId());
        return held != null
                && held.session().equals(found)
                && !held.isOver()
                && sessions.remove(found.privateId(), held);
    }
}
