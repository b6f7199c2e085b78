package io.gangway.redis;

import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The connections to the nodes of a Redis, made as they are needed: for each node one that writes and one that listens,
 * and what goes over which. Thread-safe, but {@link #want}, {@link #unwant} and {@link #ping} may wait for Redis,
 * and are for one thread.
 */
final class Lanes {
    private final Topology topology;
    private final Publishers publishers;
    private final Function<String, Subscriber> newSubscriber;
    private final Map<String, Subscriber> subscribers = new ConcurrentHashMap<>();
    /** Where each subscription is; confined to the thread of {@link #want}. */
    private final Map<Subscription, Seat> seats = new ConcurrentHashMap<>();

    private record Seat(Subscriber subscriber, boolean countsNodes) {}

    Lanes(Topology topology, Function<String, Publisher> newPublisher, Function<String, Subscriber> newSubscriber) {
        this.topology = topology;
        this.publishers = new Publishers(topology, newPublisher);
        this.newSubscriber = newSubscriber;
    }

    /** Makes the first connections. */
    void start() {
        subscriber(topology.owner(""));
        publishers.start();
    }

    void send(Command command) {
        publishers.send(command);
    }

    /** See {@link Subscriber#want}. */
    CompletionStage<Void> want(Subscription subscription, boolean countsNodes) {
        Subscriber subscriber = subscriber(topology.owner(subscription));
        seats.put(subscription, new Seat(subscriber, countsNodes));
        return subscriber.want(subscription, countsNodes);
    }

    /** See {@link Subscriber#unwant}. */
    CompletionStage<Void> unwant(Subscription subscription) {
        Seat seat = seats.remove(subscription);
        if (seat == null) {
            return CompletableFuture.completedStage(null);
        }
        CompletableFuture<Void> hearing = seat.subscriber().hearing(subscription);
        CompletionStage<Void> done = seat.subscriber().unwant(subscription);
        hearing.completeExceptionally(
                new ClusterUnavailableException("nobody wants to hear " + subscription.channel() + " any more"));
        return done;
    }

    /** Has everything go where it belongs now. */
    void reroute() {
        publishers.reroute();
        seats.forEach(this::reseat);
        subscriber(topology.owner(""));
        publishers.renew();
        Set<String> nodes = topology.nodes();
        subscribers.keySet().stream().filter(node -> !nodes.contains(node)).forEach(gone -> {
            Subscriber subscriber = subscribers.remove(gone);
            if (subscriber != null) {
                subscriber.close();
            }
        });
    }

    private void reseat(Subscription subscription, Seat seat) {
        Subscriber now = subscriber(topology.owner(subscription));
        if (now == seat.subscriber()) {
            now.want(subscription, seat.countsNodes());
            return;
        }
        CompletableFuture<Void> hearing = seat.subscriber().hearing(subscription);
        seats.put(subscription, new Seat(now, seat.countsNodes()));
        now.want(subscription, seat.countsNodes()).whenComplete((done, failure) -> {
            if (failure == null) {
                hearing.complete(null);
            } else {
                hearing.completeExceptionally(failure);
            }
        });
        seat.subscriber().unwant(subscription);
    }

    /** Ends all connections; others are made at once. */
    void cut() {
        publishers.cut();
        subscribers.values().forEach(Subscriber::cut);
    }

    /** See {@link Subscriber#hears}. */
    boolean hears(Subscription subscription, long since) {
        Seat seat = seats.get(subscription);
        return seat != null && seat.subscriber().hears(subscription, since);
    }

    /** How many connections listen, on all nodes. */
    CompletionStage<Long> count(Subscription subscription) {
        return publishers.count(subscription);
    }

    /** Whether all connections are there, and hear what they are to hear. */
    boolean isUp() {
        return publishers.isUp()
                && !subscribers.isEmpty()
                && subscribers.values().stream().allMatch(Subscriber::isUp);
    }

    /** Whether Redis refuses messages, though it is there. */
    boolean isRefused() {
        return publishers.isRefused();
    }

    /** Whether what is to be heard of a node is heard. */
    boolean isHeard(String node) {
        Subscriber subscriber = subscribers.get(node);
        return subscriber == null || subscriber.isUp();
    }

    /** One connection has found the node there: no other has to wait with its next attempt. */
    void hurry(String node) {
        publishers.hurry(node);
        Subscriber subscriber = subscribers.get(node);
        if (subscriber != null) {
            subscriber.hurry();
        }
    }

    Duration lag() {
        return subscribers.values().stream()
                .map(Subscriber::lag)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** How many commands have no answer yet. */
    int unsettled() {
        return publishers.unsettled();
    }

    void watch() {
        publishers.watch();
        subscribers.values().forEach(Subscriber::watch);
    }

    void ping() {
        subscribers.values().forEach(Subscriber::ping);
    }

    /** Has the one who should have heard something subscribe anew. */
    void resubscribe(Subscription subscription) {
        Seat seat = seats.get(subscription);
        if (seat != null) {
            seat.subscriber().cut();
        }
    }

    /** Ends the connections that listen. */
    void deafen() {
        subscribers.values().forEach(Subscriber::close);
    }

    /** Sends what waits, for so long at most, and ends the other connections. */
    void close(Duration flush) {
        publishers.close(flush);
    }

    private Subscriber subscriber(String node) {
        return subscribers.computeIfAbsent(node, newSubscriber);
    }
}
