package io.gangway.redis;

import java.time.Duration;
import java.util.ArrayList;
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

/** The connections that write to the nodes of a Redis, made as they are needed, and what goes over which. Thread-safe. */
final class Publishers {
    private final Topology topology;
    private final Function<String, Publisher> newPublisher;
    private final Map<String, Publisher> publishers = new ConcurrentHashMap<>();
    /** Held for reading while a command is sent, so that none overtakes those that change lanes. */
    private final ReadWriteLock routes = new ReentrantReadWriteLock();

    Publishers(Topology topology, Function<String, Publisher> newPublisher) {
        this.topology = topology;
        this.newPublisher = newPublisher;
    }

    /** Makes the first connections. */
    void start() {
        topology.nodes().forEach(this::to); // all of them are asked who listens
        to(topology.owner(""));
    }

    void send(Command command) {
        if (!topology.isSpread()) {
            to(topology.owner(command.destination())).send(command);
            return;
        }
        routes.readLock().lock();
        try {
            to(topology.owner(command.destination())).send(command);
        } finally {
            routes.readLock().unlock();
        }
    }

    /** Has what waits go where it belongs now. */
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
            waiting.forEach(command -> to(topology.owner(command.destination())).send(command));
        } finally {
            routes.writeLock().unlock();
        }
    }

    /** Makes connections to the nodes that are new, and ends those to nodes that have nothing any more. */
    void renew() {
        start();
        Set<String> nodes = topology.nodes();
        publishers.keySet().stream().filter(node -> !nodes.contains(node)).forEach(gone -> {
            Publisher publisher = publishers.remove(gone);
            if (publisher != null) {
                publisher.close(Duration.ZERO);
            }
        });
    }

    /** How many connections listen, on all nodes. */
    CompletionStage<Long> count(Subscription subscription) {
        String verb = subscription.kind() == Subscription.Kind.SHARDED ? "SHARDNUMSUB" : "NUMSUB";
        CompletableFuture<Long> sum = CompletableFuture.completedFuture(0L);
        for (String node : topology.nodes()) {
            Command question = Command.question(
                    subscription.kind(), subscription.channel(), Protocol.Command.PUBSUB, verb, subscription.channel());
            to(node).send(question);
            sum = sum.thenCombine(question.answer(), (before, answer) -> before + (Long) ((List<?>) answer).get(1));
        }
        return sum;
    }

    private Publisher to(String node) {
        Publisher publisher = publishers.get(node);
        return publisher != null ? publisher : publishers.computeIfAbsent(node, newPublisher);
    }

    boolean isUp() {
        return !publishers.isEmpty() && publishers.values().stream().allMatch(Publisher::isUp);
    }

    /** Whether one of them has its messages refused. */
    boolean isRefused() {
        return publishers.values().stream().anyMatch(Publisher::isRefused);
    }

    /** A node was found there: its connection has not to wait with its next attempt. */
    void hurry(String node) {
        Publisher publisher = publishers.get(node);
        if (publisher != null) {
            publisher.hurry();
        }
    }

    /** How many commands have no answer yet. */
    int unsettled() {
        return publishers.values().stream().mapToInt(Publisher::unsettled).sum();
    }

    void watch() {
        publishers.values().forEach(Publisher::watch);
    }

    /** Ends all connections; others are made at once. */
    void cut() {
        publishers.values().forEach(Publisher::cut);
    }

    /** Sends what waits, for so long at most, and ends the connections. */
    void close(Duration flush) {
        long deadline = System.nanoTime() + flush.toNanos();
        publishers
                .values()
                .forEach(publisher -> publisher.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
    }
}
