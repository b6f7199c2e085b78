package io.gangway.redis.link;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.Missed;
import io.gangway.redis.wire.MalformedMessageException;
import io.gangway.redis.wire.StreamOffset;
import io.gangway.redis.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import redis.clients.jedis.Protocol;

/**
 * Reads what a namespace's stream has after an offset, page by page. Thread-safe; no method blocks.
 *
 * <p>The history after an offset is complete if the entry with this offset is still there: streams are trimmed from
 * their beginning, and a stream that was created anew, or replaced by an older copy, lacks the entry. So each page
 * begins with the last entry of the page before, and the first one with the offset's own.
 */
final class StreamHistory {
    /** How many entries are read at once, besides the one that is known. */
    private static final int PAGE = 100;

    private final WireFormat.History format;
    private final Outbox outbox;
    private final MessageErrors errors;
    private final Executor executor;

    /** @param executor decodes the entries */
    StreamHistory(WireFormat.History format, Outbox outbox, MessageErrors errors, Executor executor) {
        this.format = format;
        this.outbox = outbox;
        this.errors = errors;
        this.executor = executor;
    }

    CompletionStage<Missed> after(String offset, Missed.Limits limits) {
        if (!StreamOffset.isOne(offset)) {
            return CompletableFuture.completedStage(Missed.INCOMPLETE);
        }
        return new Reading(limits).from(offset);
    }

    /** Reading after one offset. */
    private final class Reading {
        private final Missed.Limits limits;
        private final List<Missed.Entry> entries = new ArrayList<>();
        private long bytes;

        Reading(Missed.Limits limits) {
            this.limits = limits;
        }

        CompletionStage<Missed> from(String known) {
            return ask(Protocol.Command.XRANGE, format.stream(), known, "+", "COUNT", String.valueOf(PAGE + 1))
                    .thenComposeAsync(reply -> page(known, (List<?>) reply), executor);
        }

        private CompletionStage<Missed> page(String known, List<?> page) {
            if (page.isEmpty()) {
                return ifNothingFollowed(known);
            }
            if (StreamOffset.compare(StreamEntry.id(page.get(0)), known) != 0) {
                return CompletableFuture.completedStage(Missed.INCOMPLETE);
            }
            for (Object reply : page.subList(1, page.size())) {
                add(StreamEntry.of(reply));
                if (entries.size() > limits.packets() || bytes > limits.bytes()) {
                    return CompletableFuture.completedStage(Missed.INCOMPLETE);
                }
            }
            return page.size() > PAGE
                    ? from(StreamEntry.id(page.get(PAGE)))
                    : CompletableFuture.completedStage(new Missed(true, entries));
        }

        /** The stream has neither the entry nor a later one: perhaps because there never was a later one. */
        private CompletionStage<Missed> ifNothingFollowed(String known) {
            return end().thenApply(last ->
                    StreamOffset.compare(last, known) == 0 ? new Missed(true, entries) : Missed.INCOMPLETE);
        }

        private void add(StreamEntry entry) {
            try {
                ClusterMessage message = entry.isDeleted() ? null : format.read(entry.fields());
                if (message != null) {
                    entries.add(new Missed.Entry(entry.id(), message));
                    bytes += entry.bytes();
                }
            } catch (MalformedMessageException | RuntimeException | StackOverflowError malformed) {
                errors.malformed(
                        "skipped a malformed entry of stream " + format.stream() + " for a client that was away",
                        String.valueOf(malformed.getMessage()));
            }
        }
    }

    /** The id of the newest entry that the stream ever had. */
    private CompletionStage<String> end() {
        return ask(Protocol.Command.EXISTS, format.stream())
                .thenCompose(exists -> exists.equals(0L)
                        ? CompletableFuture.completedStage(StreamOffset.BEFORE_ALL)
                        : ask(Protocol.Command.XINFO, "STREAM", format.stream())
                                .thenApply(reply ->
                                        StreamExtent.of((List<?>) reply).last()));
    }

    private CompletionStage<Object> ask(Protocol.Command verb, String... arguments) {
        return outbox.ask(Command.onKey(Command.Kind.QUERY, format.stream(), verb, arguments));
    }
}
