package io.gangway.redis.link;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Missed;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.StoredSession;
import io.gangway.redis.wire.MalformedMessageException;
import io.gangway.redis.wire.SessionFormat;
import io.gangway.redis.wire.StreamOffset;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import redis.clients.jedis.Protocol;

/** The sessions of one namespace's clients that are away, in Redis, as Node.js servers keep them. Thread-safe. */
final class RedisSessions implements SessionStore {
    /** What Redis may take to answer; a client that waits for it is then given a new session. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** As this and Node.js servers make them; no other text becomes part of a key. */
    private static final Pattern PRIVATE_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Deletes a value that is still the same. */
    private static final String CLAIM =
            "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end";

    private final String prefix;
    private final Outbox outbox;
    private final StreamHistory history;
    private final Recalls recalls;
    private final Supplier<String> position;
    private final StreamSpan span;
    private final MessageErrors errors;

    /**
     * @param prefix of the sessions' keys
     * @param position up to where the stream has been passed on
     */
    RedisSessions(
            String prefix,
            Outbox outbox,
            StreamHistory history,
            Recalls recalls,
            Supplier<String> position,
            StreamSpan span,
            MessageErrors errors) {
        this.prefix = prefix;
        this.outbox = outbox;
        this.history = history;
        this.recalls = recalls;
        this.position = position;
        this.span = span;
        this.errors = errors;
    }

    static boolean isPrivateId(String text) {
        return PRIVATE_ID.matcher(text).matches();
    }

    @Override
    public CompletionStage<Void> save(StoredSession session, Duration window) {
        span.compare(window);
        String text;
        try {
            if (!isPrivateId(session.privateId())) {
                throw new IllegalArgumentException("a session's private id must match " + PRIVATE_ID);
            }
            text = SessionFormat.write(session);
        } catch (IllegalArgumentException unwritable) {
            return CompletableFuture.failedStage(unwritable);
        }
        String millis = String.valueOf(Math.max(1, window.toMillis()));
        return inTime(outbox.ask(
                        Command.Kind.VALUE,
                        key(session.privateId()),
                        Protocol.Command.SET,
                        key(session.privateId()),
                        text,
                        "PX",
                        millis))
                .thenApply(saved -> null);
    }

    @Override
    public CompletionStage<Optional<StoredSession>> find(String privateId) {
        if (!isPrivateId(privateId)) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        // One character more than a session may have, so that whatever stands there takes no more memory.
        String end = String.valueOf(SessionFormat.MAX_LENGTH);
        return inTime(outbox.ask(
                        Command.Kind.QUERY, key(privateId), Protocol.Command.GETRANGE, key(privateId), "0", end))
                .thenApply(reply -> session(privateId, (byte[]) reply));
    }

    private Optional<StoredSession> session(String privateId, byte[] text) {
        if (text.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(SessionFormat.read(privateId, new String(text, Protocol.CHARSET)));
        } catch (MalformedMessageException | RuntimeException | StackOverflowError malformed) {
            errors.malformed(
                    "ignored a malformed session; its client gets a new one", String.valueOf(malformed.getMessage()));
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<Optional<String>> holder(String privateId) {
        return isPrivateId(privateId)
                ? inTime(recalls.holder(privateId))
                : CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Recall> recall(String privateId, Optional<String> user) {
        return isPrivateId(privateId)
                ? inTime(recalls.recall(privateId, user))
                : CompletableFuture.completedStage(Recall.NOT_HERE);
    }

    /** However late Redis answers, the answer tells whether the session is gone: else it could not be given back. */
    @Override
    public CompletionStage<Boolean> claim(StoredSession found) {
        return outbox.ask(
                        Command.Kind.QUERY,
                        key(found.privateId()),
                        Protocol.Command.EVAL,
                        CLAIM,
                        "1",
                        key(found.privateId()),
                        SessionFormat.text(found))
                .thenApply(deleted -> deleted.equals(1L));
    }

    @Override
    public CompletionStage<Missed> missed(String afterOffset, Missed.Limits limits) {
        return inTime(history.after(afterOffset, limits));
    }

    @Override
    public String latestOffset() {
        return position.get();
    }

    @Override
    public boolean isOffset(String text) {
        return StreamOffset.isOne(text);
    }

    @Override
    public int compare(String one, String other) {
        return StreamOffset.compare(one, other);
    }

    private String key(String privateId) {
        return prefix + privateId;
    }

    private static <T> CompletionStage<T> inTime(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .copy()
                .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(
                        failure instanceof TimeoutException
                                ? new ClusterUnavailableException("Redis has not answered within " + TIMEOUT.toMillis()
                                        + " ms what has become of a session")
                                : failure));
    }
}
