package io.gangway;

import java.util.Map;

/**
 * Carries the trace of an event from the node that emits it to the nodes that deliver it, for {@link
 * EngineBuilder#clusterTracing}. {@code io.gangway.metrics.ClusterObservations} is one, for Micrometer. Must be thread-safe,
 * and must not block.
 *
 * <p>What a method throws is logged; the event is published or delivered all the same.
 */
public interface ClusterTracing {
    /**
     * An event is about to be published to the other nodes.
     *
     * <p>Called on the thread that emits.
     *
     * @param event the event
     * @return what travels with the event, such as {@code traceparent} and its value; all servers of the cluster can read
     *     it, and clients cannot. Empty for nothing
     */
    Map<String, String> emitted(ClusterEvent event);

    /**
     * An event has arrived from another node that is traced, and this node has clients for it, or it is for the servers
     * themselves: see {@link Namespace#serverSideEmit}.
     *
     * <p>Called on a thread that reads for all clients, or for an event between servers on one that runs handlers.
     *
     * @param event the event
     * @param trace what the other node's {@link #emitted} returned; not empty
     * @param delivery puts the event into the queues of this node's clients, or runs the handler of an event between servers;
     *     to be run once, within this call
     */
    void deliver(ClusterEvent event, Map<String, String> trace, Runnable delivery);
}
