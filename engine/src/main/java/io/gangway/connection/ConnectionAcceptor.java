package io.gangway.connection;

import org.jspecify.annotations.Nullable;

/** Accepts new connections and provides the listener of each. */
@FunctionalInterface
public interface ConnectionAcceptor {
    /** Called once for each connection, before anything is read from it. Must not block. */
    ConnectionListener accept(Connection connection);

    /** Decides, before a connection exists, whether the client may connect: null lets it in. Must not block. */
    default @Nullable Refusal refuse(UpgradeRequest request) {
        return null;
    }

    /**
     * A client has been refused before a connection existed, other than by {@link #refuse}. Called on an I/O thread: must
     * not block.
     */
    default void refused(RefusedRequest refused) {}
}
