package io.gangway.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Connects several engines in one JVM; each engine gets its own {@link #node()}. Thread-safe.
 *
 * <p>Messages are delivered on the sender's thread.
 */
public final class LocalCluster {
    /** By namespace, then by node. */
    private final Map<String, Map<String, Line>> lines = new ConcurrentHashMap<>();

    private LocalCluster() {}

    /** {@return a new cluster, which has no engines yet} */
    public static LocalCluster create() {
        return new LocalCluster();
    }

    /** {@return a new {@link Cluster} for one engine} */
    public Cluster node() {
        return new Node();
    }

    private Map<String, Line> lines(String namespace) {
        return lines.computeIfAbsent(namespace, absent -> new ConcurrentHashMap<>());
    }

    private final class Node implements Cluster {
        private final String id = UUID.randomUUID().toString();
        private final Instant opened = Instant.now();
        private final LongAdder offered = new LongAdder();
        private final LongAdder dropped = new LongAdder();
        private final LongAdder received = new LongAdder();
        private final LongAdder malformed = new LongAdder();
        private volatile boolean closed;

        @Override
        public Channel open(String namespace, Inbound inbound) {
            Line line = new Line(this, namespace, Objects.requireNonNull(inbound, "inbound"));
            if (!closed) {
                lines(namespace).put(id, line);
                inbound.linkChanged(true);
            }
            return line;
        }

        @Override
        public Health health() {
            return new Health(
                    closed ? State.CLOSED : State.UP,
                    opened,
                    Duration.ZERO,
                    offered.sum(),
                    offered.sum() - dropped.sum(),
                    dropped.sum(),
                    0,
                    0,
                    received.sum(),
                    malformed.sum(),
                    Map.of());
        }

        @Override
        public void close() {
            closed = true;
            lines.values().forEach(nodes -> nodes.remove(id));
        }

        private void receive(Line line, ClusterMessage message) {
            received.increment();
            try {
                line.inbound.message(message, "");
            } catch (IllegalArgumentException unusable) {
                malformed.increment();
            }
        }

        @Override
        public String toString() {
            return "LocalCluster[node " + id + "]";
        }
    }

    /** One node's channel of one namespace. */
    private final class Line implements Cluster.Channel {
        private final Node node;
        private final String namespace;
        private final Cluster.Inbound inbound;

        private Line(Node node, String namespace, Cluster.Inbound inbound) {
            this.node = node;
            this.namespace = namespace;
            this.inbound = inbound;
        }

        @Override
        public String nodeId() {
            return node.id;
        }

        @Override
        public CompletionStage<String> publish(ClusterMessage message) {
            node.offered.increment();
            if (node.closed) {
                node.dropped.increment();
                return CompletableFuture.failedStage(
                        new ClusterUnavailableException("cannot publish: " + node + " is closed"));
            }
            for (Line line : lines(namespace).values()) {
                if (line.node != node) {
                    line.node.receive(line, message);
                }
            }
            return CompletableFuture.completedStage("");
        }

        @Override
        public void respond(String toNode, ClusterMessage response) {
            Line line = lines(namespace).get(toNode);
            if (line != null) {
                line.node.receive(line, response);
            }
        }

        @Override
        public CompletionStage<Integer> nodeCount() {
            return CompletableFuture.completedStage(lines(namespace).size());
        }

        @Override
        public void close() {
            lines(namespace).remove(node.id, this);
        }
    }
}
