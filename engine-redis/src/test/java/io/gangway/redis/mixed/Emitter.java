package io.gangway.redis.mixed;

import org.jspecify.annotations.Nullable;

/** Sends to a cluster's sockets and servers from outside: it has no sockets and gets no answers. */
interface Emitter extends AutoCloseable {
    void emit(Scope scope, String event, @Nullable Object... arguments);

    void socketsJoin(Scope scope, String... rooms);

    void socketsLeave(Scope scope, String... rooms);

    /** Disconnects sockets from their namespace. */
    void disconnectSockets(Scope scope);

    /** Closes the connections of sockets. */
    void closeConnections(Scope scope);

    void serverSideEmit(String namespace, String event, @Nullable Object... arguments);

    @Override
    void close();
}
