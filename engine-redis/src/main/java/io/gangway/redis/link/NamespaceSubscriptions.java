package io.gangway.redis.link;

import io.gangway.redis.wire.Subscription;
import io.gangway.redis.wire.WireFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one namespace: those it always has, and one for each room with members where the format has
 * those. All methods but {@link #roomChanged} and {@link #close} are for the worker thread alone; those two hand over
 * to it.
 */
final class NamespaceSubscriptions {
    private final WireFormat format;
    private final NamespaceInbound inbound;
    private final Router router;
    private final Subscribers subscribers;
    private final StreamReaders readers;
    private final Executor worker;

    /** False from opening until this node reads its stream, and Redis has settled the subscription by which it is counted. */
    private volatile boolean counted = true;

    // Confined to the worker.
    private final Map<String, Subscription> rooms = new HashMap<>();
    private @Nullable Boolean notifiedUp;
    private boolean retired;

    /** @param worker runs what may wait for Redis, one task at a time, in order */
    NamespaceSubscriptions(
            WireFormat format,
            NamespaceInbound inbound,
            Router router,
            Subscribers subscribers,
            StreamReaders readers,
            Executor worker) {
        this.format = format;
        this.inbound = inbound;
        this.router = router;
        this.subscribers = subscribers;
        this.readers = readers;
        this.worker = worker;
    }

    boolean isCounted() {
        return counted;
    }

    /**
     * Subscribes to everything, the rooms of the former channel of the namespace included. Other nodes count this one
     * only when it reads its stream: else it would miss what they send to all that they have counted.
     *
     * @param confirmed called on the worker when Redis has confirmed or refused one of them
     */
    void open(@Nullable NamespaceSubscriptions former, Runnable confirmed) {
        CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);
        for (Subscription subscription : format.subscriptions()) {
            if (subscription.kind() == Subscription.Kind.STREAM) {
                counted = readers.hasBegun(subscription.channel());
                reading = readers.open(subscription.channel()).toCompletableFuture();
                continue;
            }
            router.attach(subscription, inbound);
            boolean countsNodes = subscription.equals(format.counted());
            if (!countsNodes || reading.isDone()) {
                subscribe(subscription, countsNodes, confirmed);
            } else {
                CompletionStage<Void> unused = reading.thenRunAsync(
                        () -> {
                            if (router.isAttached(subscription, inbound) && !retired) {
                                subscribe(subscription, true, confirmed);
                            }
                        },
                        worker);
            }
        }
        if (former != null) {
            Map<String, Subscription> inherited = Map.copyOf(former.rooms);
            rooms.putAll(inherited);
            inherited.forEach((room, subscription) -> {
                router.attach(subscription, inbound);
                update(room, subscription);
            });
        }
    }

    private void subscribe(Subscription subscription, boolean countsNodes, Runnable confirmed) {
        subscribers.subscribe(subscription, countsNodes).whenComplete((done, failure) -> {
            if (countsNodes) {
                counted = true;
            }
            worker.execute(confirmed);
        });
    }

    /** A room got its first member or lost its last; completes once messages for it arrive. */
    CompletionStage<Void> roomChanged(String room) {
        Subscription subscription = format.subscription(room);
        if (subscription == null) {
            return CompletableFuture.completedStage(null);
        }
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        worker.execute(() -> update(room, subscription).whenComplete((done, failure) -> {
            if (failure == null) {
                subscribed.complete(null);
            } else {
                subscribed.completeExceptionally(failure);
            }
        }));
        return subscribed;
    }

    /**
     * Goes by the members that the room has now, not by the change reported: a later report never undoes what is true
     * now.
     */
    private CompletionStage<Void> update(String room, Subscription subscription) {
        if (inbound.hasRoom(room)) {
            rooms.put(room, subscription);
            router.attach(subscription, inbound);
            return subscribers.subscribe(subscription, false);
        }
        if (rooms.remove(room) != null) {
            drop(subscription);
        }
        return CompletableFuture.completedStage(null);
    }

    private void drop(Subscription subscription) {
        if (router.detach(subscription, inbound)) {
            subscribers.unsubscribe(subscription);
        }
    }

    /** Tells the engine whether the namespace is connected to the other nodes, if that has changed. */
    void notifyLink(boolean linkIsUp) {
        boolean up = linkIsUp && areConfirmed();
        if (notifiedUp != null ? notifiedUp != up : up) {
            notifiedUp = up;
            inbound.linkChanged(up);
        }
    }

    private boolean areConfirmed() {
        long now = System.nanoTime();
        return format.subscriptions().stream()
                .filter(subscription -> subscription.kind() != Subscription.Kind.STREAM)
                .allMatch(subscription -> subscribers.isConfirmed(subscription, now));
    }

    /** Gives up the subscription by which other nodes count this one. */
    CompletionStage<Void> retire() {
        retired = true;
        return subscribers.unsubscribe(format.counted());
    }

    /** Unsubscribes from everything that no newer channel of the namespace has taken over. */
    void close() {
        worker.execute(() -> {
            List<Subscription> subscriptions = format.subscriptions();
            for (int last = subscriptions.size() - 1; last >= 0; last--) {
                drop(subscriptions.get(last));
            }
            rooms.values().forEach(this::drop);
            rooms.clear();
        });
    }
}
