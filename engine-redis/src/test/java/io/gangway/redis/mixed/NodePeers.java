package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.gangway.clients.NodeProcess;
import io.gangway.clients.WireClient;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A Node process with real Socket.IO servers, and emitters. */
final class NodePeers implements AutoCloseable {
    private final Map<String, NodePeer> peers = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<@Nullable Object>> calls = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final NodeProcess node = NodeProcess.start("peer.js", this::onLine);

    NodePeers() {
        node.ended().thenRun(() -> calls.values().forEach(call -> call.completeExceptionally(dead())));
    }

    boolean hasEnded() {
        return node.ended().isDone();
    }

    private AssertionError dead() {
        return new AssertionError("the Node servers' process " + node.pid() + " has ended with exit code "
                + node.ended().join() + "; what it said stands on standard error");
    }

    /**
     * Starts a server.
     *
     * @param parser the package of the server's parser; {@code ""} for JSON
     */
    NodePeer start(String name, AdapterMode mode, String redisUrl, String parser) {
        return start(name, mode, redisUrl, parser, Map.of());
    }

    /**
     * Starts a server.
     *
     * @param parser the package of the server's parser; {@code ""} for JSON
     * @param engine its further options
     */
    NodePeer start(String name, AdapterMode mode, String redisUrl, String parser, Map<String, ?> engine) {
        return start(name, mode, redisUrl, parser, engine, "");
    }

    /** Starts a server with {@code instrument()}, whose sessions are in Redis: in development mode, named as the server. */
    NodePeer startAdministered(String name, AdapterMode mode, String redisUrl, String password) {
        return start(name, mode, redisUrl, "", Map.of(), password);
    }

    /** @param adminPassword {@code ""} for a server without administrators */
    private NodePeer start(
            String name,
            AdapterMode mode,
            String redisUrl,
            String parser,
            Map<String, ?> engine,
            String adminPassword) {
        Map<String, Object> command = new HashMap<>();
        command.put("server", name);
        command.put("redis", redisUrl);
        command.put("adapter", mode.adapter);
        command.put("options", mode.options);
        command.put("parser", parser);
        command.put("engine", engine);
        command.put("adminPassword", adminPassword);
        command.put("namespaces", Peer.NAMESPACES);
        command.put("pattern", Peer.ROOM_FOR_MORE);
        Object port = call("open", command);
        assertNotNull(port);
        NodePeer peer = new NodePeer(this, name, ((Long) port).intValue(), parser);
        peers.put(name, peer);
        return peer;
    }

    /** Has the process carry out a command, and waits for the answer. */
    @Nullable
    Object call(String what, Map<String, ?> more) {
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        long number = numbers.incrementAndGet();
        calls.put(number, answer);
        Map<String, @Nullable Object> command = new HashMap<>(more);
        command.put("do", what);
        command.put("call", number);
        try {
            node.send(command);
            return answer.get(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError(
                    what + " " + more + ": " + failed.getCause().getMessage(), failed.getCause());
        } catch (UncheckedIOException gone) {
            throw dead();
        } catch (TimeoutException late) {
            throw new AssertionError("Node has not answered within " + WireClient.PATIENCE + ": " + what + " " + more);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        } finally {
            calls.remove(number);
        }
    }

    /**
     * Has one of its servers or emitters do something for some sockets.
     *
     * @param who {@code server} or {@code emitter}, and its name
     */
    @Nullable
    Object call(String what, Map<String, String> who, Scope scope, Map<String, ?> more) {
        Map<String, @Nullable Object> command = new HashMap<>(more);
        command.putAll(who);
        command.put("namespace", scope.namespace());
        command.put("socket", scope.socket());
        command.put("rooms", scope.rooms());
        command.put("except", scope.except());
        command.put(
                "flags",
                scope.flags().stream()
                        .map(flag -> flag.name().toLowerCase(Locale.ROOT))
                        .toList());
        command.put("timeout", scope.timeout().toMillis());
        return call(what, command);
    }

    private void onLine(Map<String, @Nullable Object> line) {
        if (line.get("heard") instanceof String event) {
            NodePeer peer = peers.get(String.valueOf(line.get("server")));
            assertNotNull(peer);
            List<?> arguments = (List<?>) PlainValues.decoded(line.get("values"));
            peer.heard(String.valueOf(line.get("namespace")), event, arguments);
            return;
        }
        CompletableFuture<@Nullable Object> call = calls.get((Long) line.get("call"));
        if (call == null) {
            return; // its request has timed out
        }
        if (line.get("error") instanceof String error) {
            call.completeExceptionally(new AssertionError(error));
        } else {
            call.complete(PlainValues.decoded(line.get("answer")));
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
