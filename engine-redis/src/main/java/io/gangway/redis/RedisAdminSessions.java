package io.gangway.redis;

import io.gangway.admin.AdminSessions;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.link.ExpiringKeys;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The sessions of administrators, in Redis, as the {@code RedisStore} of Node.js's Admin UI keeps them. Thread-safe. */
final class RedisAdminSessions implements AdminSessions {
    private static final Duration LASTING = Duration.ofDays(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Handler threads that wait for Redis are not there for clients: more than so many do not wait. */
    static final int MOST_WAITING = 16;

    private final ExpiringKeys keys;
    private final String prefix;
    private final Semaphore places = new Semaphore(MOST_WAITING);

    RedisAdminSessions(ExpiringKeys keys, String prefix) {
        this.keys = keys;
        this.prefix = prefix;
    }

    @Override
    public void save(String id) throws InterruptedException {
        await("save an administrator's session", () -> keys.set(key(id), "true", LASTING));
    }

    @Override
    public boolean exists(String id) throws InterruptedException {
        return await("look for an administrator's session", () -> keys.exists(key(id)));
    }

    private String key(String id) {
        return prefix + "#" + id;
    }

    private <T> T await(String what, Supplier<CompletionStage<T>> command) throws InterruptedException {
        if (!places.tryAcquire()) {
            throw new ClusterUnavailableException(
                    "cannot " + what + ": " + MOST_WAITING + " are waiting for Redis already");
        }
        try {
            return command.get().toCompletableFuture().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new ClusterUnavailableException(
                    "cannot " + what + ": Redis has not answered within " + TIMEOUT.toMillis() + " ms");
        } catch (ExecutionException failed) {
            Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
            throw new ClusterUnavailableException("cannot " + what + ": " + cause.getMessage(), cause);
        } finally {
            places.release();
        }
    }
}
