package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.fail;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One node of a cluster, with the messages and link changes that it has received. */
public final class Node implements Cluster.Inbound, AutoCloseable {
    public static final Duration SOON = Duration.ofSeconds(10);

    public final RedisCluster cluster;
    public final Cluster.Channel channel;
    public final BlockingQueue<ClusterMessage> received = new LinkedBlockingQueue<>();
    public final List<Boolean> links = new CopyOnWriteArrayList<>();
    public final Set<String> rooms = ConcurrentHashMap.newKeySet();
    volatile Consumer<ClusterMessage> handler = message -> {};

    public Node(RedisCluster cluster) {
        this(cluster, "/");
    }

    /**
     * A node that has joined a namespace.
     *
     * @param rooms those that have members from the beginning
     */
    public Node(RedisCluster cluster, String namespace, String... rooms) {
        this.cluster = cluster;
        this.rooms.addAll(List.of(rooms));
        this.channel = cluster.open(namespace, this);
    }

    /** Waits until the namespace's channels are confirmed. */
    public Node awaitUp() {
        Eventually.holds("the link is up", () -> !links.isEmpty() && links.get(links.size() - 1));
        return this;
    }

    @Override
    public void message(ClusterMessage message, String offset) {
        handler.accept(message);
        received.add(message);
    }

    @Override
    public void linkChanged(boolean up) {
        links.add(up);
    }

    @Override
    public boolean hasRoom(String room) {
        return rooms.contains(room);
    }

    public ClusterMessage next() {
        try {
            ClusterMessage message = received.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            return message == null ? fail("nothing came; " + cluster.health()) : message;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    public String nextText() {
        return TinyFormat.text(next());
    }

    public long detail(String name) {
        return cluster.health().details().get(name);
    }

    /** As {@link io.gangway.testing.Eventually}, for a time of its own. */
    public static void eventually(String what, Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("not within " + patience.toMillis() + " ms: " + what);
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
