package io.gangway.redis.link;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.wire.StreamOffset;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A node's own entries that are on their way to a stream and back: each completes where it stands among the entries of
 * others. Redis's reply to the command that adds an entry would be too early or too late: it comes over another
 * connection. Thread-safe.
 */
final class OwnEntries {
    /** With more than this many on their way, those that never come back are looked for. */
    private static final int MANY = 10_000;
    /** Of so many, those that take longer are given up, though the stream may not have been read so far. */
    private static final long LOST_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<String, OnItsWay> onTheirWay = new ConcurrentHashMap<>();
    /** Begins anywhere, so that the entries of a former channel of the namespace are not taken for this one's. */
    private final AtomicLong marks = new AtomicLong(ThreadLocalRandom.current().nextLong());

    private static final class OnItsWay {
        private final ClusterMessage message;
        private final long since = System.nanoTime();
        private final CompletableFuture<String> offset = new CompletableFuture<>();
        /** Redis's reply to the command that added the entry; null until then. */
        private volatile @Nullable String id;

        private OnItsWay(ClusterMessage message) {
            this.message = message;
        }

        private boolean isPassed(String position) {
            String added = id;
            return added != null && !added.isEmpty() && StreamOffset.compare(added, position) <= 0;
        }

        private void lose() {
            offset.completeExceptionally(new ClusterUnavailableException(
                    "the stream has no place for the message: it was trimmed away or deleted before it was read"));
        }
    }

    /**
     * Sends a message as an entry with a mark that no other has.
     *
     * @return completes with the entry's offset once it has come back; fails if it is not sent, or may not have been
     */
    CompletionStage<String> send(ClusterMessage message, Function<String, CompletionStage<String>> sending) {
        if (onTheirWay.size() > MANY) {
            loseOld();
        }
        String mark = Long.toHexString(marks.incrementAndGet());
        OnItsWay own = new OnItsWay(message);
        onTheirWay.put(mark, own);
        CompletionStage<String> unused = sending.apply(mark).whenComplete((sent, failure) -> {
            if (failure == null) {
                own.id = sent;
            } else if (onTheirWay.remove(mark) != null) {
                own.offset.completeExceptionally(failure);
            }
        });
        return own.offset;
    }

    /** The entry has come back; on the thread that reads the stream. */
    void cameBack(String mark, String offset, BiConsumer<ClusterMessage, String> published) {
        OnItsWay own = onTheirWay.remove(mark);
        if (own != null) {
            published.accept(own.message, offset);
            own.offset.complete(offset);
        }
    }

    /**
     * Settles what will never come back.
     *
     * @param begin the last entry before this node began to read: up to there entries are in the stream, but do not come back
     * @param position up to where the stream has been read
     */
    void settlePassed(String begin, String position) {
        settle(own -> own.isPassed(begin), own -> own.offset.complete(String.valueOf(own.id)));
        settle(own -> own.isPassed(position), OnItsWay::lose);
    }

    private void loseOld() {
        long now = System.nanoTime();
        settle(own -> now - own.since > LOST_NANOS, OnItsWay::lose);
    }

    private void settle(Predicate<OnItsWay> which, Consumer<OnItsWay> how) {
        onTheirWay.forEach((mark, own) -> {
            if (which.test(own) && onTheirWay.remove(mark, own)) {
                how.accept(own);
            }
        });
    }
}
