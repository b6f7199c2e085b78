package io.gangway.redis.link;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A node's own entries that are on their way to a stream and back: each completes where it stands among the entries of
 * others. Redis's reply to the command that adds an entry would be too early or too late: it comes over another
 * connection. Thread-safe.
 */
final class OwnEntries {
    /** With more than this many on their way, those that never come back are looked for. */
    private static final int MANY = 10_000;
    /** An entry that takes longer does not come back: it was trimmed away, or its stream deleted. */
    private static final long LOST_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<String, OnItsWay> onTheirWay = new ConcurrentHashMap<>();
    /** Begins anywhere, so that the entries of a former channel of the namespace are not taken for this one's. */
    private final AtomicLong marks = new AtomicLong(ThreadLocalRandom.current().nextLong());

    private record OnItsWay(ClusterMessage message, long since, CompletableFuture<String> offset) {}

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
        CompletableFuture<String> offset = new CompletableFuture<>();
        onTheirWay.put(mark, new OnItsWay(message, System.nanoTime(), offset));
        CompletionStage<String> unused = sending.apply(mark).whenComplete((sent, failure) -> {
            if (failure != null && onTheirWay.remove(mark) != null) {
                offset.completeExceptionally(failure);
            }
        });
        return offset;
    }

    /** The entry has come back; on the thread that reads the stream. */
    void cameBack(String mark, String offset, BiConsumer<ClusterMessage, String> published) {
        OnItsWay own = onTheirWay.remove(mark);
        if (own != null) {
            published.accept(own.message(), offset);
            own.offset().complete(offset);
        }
    }

    private void loseOld() {
        long now = System.nanoTime();
        onTheirWay.forEach((mark, own) -> {
            if (now - own.since() > LOST_NANOS && onTheirWay.remove(mark, own)) {
                own.offset()
                        .completeExceptionally(new ClusterUnavailableException(
                                "the stream has no place for the message: it was trimmed away or deleted"
                                        + " before it was read"));
            }
        });
    }
}
