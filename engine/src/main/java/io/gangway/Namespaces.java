package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.connection.Flusher;
import io.gangway.logs.SparingLog;
import io.gangway.recording.Recording;
import io.gangway.recovery.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The namespaces of one engine: configured ones always, dynamic ones while clients are in them. Thread-safe. */
final class Namespaces {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Namespaces.class));

    /** A rule for dynamic namespaces, and the pipeline of the namespaces that it allows. */
    record Dynamic(NamespaceRule rule, Pipeline pipeline) {}

    /** A namespace and its pipeline. */
    record Entry(Namespace namespace, Pipeline pipeline) {}

    private final NamespaceFactory factory;
    private final List<Dynamic> dynamic;
    /** What is counted of the configured namespaces, then of the rules. */
    private final List<NamespaceCounts> counted;

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger dynamicEntries = new AtomicInteger();
    private final Object adding = new Object();

    /** Ends the recording of how far this node is behind; called by the thread that starts and stops the engine. */
    private volatile Runnable stopRecording = () -> {};

    /** @param built the pipelines of the configured namespaces, by name */
    Namespaces(NamespaceFactory factory, Map<String, Pipeline> built, List<Dynamic> dynamic) {
        this.factory = factory;
        this.dynamic = List.copyOf(dynamic);
        this.counted = Stream.concat(built.values().stream(), dynamic.stream().map(Dynamic::pipeline))
                .map(Pipeline::counts)
                .toList();
        Cluster cluster = factory.cluster();
        if (cluster != null) {
            Flusher flusher = factory.flusher();
            cluster.batches(() -> {
                flusher.hold();
                return flusher::release;
            });
        }
        built.forEach((name, pipeline) -> entries.put(name, new Entry(factory.create(name, pipeline, null), pipeline)));
    }

    /** The statistics of the configured namespaces, then those of the rules for dynamic ones. */
    List<EngineStats.NamespaceStats> stats() {
        Map<NamespaceCounts, List<Namespace>> members = new HashMap<>();
        entries.values()
                .forEach(entry -> members.computeIfAbsent(entry.pipeline.counts(), counts -> new ArrayList<>(1))
                        .add(entry.namespace));
        return counted.stream()
                .map(counts -> stats(counts, members.getOrDefault(counts, List.of())))
                .toList();
    }

    private static EngineStats.NamespaceStats stats(NamespaceCounts counts, List<Namespace> members) {
        int sockets = 0;
        int rooms = 0;
        for (Namespace namespace : members) {
            sockets += namespace.here().rooms().sockets().size();
            rooms += namespace.here().rooms().size();
        }
        return counts.stats(members.size(), sockets, rooms);
    }

    /** Whether this client can be recovered; asks the application. */
    boolean recovers(Handshake handshake) {
        EngineRecovery recovery = factory.recovery();
        return recovery != null && recovery.isFor(handshake);
    }

    /** What a socket of such a client needs. */
    @Nullable
    SocketRecovery recovery(Namespace namespace, Handshake handshake) {
        EngineRecovery recovery = factory.recovery();
        History history = namespace.here().history();
        return recovery == null || history == null ? null : recovery.of(handshake, history, namespace.here()::missed);
    }

    /** What recovery has done; empty without it. */
    Optional<RecoveryCounts> recoveryCounts() {
        return Optional.ofNullable(factory.recovery()).map(EngineRecovery::counts);
    }

    /** Completes when the sessions that are being saved now for other nodes are saved, or cannot be. */
    CompletionStage<Void> saved() {
        List<CompletableFuture<Void>> saves = new ArrayList<>();
        for (Entry entry : entries.values()) {
            History history = entry.namespace.here().history();
            if (history != null) {
                saves.add(history.saved().toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(saves.toArray(CompletableFuture<?>[]::new));
    }

    /** Ends the sessions of clients that are away. */
    void forgetSessions() {
        EngineRecovery recovery = factory.recovery();
        if (recovery != null) {
            recovery.close();
        }
    }

    @Nullable
    Namespace find(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : entry.namespace;
    }

    /** The current namespaces in the order of their names. */
    List<Namespace> all() {
        return entries.values().stream()
                .map(Entry::namespace)
                .sorted(Comparator.comparing(Namespace::name))
                .toList();
    }

    Set<String> names() {
        return Set.copyOf(entries.keySet());
    }

    /**
     * Enters the namespace that a client asks for, and creates it if it is dynamic and does not exist yet. The
     * namespace counts the client until {@link Namespace#exit}.
     *
     * @throws EngineException if no namespace has this name
     */
    Entry enter(String name, Handshake handshake) throws Exception {
        while (true) {
            Entry there = entries.get(name);
            if (there == null) {
                there = create(name, handshake);
            }
            if (there.namespace.enter()) {
                return there;
            }
            // The namespace's last client has just left, and it can no longer be entered: look again.
            entries.remove(name, there);
        }
    }

    private Entry create(String name, Handshake handshake) throws Exception {
        for (Dynamic candidate : dynamic) {
            if (candidate.rule.allows(name, handshake)) {
                if (dynamicEntries.get() >= factory.limits().maxDynamicNamespaces()) {
                    sparing.warn(
                            "refused a dynamic namespace: {} exist already; to allow more, raise limits(limits -> "
                                    + "limits.maxDynamicNamespaces(..)) on the engine's builder",
                            dynamicEntries.get());
                    throw new EngineException("Too many namespaces");
                }
                return add(name, candidate.pipeline);
            }
        }
        throw new EngineException("Invalid namespace");
    }

    /** Adds a dynamic namespace that has joined the cluster: whoever finds it has the history that all nodes share. */
    private Entry add(String name, Pipeline pipeline) {
        synchronized (adding) {
            Entry earlier = entries.get(name);
            if (earlier != null) {
                return earlier;
            }
            Entry created = new Entry(factory.create(name, pipeline, this::retire), pipeline);
            created.namespace.join();
            entries.put(name, created);
            dynamicEntries.incrementAndGet();
            return created;
        }
    }

    private void retire(Namespace namespace) {
        entries.computeIfPresent(
                namespace.name(),
                (name, entry) -> entry.namespace == namespace ? null : entry); // a new namespace of the same name stays
        dynamicEntries.decrementAndGet();
        namespace.leave();
    }

    /** Joins the cluster with all current namespaces; without a cluster, does nothing. */
    void joinCluster() {
        Cluster cluster = factory.cluster();
        stopRecording.run();
        stopRecording = cluster == null ? () -> {} : Recording.lag(() -> lag(cluster.health()));
        all().forEach(Namespace::join);
    }

    /** Leaves the cluster with all current namespaces. */
    void leaveCluster() {
        stopRecording.run();
        all().forEach(Namespace::leave);
    }

    private static Recording.Lag lag(Cluster.Health health) {
        return new Recording.Lag(health.state().name(), health.lag());
    }

    /** The state of the cluster; empty if there is none. */
    Optional<Cluster.Health> clusterHealth() {
        return Optional.ofNullable(factory.cluster()).map(Cluster::health);
    }

    /** Closes the cluster, which cannot be joined again. */
    void closeCluster() {
        Cluster cluster = factory.cluster();
        if (cluster != null) {
            cluster.close();
        }
    }
}
