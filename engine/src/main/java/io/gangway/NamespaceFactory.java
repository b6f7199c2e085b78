package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.connection.Flusher;
import io.gangway.protocol.JsonBinding;
import io.gangway.tasks.HandlerThreads;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the namespaces of one engine, of what they share.
 *
 * @param cluster the way to the other nodes; null if there are none
 * @param sharedHandshake what other nodes may know of a client's handshake
 */
record NamespaceFactory(
        JsonBinding binding,
        Flusher flusher,
        HandlerThreads threads,
        Limits limits,
        @Nullable Cluster cluster,
        UnaryOperator<Handshake> sharedHandshake) {

    /** @param whenEmpty runs once, when the last client leaves a dynamic namespace; null if it is one that stays */
    Namespace create(String name, Pipeline pipeline, Namespace.@Nullable Retirement whenEmpty) {
        LocalNamespace local = new LocalNamespace(name, new Emissions(name, binding), flusher, threads);
        return new Namespace(local, cluster == null ? null : bridge(cluster, local, pipeline), limits, whenEmpty);
    }

    private ClusterBridge bridge(Cluster cluster, LocalNamespace local, Pipeline pipeline) {
        ServerEvents serverEvents =
                new ServerEvents(local, (event, arguments) -> pipeline.serverEvent(local.name(), event, arguments));
        return new ClusterBridge(local, cluster, serverEvents, sharedHandshake);
    }
}
