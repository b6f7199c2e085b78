package io.gangway.plain;

import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Refusal;
import io.gangway.connection.UpgradeRequest;
import org.jspecify.annotations.Nullable;

/** A path on which plain WebSockets are accepted, and who accepts them. */
public interface PlainRoute {
    /** Whether a WebSocket for this path, within the handler's context, belongs to the route. */
    boolean matches(String path);

    /** The query parameter in which clients may send their token; null if they may not. */
    @Nullable
    String tokenParameter();

    /** Decides, before a connection exists, whether the client may connect: null lets it in. Must not block. */
    @Nullable
    Refusal refuse(UpgradeRequest request);

    /**
     * Called once for each connection, before anything is read from it. Must not block.
     *
     * @param path the request's path
     * @param token the token that the client sent in its handshake; null if it sent none
     */
    ConnectionListener accept(Connection connection, String path, @Nullable String token);
}
