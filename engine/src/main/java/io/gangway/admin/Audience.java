package io.gangway.admin;

import io.gangway.Namespace;
import io.gangway.PartialResultException;
import io.gangway.RemoteSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Whether any administrator is connected, to this node or another: if not, nothing need be told. Thread-safe. */
final class Audience {
    /** The event by which a node tells the others that an administrator has come to it. */
    static final String ARRIVAL = "gangway:admin";

    private final Namespace namespace;
    private volatile boolean here;
    private volatile boolean elsewhere;

    Audience(Namespace namespace) {
        this.namespace = namespace;
    }

    boolean isThere() {
        return here || elsewhere;
    }

    boolean isElsewhere() {
        return elsewhere;
    }

    /** An administrator has come to this node or left it; under a lock, so that the latest look counts. */
    synchronized void changed() {
        here = !namespace.sockets().isEmpty();
    }

    /** An administrator has come to this node; the other nodes learn it at once, except those of Node.js. */
    void arrived() {
        changed();
        namespace.serverSideEmit(ARRIVAL);
    }

    void arrivedElsewhere() {
        elsewhere = true;
    }

    /** Asks the other nodes; those of Node.js know no other way. */
    void look() {
        CompletableFuture<?> unused = namespace
                .fetchSockets()
                .handle((sockets, failure) ->
                        elsewhere = answered(sockets, failure).stream().anyMatch(this::isRemote));
    }

    /** The sockets of the nodes that have answered. */
    static List<RemoteSocket> answered(@Nullable List<RemoteSocket> sockets, @Nullable Throwable failure) {
        if (sockets != null) {
            return sockets;
        }
        return failure instanceof PartialResultException partial ? partial.partial(RemoteSocket.class) : List.of();
    }

    private boolean isRemote(RemoteSocket socket) {
        return namespace.socket(socket.id()).isEmpty();
    }
}
