package io.gangway.redis.link;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.Missed;
import io.gangway.redis.wire.MalformedMessageException;
import io.gangway.redis.wire.StreamOffset;
import io.gangway.redis.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;

/**
 * Reads what a namespace's stream has after an offset, page by page. Thread-safe; no method blocks.
 *
 * <p>The history after an offset is complete if the entry with this offset is still there: streams are trimmed from
 * their beginning, and a stream that was created anew, or replaced by an older copy, lacks the entry. So each page
 * begins with the last entry of the page before, and the first one with the offset's own.
 *
 * <p>When a node dies, thousands of clients ask for nearly the same at once. So questions are answered in rounds: those
 * that have come during a round form the next, and each round reads and decodes only what the ones before it have not.
 */
final class StreamHistory {
    /** How many entries are read at once, besides the one that is known. */
    private static final int PAGE = 100;
    /** How long what was read is remembered after the last question. */
    private static final Duration REMEMBERED = Duration.ofSeconds(5);

    private final WireFormat.History format;
    private final Outbox outbox;
    private final MessageErrors errors;
    private final Executor executor;

    /** Guarded by itself, {@link #answering} too. */
    private final List<Question> questions = new ArrayList<>();

    private boolean answering;

    // Confined to the round.
    private @Nullable StreamTail tail;
    /** Whether the tail reaches to where the stream ended in this round. */
    private boolean upToDate;

    private volatile long answered;

    private record Question(String after, Missed.Limits limits, CompletableFuture<Missed> answer) {}

    /** @param executor decodes the entries, one task at a time */
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
        Question question = new Question(offset, limits, new CompletableFuture<>());
        boolean first;
        synchronized (questions) {
            questions.add(question);
            first = !answering;
            answering = true;
        }
        if (first) {
            executor.execute(this::answerRound);
        }
        return question.answer();
    }

    private void answerRound() {
        List<Question> round;
        synchronized (questions) {
            round = new ArrayList<>(questions);
            questions.clear();
            if (round.isEmpty()) {
                answering = false;
                return;
            }
        }
        round.sort(Comparator.comparing(Question::after, StreamOffset::compare));
        upToDate = false;
        answerNext(round.iterator());
    }

    private void answerNext(Iterator<Question> round) {
        while (round.hasNext()) {
            Question question = round.next();
            CompletableFuture<Missed> answer = answer(question).toCompletableFuture();
            if (!answer.isDone()) {
                CompletionStage<Missed> unused = answer.whenCompleteAsync(
                        (missed, failure) -> {
                            settle(question, answer);
                            answerNext(round);
                        },
                        executor);
                return;
            }
            settle(question, answer);
        }
        answered = System.nanoTime();
        if (tail != null && tail.isLarge()) {
            tail = null;
        } else if (tail != null) {
            CompletableFuture.delayedExecutor(REMEMBERED.toMillis(), TimeUnit.MILLISECONDS, executor)
                    .execute(this::forget);
        }
        executor.execute(this::answerRound);
    }

    private static void settle(Question question, CompletableFuture<Missed> answer) {
        CompletionStage<Missed> unused = answer.whenComplete((missed, failure) -> {
            if (failure == null) {
                question.answer().complete(missed);
            } else {
                question.answer().completeExceptionally(failure);
            }
        });
    }

    private void forget() {
        boolean idle;
        synchronized (questions) {
            idle = !answering;
        }
        if (idle && System.nanoTime() - answered >= REMEMBERED.toNanos()) {
            tail = null; // on the executor, and so not while a round begins
        }
    }

    // ---- one question

    private CompletionStage<Missed> answer(Question question) {
        StreamTail known = tail;
        if (known == null || StreamOffset.compare(question.after(), known.first()) < 0) {
            return read(question.after()).thenComposeAsync(page -> begin(question, page), executor);
        }
        boolean has = known.has(question.after());
        if (!upToDate && !(has && known.exceeds(question.after(), question.limits()))) {
            return read(known.last()).thenComposeAsync(page -> go(known, question, page), executor);
        }
        return CompletableFuture.completedStage(
                has ? known.after(question.after(), question.limits()) : Missed.INCOMPLETE);
    }

    private CompletionStage<List<?>> read(String from) {
        return ask(Protocol.Command.XRANGE, format.stream(), from, "+", "COUNT", String.valueOf(PAGE + 1))
                .thenApply(reply -> (List<?>) reply);
    }

    private CompletionStage<Missed> begin(Question question, List<?> page) {
        if (page.isEmpty()) {
            return ifNothingFollowed(question);
        }
        if (!beginsWith(question.after(), page)) {
            return CompletableFuture.completedStage(Missed.INCOMPLETE);
        }
        StreamTail begun = new StreamTail(question.after());
        tail = begun;
        return go(begun, question, page);
    }

    private CompletionStage<Missed> go(StreamTail known, Question question, List<?> page) {
        if (!beginsWith(known.last(), page)) { // trimmed faster than it is read, or replaced
            tail = null;
            return CompletableFuture.completedStage(Missed.INCOMPLETE);
        }
        page.subList(1, page.size()).forEach(reply -> add(known, StreamEntry.of(reply)));
        upToDate = page.size() <= PAGE;
        if (known.isLarge()) {
            known.forgetBefore(known.has(question.after()) ? question.after() : known.last());
        }
        return answer(question);
    }

    private static boolean beginsWith(String id, List<?> page) {
        return !page.isEmpty() && StreamOffset.compare(StreamEntry.id(page.get(0)), id) == 0;
    }

    /** The stream has neither the entry nor a later one: perhaps because there never was a later one. */
    private CompletionStage<Missed> ifNothingFollowed(Question question) {
        return end().thenApply(last ->
                StreamOffset.compare(last, question.after()) == 0 ? new Missed(true, List.of()) : Missed.INCOMPLETE);
    }

    private void add(StreamTail known, StreamEntry entry) {
        try {
            ClusterMessage message = entry.isDeleted() ? null : format.read(entry.fields());
            if (message != null) {
                known.add(new Missed.Entry(entry.id(), message), entry.bytes());
            }
        } catch (MalformedMessageException | RuntimeException | StackOverflowError malformed) {
            errors.malformed(
                    "skipped a malformed entry of stream " + format.stream() + " for a client that was away",
                    String.valueOf(malformed.getMessage()));
        }
        known.add(entry.id());
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
        return outbox.ask(Command.Kind.QUERY, format.stream(), verb, arguments);
    }
}
