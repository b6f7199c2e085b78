package io.gangway.connection;

import org.jspecify.annotations.Nullable;

/** Takes in each new connection and says who listens to it. */
@FunctionalInterface
public interface ConnectionAcceptor {
    /** Called once for each connection, before anything is read from it. Must not block. */
    ConnectionListener accept(Connection connection);

    /** Asked before a connection exists: null lets the client in. Must not block. */
    default @Nullable Refusal refuse(UpgradeRequest request) {
        return null;
    }
}
