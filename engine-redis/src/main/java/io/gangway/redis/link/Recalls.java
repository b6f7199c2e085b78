package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.redis.wire.TextPayload;
import io.gangway.redis.wire.WireFormat;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other nodes of a namespace to let go of a session, and answers them. The adapters have no message for it: so
 * the request is an event between servers, with a name that Node.js servers have no listener for. They do not answer.
 * Thread-safe.
 */
final class Recalls {
    /** How long other nodes have to answer; a Node.js server takes all of it. */
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private static final String EVENT = "gangway:recall";
    private static final String EVENT_BEGINS = "[\"" + EVENT + "\",\"";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String nodeId;
    private final WireFormat format;
    private final Outbox outbox;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();
    /** The private ids that other nodes have asked for, until that is done. */
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    /** Those of them whose sessions have been saved. */
    private final Set<String> saved = ConcurrentHashMap.newKeySet();

    private record Asked(int nodes, AtomicInteger refusals, CompletableFuture<Boolean> answer) {}

    Recalls(String nodeId, WireFormat format, Outbox outbox) {
        this.nodeId = nodeId;
        this.format = format;
        this.outbox = outbox;
    }

    /** Completes with whether another node has saved the session. */
    CompletionStage<Boolean> ask(String privateId) {
        return outbox.countSubscribers(format.counted())
                .thenCompose(nodes -> nodes <= 1
                        ? CompletableFuture.completedStage(false)
                        : ask(privateId, Math.toIntExact(nodes - 1)));
    }

    private CompletionStage<Boolean> ask(String privateId, int others) {
        String id = HexFormat.of().toHexDigits(RANDOM.nextLong());
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        asked.put(id, new Asked(others, new AtomicInteger(), answer));
        TextPayload event = TextPayload.unchecked(EVENT_BEGINS + privateId + "\"]");
        CompletionStage<String> unused = outbox.send(
                        format.publish(new ServerEvent(nodeId, event, id)), Command.Kind.PROMPT_MESSAGE)
                .whenComplete((sent, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer.completeOnTimeout(false, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> asked.remove(id));
    }

    /** A session of this node has been saved. */
    void saved(String privateId) {
        if (wanted.contains(privateId)) {
            saved.add(privateId);
        }
    }

    /** Handles a message that is about a recall; returns false if it is none. */
    boolean take(ClusterMessage message, Cluster.Inbound inbound) {
        if (message instanceof ServerEvent event) {
            String privateId = privateId(event);
            if (privateId == null) {
                return false;
            }
            if (event.wantsReply()) {
                recall(privateId, event, inbound);
            }
            return true;
        }
        return message instanceof ServerReply reply && answered(reply);
    }

    private static @Nullable String privateId(ServerEvent event) {
        if (!(event.event().value() instanceof List<?> list) || !EVENT.equals(list.get(0))) {
            return null;
        }
        return list.size() == 2 && list.get(1) instanceof String privateId ? privateId : "";
    }

    private void recall(String privateId, ServerEvent event, Cluster.Inbound inbound) {
        if (!RedisSessions.isPrivateId(privateId) || !wanted.add(privateId)) {
            answer(event, false);
            return;
        }
        CompletionStage<Void> unused = inbound.recall(privateId).whenComplete((done, failure) -> {
            wanted.remove(privateId);
            answer(event, saved.remove(privateId));
        });
    }

    private void answer(ServerEvent event, boolean saved) {
        outbox.send(
                format.respond(
                        event.from(),
                        new ServerReply(nodeId, event.requestId(), TextPayload.unchecked(String.valueOf(saved)))),
                Command.Kind.MESSAGE);
    }

    private boolean answered(ServerReply reply) {
        Asked mine = asked.get(reply.requestId());
        if (mine == null) {
            return false;
        }
        if (Boolean.TRUE.equals(reply.value().value())) {
            mine.answer().complete(true);
        } else if (mine.refusals().incrementAndGet() == mine.nodes()) {
            mine.answer().complete(false);
        }
        return true;
    }
}
