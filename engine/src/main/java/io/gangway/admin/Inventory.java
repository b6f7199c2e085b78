package io.gangway.admin;

import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.RemoteSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All sockets of all nodes, in the namespaces that this node has. */
final class Inventory {
    /** The namespaces whose sockets are fetched, those with the most sockets on this node. */
    private static final int MOST_NAMESPACES = 100;

    private static final int MOST_SOCKETS = 5000;

    private Inventory() {}

    /** @param result is called on the thread that tells what happens, so that nothing is told in between */
    static void take(Engine engine, Executor thread, Consumer<List<Map<String, @Nullable Object>>> result) {
        Map<Namespace, CompletableFuture<List<RemoteSocket>>> asked = new LinkedHashMap<>();
        for (NamespaceSize each : NamespaceSize.largest(engine, MOST_NAMESPACES)) {
            Namespace namespace = each.namespace();
            asked.put(namespace, namespace.fetchSockets().handle(Audience::answered));
        }
        CompletableFuture<?> unused = CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenRunAsync(() -> result.accept(all(asked)), thread);
    }

    private static List<Map<String, @Nullable Object>> all(
            Map<Namespace, CompletableFuture<List<RemoteSocket>>> answers) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        answers.forEach((namespace, answer) -> {
            // Those of this node as they are now: they may have changed while the others answered.
            namespace.sockets().stream()
                    .limit(MOST_SOCKETS - all.size())
                    .forEach(socket -> all.add(SocketView.of(socket, socket.rooms())));
            answer.join().stream()
                    .filter(socket -> namespace.socket(socket.id()).isEmpty())
                    .limit(MOST_SOCKETS - all.size())
                    .forEach(socket -> all.add(SocketView.of(socket, namespace.name())));
        });
        return all;
    }
}
