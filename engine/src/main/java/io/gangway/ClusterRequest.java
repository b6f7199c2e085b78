package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.protocol.Elements;

/** A request to other nodes. Its methods are called on threads that may run the application's continuations. */
interface ClusterRequest {
    /** Reports the number of other nodes that should answer. */
    void onNodes(int others);

    /**
     * Reports one node's answer, or a part of it.
     *
     * @param value the answer's value, checked; no elements if it has none
     */
    void onResponse(ClusterMessage.Response response, Elements value);

    /** Reports that the other nodes cannot be reached, so that no further answer will arrive. */
    void onUnavailable(Throwable cause);
}
