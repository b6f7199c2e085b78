package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.connection.Flusher;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namespaces of one engine: the configured ones, and dynamic ones while clients are in them. Thread-safe. */
final class Namespaces {
    private static final Logger log = LoggerFactory.getLogger(Namespaces.class);

    /** A rule for dynamic namespaces, and their pipeline. */
    record Dynamic(NamespaceRule rule, Pipeline pipeline) {}

    /** A namespace and its pipeline. */
    record Entry(Namespace namespace, Pipeline pipeline) {}

    private final NamespaceFactory factory;
    private final List<Dynamic> dynamic;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger dynamicEntries = new AtomicInteger();

    /** @param built the pipelines of the configured namespaces, by name */
    Namespaces(NamespaceFactory factory, Map<String, Pipeline> built, List<Dynamic> dynamic) {
        this.factory = factory;
        this.dynamic = List.copyOf(dynamic);
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
     * The namespace that a client asks for, created if it is dynamic; the client is counted there until it
     * {@linkplain Namespace#exit exits}.
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
            // Its last client has just left: look again.
            entries.remove(name, there);
        }
    }

    private Entry create(String name, Handshake handshake) throws Exception {
        for (Dynamic candidate : dynamic) {
            if (candidate.rule.allows(name, handshake)) {
                if (dynamicEntries.get() >= factory.limits().maxDynamicNamespaces()) {
                    log.warn(
                            "refused a dynamic namespace: {} exist already; to allow more, raise limits(limits -> "
                                    + "limits.maxDynamicNamespaces(..)) on the engine's builder",
                            dynamicEntries.get());
                    throw new EngineException("Too many namespaces");
                }
                Pipeline pipeline = candidate.pipeline;
                Entry created = new Entry(factory.create(name, pipeline, this::retire), pipeline);
                Entry earlier = entries.putIfAbsent(name, created);
                if (earlier != null) {
                    return earlier;
                }
                dynamicEntries.incrementAndGet();
                created.namespace.join();
                return created;
            }
        }
        throw new EngineException("Invalid namespace");
    }

    private void retire(Namespace namespace) {
        entries.computeIfPresent(
                namespace.name(),
                (name, entry) -> entry.namespace == namespace ? null : entry); // keeps a new namespace of the same name
        dynamicEntries.decrementAndGet();
        namespace.leave();
    }

    /** Joins the cluster, if one is configured. */
    void joinCluster() {
        all().forEach(Namespace::join);
    }

    /** Leaves the cluster. */
    void leaveCluster() {
        all().forEach(Namespace::leave);
    }

    /** Closes the connection to the other nodes for good. */
    void closeCluster() {
        Cluster cluster = factory.cluster();
        if (cluster != null) {
            cluster.close();
        }
    }
}
