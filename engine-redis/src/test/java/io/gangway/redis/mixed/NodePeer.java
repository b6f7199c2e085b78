package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Node.js server: socket.io with one of the Redis adapters. */
final class NodePeer implements Peer {
    private final NodePeers process;
    private final String name;
    private final int port;
    private final String parser;
    private final BlockingQueue<ServerEvent> heard = new LinkedBlockingQueue<>();

    NodePeer(NodePeers process, String name, int port, String parser) {
        this.process = process;
        this.name = name;
        this.port = port;
        this.parser = parser;
    }

    /** The package of the server's parser; {@code ""} for JSON. */
    String parser() {
        return parser;
    }

    void heard(String namespace, String event, List<?> arguments) {
        heard.add(new ServerEvent(namespace, event, RealClient.shown(arguments)));
    }

    @Override
    public Kind kind() {
        return Kind.NODE;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void emit(Scope scope, String event, @Nullable Object... arguments) {
        call("emit", scope, event(event, arguments));
    }

    @Override
    public Gathered emitWithAck(Scope scope, String event, @Nullable Object... arguments) {
        return gathered(call("emitWithAck", scope, event(event, arguments)));
    }

    @Override
    public void socketsJoin(Scope scope, Object... rooms) {
        call("socketsJoin", scope, Map.of("names", rooms));
    }

    @Override
    public void socketsLeave(Scope scope, Object... rooms) {
        call("socketsLeave", scope, Map.of("names", rooms));
    }

    @Override
    public void disconnectSockets(Scope scope) {
        call("disconnectSockets", scope, Map.of("close", false));
    }

    @Override
    public void closeConnections(Scope scope) {
        call("disconnectSockets", scope, Map.of("close", true));
    }

    @Override
    public List<Fetched> fetchSockets(Scope scope) {
        List<Fetched> sockets = new ArrayList<>();
        Object answer = call("fetchSockets", scope, Map.of());
        assertNotNull(answer);
        for (Object socket : (List<?>) answer) {
            Map<?, ?> properties = (Map<?, ?>) socket;
            Set<String> rooms = new HashSet<>();
            ((List<?>) properties.get("rooms")).forEach(room -> rooms.add(String.valueOf(room)));
            Map<String, @Nullable Object> handshake = new HashMap<>();
            ((Map<?, ?>) properties.get("handshake")).forEach((key, value) -> handshake.put((String) key, value));
            sockets.add(new Fetched((String) properties.get("id"), rooms, properties.get("data"), handshake));
        }
        return sockets;
    }

    @Override
    public void join(String namespace, String socket, String... rooms) {
        call("join", Scope.of(namespace).from(socket), Map.of("names", rooms));
    }

    @Override
    public void share(String namespace, String socket, Object data) {
        Map<String, @Nullable Object> more = new HashMap<>();
        more.put("data", PlainValues.encoded(data));
        call("share", Scope.of(namespace).from(socket), more);
    }

    @Override
    public void remoteEmit(String namespace, String socket, String event, @Nullable Object... arguments) {
        call("remoteEmit", Scope.of(namespace).from(socket), event(event, arguments));
    }

    @Override
    public @Nullable Object remoteEmitWithAck(
            String namespace, String socket, Duration timeout, String event, @Nullable Object... arguments) {
        return call("remoteEmitWithAck", Scope.of(namespace).from(socket).timeout(timeout), event(event, arguments));
    }

    @Override
    public void remoteJoin(String namespace, String socket, String... rooms) {
        call("remoteJoin", Scope.of(namespace).from(socket), Map.of("names", rooms));
    }

    @Override
    public void remoteLeave(String namespace, String socket, String room) {
        call("remoteLeave", Scope.of(namespace).from(socket), Map.of("names", List.of(room)));
    }

    @Override
    public void remoteDisconnect(String namespace, String socket) {
        call("remoteDisconnect", Scope.of(namespace).from(socket), Map.of("close", false));
    }

    @Override
    public void serverSideEmit(String namespace, String event, @Nullable Object... arguments) {
        call("serverSideEmit", Scope.of(namespace), event(event, arguments));
    }

    @Override
    public Gathered serverSideEmitWithAck(String namespace, String event, @Nullable Object... arguments) {
        return gathered(call("serverSideEmitWithAck", Scope.of(namespace), event(event, arguments)));
    }

    @Override
    public ServerEvent nextServerEvent() {
        try {
            ServerEvent next = heard.poll(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertNotNull(next, name + " heard nothing within " + WireClient.PATIENCE);
            return next;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public boolean hasHeardAll() {
        return heard.isEmpty();
    }

    @Override
    public int serverCount(String namespace) {
        Object count = call("serverCount", Scope.of(namespace), Map.of());
        assertNotNull(count);
        return ((Long) count).intValue();
    }

    @Override
    public Set<String> allRooms(String namespace) {
        Object rooms = call("allRooms", Scope.of(namespace), Map.of());
        assertNotNull(rooms);
        Set<String> names = new HashSet<>();
        ((List<?>) rooms).forEach(room -> names.add(String.valueOf(room)));
        return names;
    }

    @Override
    public void close() {
        process.call("close", Map.of("server", name));
    }

    private static Map<String, Object> event(String event, @Nullable Object... arguments) {
        return Map.of("event", event, "values", PlainValues.encoded(arguments));
    }

    private static Gathered gathered(@Nullable Object answer) {
        assertNotNull(answer);
        Map<?, ?> replies = (Map<?, ?>) answer;
        return new Gathered(
                RealClient.shown((List<?>) replies.get("received")), String.valueOf(replies.get("failure")));
    }

    private @Nullable Object call(String what, Scope scope, Map<String, ?> more) {
        return process.call(what, Map.of("server", name), scope, more);
    }

    @Override
    public String toString() {
        return name;
    }
}
