package io.gangway.redis.mixed;

import org.jspecify.annotations.Nullable;

/** Speaks to a cluster's sockets and servers without being one of these: it has no sockets and gets no answers. */
interface Emitter extends AutoCloseable {
    void emit(Scope scope, String event, @Nullable Object... arguments);

    void socketsJoin(Scope scope, String... rooms);

    void socketsLeave(Scope scope, String... rooms);

    /** Takes sockets out of their namespace. */
    void disconnectSockets(Scope scope);

    /** Disconnects sockets with all else that is on their connections. */
    void closeConnections(Scope scope);

    void serverSideEmit(String namespace, String event, @Nullable Object... arguments);

    @Override
    void close();
}
