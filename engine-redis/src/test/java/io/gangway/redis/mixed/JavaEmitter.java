package io.gangway.redis.mixed;

import io.gangway.redis.RedisEmitter;
import org.jspecify.annotations.Nullable;

/** The emitter of Java, for servers with any adapter. */
final class JavaEmitter implements Emitter {
    private final NumberedTraces traces = new NumberedTraces();
    private final RedisEmitter emitter;

    JavaEmitter(AdapterMode mode, String redisUrl) {
        this.emitter = mode.emitter(redisUrl, traces);
    }

    NumberedTraces traces() {
        return traces;
    }

    @Override
    public void emit(Scope scope, String event, @Nullable Object... arguments) {
        chosen(scope).emit(event, arguments);
    }

    @Override
    public void socketsJoin(Scope scope, String... rooms) {
        chosen(scope).socketsJoin(rooms);
    }

    @Override
    public void socketsLeave(Scope scope, String... rooms) {
        chosen(scope).socketsLeave(rooms);
    }

    @Override
    public void disconnectSockets(Scope scope) {
        chosen(scope).disconnectSockets();
    }

    @Override
    public void closeConnections(Scope scope) {
        chosen(scope).closeConnections();
    }

    @Override
    public void serverSideEmit(String namespace, String event, @Nullable Object... arguments) {
        chosen(Scope.of(namespace)).serverSideEmit(event, arguments);
    }

    @Override
    public void close() {
        emitter.close();
    }

    /** Without a namespace the emitter emits to {@code /}; it never compresses. */
    private RedisEmitter chosen(Scope scope) {
        RedisEmitter there = scope.namespace().equals("/") ? emitter : emitter.of(scope.namespace());
        RedisEmitter chosen = there.to(
                        scope.rooms().stream().map(String::valueOf).toArray(String[]::new))
                .except(scope.except().toArray(String[]::new));
        return scope.flags().contains(Scope.Flag.VOLATILE) ? chosen.lossy() : chosen;
    }
}
