package io.gangway.redis.mixed;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The emitter of Node.js, for servers with the classic adapter. */
final class NodeEmitter implements Emitter {
    private static final String NAME = "emitter";
    private static final Map<String, String> WHO = Map.of("emitter", NAME);

    private final NodePeers process;

    NodeEmitter(NodePeers process, String redisUrl) {
        this.process = process;
        process.call("openEmitter", Map.of("emitter", NAME, "redis", redisUrl, "options", Map.of()));
    }

    @Override
    public void emit(Scope scope, String event, @Nullable Object... arguments) {
        call("emitterEmit", scope, Map.of("event", event, "values", PlainValues.encoded(arguments)));
    }

    @Override
    public void socketsJoin(Scope scope, String... rooms) {
        call("emitterJoin", scope, Map.of("names", rooms));
    }

    @Override
    public void socketsLeave(Scope scope, String... rooms) {
        call("emitterLeave", scope, Map.of("names", rooms));
    }

    @Override
    public void disconnectSockets(Scope scope) {
        call("emitterDisconnect", scope, Map.of("close", false));
    }

    @Override
    public void closeConnections(Scope scope) {
        call("emitterDisconnect", scope, Map.of("close", true));
    }

    @Override
    public void serverSideEmit(String namespace, String event, @Nullable Object... arguments) {
        Scope scope = Scope.of(namespace);
        call("emitterServerSideEmit", scope, Map.of("event", event, "values", PlainValues.encoded(arguments)));
    }

    @Override
    public void close() {
        process.call("closeEmitter", WHO);
    }

    private void call(String what, Scope scope, Map<String, ?> more) {
        process.call(what, WHO, scope, more);
    }
}
