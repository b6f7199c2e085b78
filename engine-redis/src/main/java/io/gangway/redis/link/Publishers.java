package io.gangway.redis.link;

import io.gangway.redis.wire.Subscription;
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

/**
 * The publishing connections, one for each Redis node, created on demand, and which command goes over which.
 * Thread-safe.
 */
final class Publishers {
    private final Topology topology;
    private final Function<String, Publisher> newPublisher;
    private final Map<String, Publisher> publishers = new ConcurrentHashMap<>();
    /** Read-locked while a command is sent, so that it cannot overtake queued ones that are being rerouted. */
    private final ReadWriteLock routes = new ReentrantReadWriteLock();

    Publishers(Topology topology, Function<String, Publisher> newPublisher) {
        this.topology = topology;
        this.newPublisher = newPublisher;
    }

    /** Connects to all nodes: {@link #countSubscribers} asks each of them. */
    void start() {
        topology.nodes().forEach(this::publisher);
        publisher(topology.owner(""));
    }

    /** Sends a command to the node that serves its destination; never blocks. */
    void send(Command command) {
        if (!topology.isCluster()) {
            publisher(topology.owner(command.destination())).send(command);
            return;
        }
        routes.readLock().lock();
        try {
            publisher(topology.owner(command.destination())).send(command);
        } finally {
            routes.readLock().unlock();
        }
    }

    /** Moves queued messages to the publishers of the nodes that serve their destinations now. */
    void reroute() {
        routes.writeLock().lock();
        try {
            List<Command> queued = new ArrayList<>();
            for (Publisher publisher : publishers.values()) {
                for (Command command : publisher.takeQueued()) {
                    if (command.follows()) {
                        queued.add(command);
                    } else {
                        publisher.send(command); // a query concerns this very node
                    }
                }
            }
            // Messages of one channel were in one queue, so their order is kept.
            queued.forEach(
                    command -> publisher(topology.owner(command.destination())).send(command));
        } finally {
            routes.writeLock().unlock();
        }
    }

    /** Connects to new nodes, and closes the connections to those that serve nothing any more. */
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

    /** How many connections are subscribed, summed over all nodes. */
    CompletionStage<Long> countSubscribers(Subscription subscription) {
        String verb = subscription.kind() == Subscription.Kind.SHARDED ? "SHARDNUMSUB" : "NUMSUB";
        CompletableFuture<Long> sum = CompletableFuture.completedFuture(0L);
        for (String node : topology.nodes()) {
            Command query = Command.query(
                    subscription.kind(), subscription.channel(), Protocol.Command.PUBSUB, verb, subscription.channel());
            publisher(node).send(query);
            sum = sum.thenCombine(query.reply(), (before, reply) -> before + (Long) ((List<?>) reply).get(1));
        }
        return sum;
    }

    private Publisher publisher(String node) {
        Publisher publisher = publishers.get(node);
        return publisher != null ? publisher : publishers.computeIfAbsent(node, newPublisher);
    }

    boolean areUp() {
        return !publishers.isEmpty() && publishers.values().stream().allMatch(Publisher::isUp);
    }

    /** Whether any node refuses messages. */
    boolean isRefused() {
        return publishers.values().stream().anyMatch(Publisher::isRefused);
    }

    /** Another connection has reached the node: its publisher need not wait to try again. */
    void retrySoon(String node) {
        Publisher publisher = publishers.get(node);
        if (publisher != null) {
            publisher.retrySoon();
        }
    }

    /** How many commands are queued, or await a reply. */
    int pending() {
        return publishers.values().stream().mapToInt(Publisher::pending).sum();
    }

    void watch() {
        publishers.values().forEach(Publisher::watch);
    }

    /** Ends all connections; publishers reconnect at once. */
    void cut() {
        publishers.values().forEach(Publisher::cut);
    }

    /** Sends what is queued, for at most so long, and closes the connections. */
    void close(Duration flush) {
        long deadline = System.nanoTime() + flush.toNanos();
        publishers
                .values()
                .forEach(publisher -> publisher.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
    }
}
