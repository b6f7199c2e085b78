package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SessionStore.Recall;
import io.gangway.redis.wire.PlainJson;
import io.gangway.redis.wire.TextPayload;
import io.gangway.redis.wire.WireFormat;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other nodes of a namespace which of them has the client of a session, or to let go of it, and answers them.
 * Thread-safe.
 *
 * <p>The adapters have no message for it: so each question is an event between servers, with a name that Node.js servers
 * have no listener for. They do not answer. Nor does a node of another version of Gangway do anything for a question that
 * it does not know: it answers no at once.
 */
final class Recalls {
    /** How long other nodes have to answer; a Node.js server takes all of it. */
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private static final String EVENT = "gangway:recall";
    /** Who has it? Answered with the socket's id, or no. Changes nothing. */
    private static final String HOLDER = "holder";
    /** Let go of it, if it is this user's; anybody's, if none is named. Answered with what was done, or no. */
    private static final String LET_GO = "let go";

    private static final String OTHER_USER = "other user";
    private static final Payload NO = TextPayload.unchecked("false");

    private static final int MAX_ID_LENGTH = 256;
    /** How many questions of a namespace are under way at a time: beyond that, clients with old sessions get new ones. */
    private static final int MOST_QUESTIONS = 1_000;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String nodeId;
    private final WireFormat format;
    private final Outbox outbox;
    private final Map<String, Question<?>> asked = new ConcurrentHashMap<>();

    /** What an answer says; empty for no, and for one that cannot be read. */
    private interface Reading<T> {
        Optional<T> of(@Nullable Object answer);
    }

    /** A question to so many nodes, of which one at most does not answer no. */
    private record Question<T>(
            int nodes, Reading<T> reading, AtomicInteger refusals, CompletableFuture<Optional<T>> answer) {
        void accept(@Nullable Object value) {
            Optional<T> read = reading.of(value);
            if (read.isPresent() || refusals.incrementAndGet() == nodes) {
                answer.complete(read);
            }
        }
    }

    Recalls(String nodeId, WireFormat format, Outbox outbox) {
        this.nodeId = nodeId;
        this.format = format;
        this.outbox = outbox;
    }

    // ---- questions

    /** Completes with the id of the socket of another node that has the session. */
    CompletionStage<Optional<String>> holder(String privateId) {
        return ask(List.of(EVENT, privateId, HOLDER), Recalls::socketId);
    }

    private static Optional<String> socketId(@Nullable Object answer) {
        return answer instanceof String id && !id.isEmpty() && id.length() <= MAX_ID_LENGTH
                ? Optional.of(id)
                : Optional.empty();
    }

    /** Completes with what another node has done to let go of the session. */
    CompletionStage<Recall> recall(String privateId, Optional<String> user) {
        List<String> question = new ArrayList<>(List.of(EVENT, privateId, LET_GO));
        user.ifPresent(question::add);
        return ask(question, Recalls::done).thenApply(done -> done.orElse(Recall.NOT_HERE));
    }

    private static Optional<Recall> done(@Nullable Object answer) {
        if (Boolean.TRUE.equals(answer)) {
            return Optional.of(Recall.LET_GO);
        }
        return OTHER_USER.equals(answer) ? Optional.of(Recall.OTHER_USER) : Optional.empty();
    }

    private <T> CompletionStage<Optional<T>> ask(List<String> question, Reading<T> reading) {
        return outbox.countSubscribers(format.counted())
                .thenCompose(nodes -> nodes <= 1 || asked.size() >= MOST_QUESTIONS
                        ? CompletableFuture.completedStage(Optional.empty())
                        : ask(question, reading, Math.toIntExact(nodes - 1)));
    }

    private <T> CompletionStage<Optional<T>> ask(List<String> question, Reading<T> reading, int others) {
        String id = HexFormat.of().toHexDigits(RANDOM.nextLong());
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        asked.put(id, new Question<>(others, reading, new AtomicInteger(), answer));
        TextPayload event = TextPayload.unchecked(PlainJson.write(question));
        CompletionStage<String> unused = outbox.send(
                        format.publish(new ServerEvent(nodeId, event, id)), Command.Kind.PROMPT_MESSAGE)
                .whenComplete((sent, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer.completeOnTimeout(Optional.empty(), TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> asked.remove(id));
    }

    // ---- answers

    /** Handles a message that is about a recall; returns false if it is none. */
    boolean take(ClusterMessage message, Cluster.Inbound inbound) {
        if (message instanceof ServerEvent event) {
            if (!(event.event().value() instanceof List<?> question) || !EVENT.equals(question.get(0))) {
                return false;
            }
            if (event.wantsReply()) {
                answer(question, event, inbound);
            }
            return true;
        }
        if (!(message instanceof ServerReply reply)) {
            return false;
        }
        Question<?> mine = asked.get(reply.requestId());
        if (mine != null) {
            mine.accept(reply.value().value());
        }
        return mine != null;
    }

    private void answer(List<?> question, ServerEvent event, Cluster.Inbound inbound) {
        List<String> words = question.stream().map(String::valueOf).toList();
        boolean known = question.size() >= 3 && question.stream().allMatch(String.class::isInstance);
        String privateId = known ? words.get(1) : "";
        if (!RedisSessions.isPrivateId(privateId)) {
            respond(event, NO);
        } else if (words.get(2).equals(HOLDER)) {
            respond(event, inbound.holds(privateId).map(Recalls::payload).orElse(NO));
        } else if (words.get(2).equals(LET_GO)) {
            Optional<String> user = words.stream().skip(3).findFirst();
            CompletionStage<Recall> unused = inbound.recall(privateId, user)
                    .whenComplete((done, failure) -> respond(event, failure == null ? payload(done) : NO));
        } else {
            respond(event, NO);
        }
    }

    private static Payload payload(Recall done) {
        return switch (done) {
            case LET_GO -> payload(true);
            case OTHER_USER -> payload(OTHER_USER);
            case NOT_HERE -> NO;
        };
    }

    private static Payload payload(Object value) {
        return TextPayload.unchecked(PlainJson.write(value));
    }

    private void respond(ServerEvent event, Payload answer) {
        outbox.send(
                format.respond(event.from(), new ServerReply(nodeId, event.requestId(), answer)), Command.Kind.MESSAGE);
    }
}
