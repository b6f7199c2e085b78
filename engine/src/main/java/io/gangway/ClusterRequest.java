package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.protocol.Elements;

/** Something that other nodes were asked. Heard on threads that may run the application's continuations. */
interface ClusterRequest {
    /** How many other nodes there are to answer. */
    void onNodes(int others);

    /**
     * One node's answer, or a part of it.
     *
     * @param value the value it carries, checked; no elements if it carries none
     */
    void onResponse(ClusterMessage.Response response, Elements value);

    /** The other nodes cannot be reached, so no further answer will come. */
    void onUnavailable(Throwable cause);
}
