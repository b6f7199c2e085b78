package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.connection.Flusher;
import io.gangway.protocol.JsonBinding;
import io.gangway.tasks.HandlerThreads;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates the namespaces of one engine from the components that they share.
 *
 * @param cluster connects the engine to other nodes; null if there are none
 * @param sharedHandshake removes from a handshake what other nodes must not see
 * @param tracing takes the traces of events along to the other nodes; null if nothing does
 * @param recovery gives clients back what they missed; null if none get it
 */
record NamespaceFactory(
        JsonBinding binding,
        Flusher flusher,
        HandlerThreads threads,
        Limits limits,
        @Nullable Cluster cluster,
        UnaryOperator<Handshake> sharedHandshake,
        @Nullable ClusterTracing tracing,
        @Nullable EngineRecovery recovery) {

    /** An engine without traces and recovery. */
    NamespaceFactory(
            JsonBinding binding,
            Flusher flusher,
            HandlerThreads threads,
            Limits limits,
            @Nullable Cluster cluster,
            UnaryOperator<Handshake> sharedHandshake) {
        this(binding, flusher, threads, limits, cluster, sharedHandshake, null, null);
    }

    /** @param whenEmpty runs once, when the last client leaves a dynamic namespace; null for a configured one */
    Namespace create(String name, Pipeline pipeline, Namespace.@Nullable Retirement whenEmpty) {
        EngineRecovery recovers = pipeline.undelivered().recovered() ? recovery : null;
        LocalNamespace local = new LocalNamespace(
                name,
                new Emissions(name, binding),
                flusher,
                threads,
                pipeline.undelivered().whenSlow(),
                pipeline.counts(),
                pipeline.hooks(),
                limits,
                recovers == null ? null : recovers.history());
        return new Namespace(
                local, cluster == null ? null : bridge(cluster, local, pipeline, recovers), limits, whenEmpty);
    }

    private ClusterBridge bridge(
            Cluster cluster, LocalNamespace local, Pipeline pipeline, @Nullable EngineRecovery recovers) {
        ClusterTraces traces = new ClusterTraces(tracing, local);
        ServerEvents serverEvents = new ServerEvents(
                local, traces, (event, arguments) -> pipeline.serverEvent(local.name(), event, arguments));
        return new ClusterBridge(local, cluster, serverEvents, sharedHandshake, traces, recovers);
    }
}
