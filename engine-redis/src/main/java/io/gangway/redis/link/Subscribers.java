package io.gangway.redis.link;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.wire.Subscription;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The subscribing connections, one for each Redis node, created on demand, and which subscription is on which.
 * Thread-safe, but {@link #subscribe}, {@link #unsubscribe}, {@link #reroute} and {@link #ping} may wait for Redis,
 * and are for one thread.
 */
final class Subscribers {
    private final Topology topology;
    private final Function<String, Subscriber> newSubscriber;
    private final Map<String, Subscriber> subscribers = new ConcurrentHashMap<>();
    private final Map<Subscription, Assignment> assignments = new ConcurrentHashMap<>();

    private record Assignment(Subscriber subscriber, boolean countsNodes) {}

    Subscribers(Topology topology, Function<String, Subscriber> newSubscriber) {
        this.topology = topology;
        this.newSubscriber = newSubscriber;
    }

    /** Makes the first connection. */
    void start() {
        subscriber(topology.owner(""));
    }

    /** See {@link Subscriber#subscribe}. */
    CompletionStage<Void> subscribe(Subscription subscription, boolean countsNodes) {
        Subscriber subscriber = subscriber(topology.owner(subscription));
        assignments.put(subscription, new Assignment(subscriber, countsNodes));
        return subscriber.subscribe(subscription, countsNodes);
    }

    /** See {@link Subscriber#unsubscribe}. */
    CompletionStage<Void> unsubscribe(Subscription subscription) {
        Assignment assignment = assignments.remove(subscription);
        if (assignment == null) {
            return CompletableFuture.completedStage(null);
        }
        CompletableFuture<Void> confirmation = assignment.subscriber().confirmation(subscription);
        CompletionStage<Void> done = assignment.subscriber().unsubscribe(subscription);
        confirmation.completeExceptionally(new ClusterUnavailableException(
                "the subscription to " + subscription.channel() + " was cancelled before Redis confirmed it"));
        return done;
    }

    /** Moves every subscription to the node that serves it now. */
    void reroute() {
        assignments.forEach(this::reassign);
        start();
    }

    private void reassign(Subscription subscription, Assignment assignment) {
        Subscriber now = subscriber(topology.owner(subscription));
        if (now == assignment.subscriber()) {
            now.subscribe(subscription, assignment.countsNodes());
            return;
        }
        CompletableFuture<Void> confirmation = assignment.subscriber().confirmation(subscription);
        assignments.put(subscription, new Assignment(now, assignment.countsNodes()));
        now.subscribe(subscription, assignment.countsNodes()).whenComplete((done, failure) -> {
            if (failure == null) {
                confirmation.complete(null);
            } else {
                confirmation.completeExceptionally(failure);
            }
        });
        assignment.subscriber().unsubscribe(subscription);
    }

    /** Closes the connections to nodes that serve nothing any more. */
    void closeObsolete() {
        Set<String> nodes = topology.nodes();
        subscribers.keySet().stream().filter(node -> !nodes.contains(node)).forEach(gone -> {
            Subscriber subscriber = subscribers.remove(gone);
            if (subscriber != null) {
                subscriber.close();
            }
        });
    }

    /** Has a subscription made again, by reconnecting the subscriber that has it. */
    void resubscribe(Subscription subscription) {
        Assignment assignment = assignments.get(subscription);
        if (assignment != null) {
            assignment.subscriber().cut();
        }
    }

    /** See {@link Subscriber#isConfirmed}. */
    boolean isConfirmed(Subscription subscription, long before) {
        Assignment assignment = assignments.get(subscription);
        return assignment != null && assignment.subscriber().isConfirmed(subscription, before);
    }

    /** Whether all subscribers are connected, and Redis has confirmed all their subscriptions. */
    boolean areUp() {
        return !subscribers.isEmpty() && subscribers.values().stream().allMatch(Subscriber::isUp);
    }

    /** Whether Redis has confirmed all subscriptions at a node; true if there are none. */
    boolean isUp(String node) {
        Subscriber subscriber = subscribers.get(node);
        return subscriber == null || subscriber.isUp();
    }

    /** Another connection has reached the node: its subscriber need not wait to try again. */
    void retrySoon(String node) {
        Subscriber subscriber = subscribers.get(node);
        if (subscriber != null) {
            subscriber.retrySoon();
        }
    }

    /** How far reading is behind, at the slowest subscriber. */
    Duration lag() {
        return subscribers.values().stream()
                .map(Subscriber::lag)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    void watch() {
        subscribers.values().forEach(Subscriber::watch);
    }

    void ping() {
        subscribers.values().forEach(Subscriber::ping);
    }

    /** Ends all connections; subscribers reconnect at once. */
    void cut() {
        subscribers.values().forEach(Subscriber::cut);
    }

    void close() {
        subscribers.values().forEach(Subscriber::close);
    }

    private Subscriber subscriber(String node) {
        return subscribers.computeIfAbsent(node, newSubscriber);
    }
}
