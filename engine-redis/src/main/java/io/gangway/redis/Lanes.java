package io.gangway.redis;

import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import redis.clients.jedis.Protocol;

/**
 * The connections to the nodes of a Redis, made as they are needed: for each node one that writes and one that listens,
 * and what goes over which. Thread-safe, but {@link #want}, {@link #unwant} and {@link #ping} may wait for Redis,
 * and are for one thread.
 */
final class Lanes {
    private final Topology topology;
    private final Function<String, Publisher> newPublisher;
    private final Function<String, Subscriber> newSubscriber;
    private final Map<String, Publisher> publishers = new ConcurrentHashMap<>();
    private final Map<String, Subscriber> subscribers = new ConcurrentHashMap<>();
    /** Where each subscription is; confined to the thread of {@link #want}. */
    private final Map<Subscription, Seat> seats = new ConcurrentHashMap<>();
    /** Held for reading while a command is sent, so that none overtakes those that change lanes. */
    private final ReadWriteLock routes = new ReentrantReadWriteLock();

    private volatile boolean closed;

    private record Seat(Subscriber subscriber, boolean countsNodes) {}

    Lanes(Topology topology, Function<String, Publisher> newPublisher, Function<String, Subscriber> newSubscriber) {
        this.topology = topology;
        this.newPublisher = newPublisher;
        this.newSubscriber = newSubscriber;
    }

    /** Makes the first connections. */
    void start() {
        String node = owner(Subscription.Kind.CHANNEL, "");
        subscriber(node);
        topology.nodes().forEach(this::publisher); // all of them are asked who listens
        publisher(node);
    }

    void send(Command command) {
        if (!topology.isSpread()) {
            publisher(owner(command)).send(command);
            return;
        }
        routes.readLock().lock();
        try {
            publisher(owner(command)).send(command);
        } finally {
            routes.readLock().unlock();
        }
    }

    /** See {@link Subscriber#want}. */
    CompletionStage<Void> want(Subscription subscription, boolean countsNodes) {
        Subscriber subscriber = subscriber(owner(subscription.kind(), subscription.channel()));
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
        routes.writeLock().lock();
        try {
            List<Command> waiting = new ArrayList<>();
            for (Publisher publisher : publishers.values()) {
                for (Command command : publisher.takeWaiting()) {
                    if (command.isMessage()) {
                        waiting.add(command);
                    } else {
                        publisher.send(command); // is for this one
                    }
                }
            }
            // Those of one channel waited in one place, so they keep their order.
            waiting.forEach(command -> publisher(owner(command)).send(command));
        } finally {
            routes.writeLock().unlock();
        }
        seats.forEach(this::reseat);
        start();
        Set<String> nodes = topology.nodes();
        publishers.keySet().stream().filter(node -> !nodes.contains(node)).forEach(gone -> {
            Publisher publisher = publishers.remove(gone);
            if (publisher != null) {
                publisher.close(Duration.ZERO);
            }
        });
        subscribers.keySet().stream().filter(node -> !nodes.contains(node)).forEach(gone -> {
            Subscriber subscriber = subscribers.remove(gone);
            if (subscriber != null) {
                subscriber.close();
            }
        });
    }

    private void reseat(Subscription subscription, Seat seat) {
        Subscriber now = subscriber(owner(subscription.kind(), subscription.channel()));
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
        publishers.values().forEach(Publisher::cut);
        subscribers.values().forEach(Subscriber::cut);
    }

    /** See {@link Subscriber#hears}. */
    boolean hears(Subscription subscription, long since) {
        Seat seat = seats.get(subscription);
        return seat != null && seat.subscriber().hears(subscription, since);
    }

    /** How many connections listen, on all nodes. */
    CompletionStage<Long> count(Subscription subscription) {
        String verb = subscription.kind() == Subscription.Kind.SHARDED ? "SHARDNUMSUB" : "NUMSUB";
        CompletableFuture<Long> sum = CompletableFuture.completedFuture(0L);
        for (String node : topology.nodes()) {
            Command question = Command.question(
                    subscription.kind(), subscription.channel(), Protocol.Command.PUBSUB, verb, subscription.channel());
            publisher(node).send(question);
            sum = sum.thenCombine(question.answer(), (before, answer) -> before + (Long) ((List<?>) answer).get(1));
        }
        return sum;
    }

    /** Whether all connections are there, and hear what they are to hear. */
    boolean isUp() {
        return !publishers.isEmpty()
                && !subscribers.isEmpty()
                && publishers.values().stream().allMatch(Publisher::isUp)
                && subscribers.values().stream().allMatch(Subscriber::isUp);
    }

    /** Whether what is to be heard of a node is heard. */
    boolean isHeard(String node) {
        Subscriber subscriber = subscribers.get(node);
        return subscriber == null || subscriber.isUp();
    }

    /** One connection has found the node there: no other has to wait with its next attempt. */
    void hurry(String node) {
        Publisher publisher = publishers.get(node);
        if (publisher != null) {
            publisher.hurry();
        }
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
        return publishers.values().stream().mapToInt(Publisher::unsettled).sum();
    }

    void watch() {
        publishers.values().forEach(Publisher::watch);
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
        closed = true;
        long deadline = System.nanoTime() + flush.toNanos();
        Collection<Publisher> all = publishers.values();
        all.forEach(publisher -> publisher.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
    }

    private String owner(Command command) {
        return owner(command.destination().kind(), command.destination().channel());
    }

    private String owner(Subscription.Kind kind, String key) {
        boolean hasOwner = kind == Subscription.Kind.SHARDED || kind == Subscription.Kind.STREAM;
        return topology.owner(hasOwner ? key : "");
    }

    private Publisher publisher(String node) {
        Publisher publisher = publishers.get(node);
        return publisher != null ? publisher : publishers.computeIfAbsent(node, newPublisher);
    }

    private Subscriber subscriber(String node) {
        return subscribers.computeIfAbsent(node, newSubscriber);
    }

    boolean isClosed() {
        return closed;
    }
}
