package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.protocol.Elements;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Collects the answers of a cluster's nodes until each has answered once. */
final class Gathering<T> implements ClusterRequest {
    private final BiFunction<ClusterMessage.Response, Elements, List<T>> reading;
    private final CompletableFuture<List<T>> result = new CompletableFuture<>();

    // Guarded by this.
    private final List<T> gathered;
    private final Set<String> heard = new HashSet<>();
    private int answers;
    /** How many other nodes have to answer; negative while unknown. */
    private int others = -1;

    private Gathering(List<T> own, BiFunction<ClusterMessage.Response, Elements, List<T>> reading) {
        this.gathered = new ArrayList<>(own);
        this.reading = reading;
    }

    /**
     * Asks the other nodes.
     *
     * @param own this node's own results
     * @param reading extracts the results from an answer
     * @param asking sends the request, and returns the action that cancels it
     * @return fails with {@link PartialResultException} if a node does not answer or none can be reached, and with
     *     IllegalArgumentException if the cluster's wire format cannot express the request
     */
    static <T> CompletableFuture<List<T>> start(
            HandlerThreads threads,
            Duration timeout,
            List<T> own,
            BiFunction<ClusterMessage.Response, Elements, List<T>> reading,
            Function<ClusterRequest, Runnable> asking) {
        Gathering<T> gathering = new Gathering<>(own, reading);
        Deadlines.Deadline deadline = threads.completeAfter(timeout, gathering::onTimeout);
        Runnable forget = asking.apply(gathering);
        CompletableFuture<Void> unused = gathering.result.handle((all, failure) -> {
            deadline.cancel();
            forget.run();
            return null;
        });
        return gathering.result;
    }

    @Override
    public void onNodes(int others) {
        synchronized (this) {
            this.others = others;
        }
        finishIfDone();
    }

    @Override
    public void onResponse(ClusterMessage.Response response, Elements value) {
        List<T> told = reading.apply(response, value);
        synchronized (this) {
            // Some wire formats do not name the answering node: then each answer counts.
            if (!response.from().isEmpty() && !heard.add(response.from())) {
                return;
            }
            answers++;
            gathered.addAll(told);
        }
        finishIfDone();
    }

    @Override
    public void onUnavailable(Throwable cause) {
        if (cause instanceof IllegalArgumentException) {
            result.completeExceptionally(cause); // the application's request is invalid; this is not an outage
            return;
        }
        PartialResultException away;
        synchronized (this) {
            away = PartialResultException.unreachable(gathered, missing(), cause);
        }
        result.completeExceptionally(away);
    }

    private void onTimeout() {
        PartialResultException late;
        synchronized (this) {
            String expected = others < 0 ? "an unknown number" : String.valueOf(others);
            late = new PartialResultException(
                    "timeout reached: only " + answers + " responses received out of " + expected,
                    gathered.toArray(),
                    missing(),
                    null);
        }
        result.completeExceptionally(late);
    }

    /** Must be called with the lock held. */
    private int missing() {
        return others < 0 ? 1 : Math.max(1, others - answers);
    }

    private void finishIfDone() {
        List<T> all;
        synchronized (this) {
            if (others < 0 || answers < others) {
                return;
            }
            all = List.copyOf(gathered);
        }
        result.complete(all);
    }
}
