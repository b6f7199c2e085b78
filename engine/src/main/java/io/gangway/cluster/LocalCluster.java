package io.gangway.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Connects several engines in one JVM; each engine gets its own {@link #node()}. Thread-safe.
 *
 * <p>Messages are delivered on the sender's thread, or on that of another sender if they have one order for all nodes.
 */
public final class LocalCluster {
    /** How long nodes have to let go of a session. */
    private static final long RECALL_MILLIS = 1_000;

    /** By namespace, then by node. */
    private final Map<String, Map<String, Line>> lines = new ConcurrentHashMap<>();

    /** By namespace, once a node keeps sessions there. */
    private final Map<String, LocalHistory> histories = new ConcurrentHashMap<>();

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

        private void receive(Line line, ClusterMessage message, String offset) {
            received.increment();
            try {
                line.inbound.message(message, offset);
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
            LocalHistory history = histories.get(namespace);
            if (history == null || !message.isInHistory()) {
                pass(message, "");
                return CompletableFuture.completedStage("");
            }
            CompletableFuture<String> place = new CompletableFuture<>();
            history.add(message, offset -> () -> {
                try {
                    pass(message, offset);
                    inbound.published(message, offset);
                } finally {
                    place.complete(offset);
                }
            });
            return place;
        }

        private void pass(ClusterMessage message, String offset) {
            others().forEach(line -> line.node.receive(line, message, offset));
        }

        private List<Line> others() {
            return lines(namespace).values().stream()
                    .filter(line -> line.node != node)
                    .toList();
        }

        @Override
        public void respond(String toNode, ClusterMessage response) {
            Line line = lines(namespace).get(toNode);
            if (line != null) {
                line.node.receive(line, response, "");
            }
        }

        @Override
        public CompletionStage<Integer> nodeCount() {
            return CompletableFuture.completedStage(lines(namespace).size());
        }

        @Override
        public Optional<SessionStore> sessions() {
            return Optional.of(new Sessions(this, histories.computeIfAbsent(namespace, absent -> new LocalHistory())));
        }

        @Override
        public void close() {
            lines(namespace).remove(node.id, this);
        }
    }

    /** One node's view of the sessions of a namespace. */
    private record Sessions(Line line, LocalHistory history) implements SessionStore {
        @Override
        public CompletionStage<Void> save(StoredSession session, Duration window) {
            history.save(session, window);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Optional<StoredSession>> find(String privateId) {
            return CompletableFuture.completedStage(history.find(privateId));
        }

        @Override
        public CompletionStage<Optional<String>> holder(String privateId) {
            return CompletableFuture.completedStage(line.others().stream()
                    .flatMap(other -> other.inbound.holds(privateId).stream())
                    .findFirst());
        }

        @Override
        public CompletionStage<Recall> recall(String privateId, Optional<String> user) {
            CompletableFuture<Recall> answer = new CompletableFuture<>();
            CompletableFuture<?>[] answers = line.others().stream()
                    .map(other -> other.inbound.recall(privateId, user).thenAccept(done -> {
                        if (done != Recall.NOT_HERE) {
                            answer.complete(done);
                        }
                    }))
                    .map(CompletionStage::toCompletableFuture)
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture<Boolean> unused =
                    CompletableFuture.allOf(answers).handle((all, failure) -> answer.complete(Recall.NOT_HERE));
            return answer.completeOnTimeout(Recall.NOT_HERE, RECALL_MILLIS, TimeUnit.MILLISECONDS);
        }

        @Override
        public CompletionStage<Boolean> claim(StoredSession found) {
            return CompletableFuture.completedStage(history.claim(found));
        }

        @Override
        public CompletionStage<Missed> missed(String afterOffset, Missed.Limits limits) {
            return CompletableFuture.completedStage(history.after(afterOffset, limits));
        }

        @Override
        public String latestOffset() {
            return history.latestOffset();
        }

        @Override
        public boolean isOffset(String text) {
            return LocalHistory.isOffset(text);
        }

        @Override
        public int compare(String one, String other) {
            return Long.compare(Long.parseLong(one), Long.parseLong(other));
        }
    }
}
