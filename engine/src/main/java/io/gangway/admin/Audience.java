package io.gangway.admin;

import io.gangway.Namespace;
import io.gangway.PartialResultException;
import io.gangway.RemoteSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Whether any administrator is connected, to this node or another: if not, nothing need be told. Thread-safe. */
final class Audience {
    /** The event by which a node tells the others that an administrator has come to it. */
    static final String ARRIVAL = "gangway:admin";

    private final Namespace namespace;
    private final BooleanSupplier isAnybodyHere;
    private volatile boolean here;
    private volatile boolean elsewhere;
    private int arrivals; // guarded by this

    Audience(Namespace namespace) {
        this(namespace, () -> !namespace.sockets().isEmpty());
    }

    Audience(Namespace namespace, BooleanSupplier isAnybodyHere) {
        this.namespace = namespace;
        this.isAnybodyHere = isAnybodyHere;
    }

    boolean isThere() {
        return here || elsewhere;
    }

    boolean isElsewhere() {
        return elsewhere;
    }

    /** An administrator has come to this node or left it. One at a time, so that the last to look sees what all have done. */
    synchronized void changed() {
        here = isAnybodyHere.getAsBoolean();
    }

    /** An administrator has come to this node; the other nodes learn it at once, except those of Node.js. */
    void arrived() {
        changed();
        namespace.serverSideEmit(ARRIVAL);
    }

    synchronized void arrivedElsewhere() {
        elsewhere = true;
        arrivals++;
    }

    /** Asks the other nodes; those of Node.js know no other way. */
    void look() {
        int before = arrivals();
        CompletableFuture<?> unused = namespace.fetchSockets().handle((sockets, failure) -> {
            found(answered(sockets, failure).stream().anyMatch(this::isRemote), before);
            return null;
        });
    }

    synchronized int arrivals() {
        return arrivals;
    }

    /** The answer does not hold whoever has come after the question. */
    synchronized void found(boolean somebody, int before) {
        elsewhere = somebody || arrivals != before;
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
