package io.gangway.redis.link;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the subscriptions by which other nodes count this one, before it leaves. These nodes wait for its answers: so the
 * subscriptions end first, and what has already been asked is answered.
 */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private Retirement() {}

    /** Begins it, on the worker. */
    static Retirement of(Collection<NamespaceChannel> channels, Worker worker) {
        Retirement retirement = new Retirement();
        worker.execute(() -> {
            CompletionStage<Void> all = CompletableFuture.completedStage(null);
            for (NamespaceChannel channel : channels) {
                all = all.thenCombine(channel.subscriptions().retire(), (one, other) -> null);
            }
            all.whenComplete((retired, failure) -> retirement.done.complete(null));
        });
        return retirement;
    }

    /** Waits until Redis has confirmed it, or until this {@link System#nanoTime}. */
    void await(long deadline) {
        try {
            done.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.debug("Redis did not confirm in time that this node has unsubscribed; closing anyway", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
