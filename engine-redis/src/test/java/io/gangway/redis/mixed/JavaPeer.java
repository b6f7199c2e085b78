package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.google.gson.Gson;
import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.BroadcastOperator;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Handshake;
import io.gangway.Namespace;
import io.gangway.NamespaceBuilder;
import io.gangway.PartialResultException;
import io.gangway.RemoteSocket;
import io.gangway.Replies;
import io.gangway.Socket;
import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import io.gangway.redis.RedisCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A Java server: an engine with a Redis cluster. */
final class JavaPeer implements Peer {
    /** Opens onto the main namespace; a plain WebSocket names its rooms in the query. */
    static final String PLAIN_ROUTE = "/ws";

    private final String name;
    private final Engine engine;
    private final BlockingQueue<ServerEvent> heard = new LinkedBlockingQueue<>();
    private final NumberedTraces traces = new NumberedTraces();

    private JavaPeer(String name, RedisCluster cluster, UnaryOperator<EngineBuilder> more) {
        this.name = name;
        EngineBuilder builder = more.apply(Engine.builder()
                .port(0)
                .cluster(cluster)
                .clusterTracing(traces)
                .shareHandshake(handshake -> handshake)
                .plainWebSocket(PLAIN_ROUTE, "/"));
        for (String namespace : NAMESPACES) {
            builder.namespace(namespace, sockets -> furnish(namespace, sockets));
        }
        this.engine = builder.namespaces(Pattern.compile(ROOM_FOR_MORE), sockets -> furnish(ROOM_FOR_MORE, sockets))
                .start();
        cluster.awaitUp(WireClient.PATIENCE);
    }

    static JavaPeer start(String name, RedisCluster cluster) {
        return start(name, cluster, builder -> builder);
    }

    /** @param more further choices */
    static JavaPeer start(String name, RedisCluster cluster, UnaryOperator<EngineBuilder> more) {
        return new JavaPeer(name, cluster, more);
    }

    private void furnish(String namespace, NamespaceBuilder sockets) {
        sockets.onConnect(socket -> socket.join(new Gson().fromJson(rooms(socket.handshake()), String[].class)))
                .on("ready", (socket, arguments) -> Ack.empty())
                .on("relay", (socket, arguments) -> {
                    socket.to("room").emit("relayed", arguments);
                    return Ack.of(arguments);
                })
                .onServerEvent("news", arguments -> {
                    heard(namespace, "news", arguments);
                    return Ack.empty();
                })
                .onServerEvent("question", arguments -> {
                    heard(namespace, "question", arguments);
                    List<@Nullable Object> answer = new ArrayList<>(List.of(name));
                    answer.addAll(arguments.values());
                    return Ack.of(answer);
                });
    }

    private static String rooms(Handshake handshake) {
        return handshake.auth("rooms").orElseGet(() -> handshake.query().getOrDefault("rooms", "[]"));
    }

    private void heard(String namespace, String event, Arguments arguments) {
        heard.add(new ServerEvent(namespace, event, RealClient.shown(arguments.values())));
    }

    /** The traces of what it emits and delivers; all its events have one. */
    NumberedTraces traces() {
        return traces;
    }

    @Override
    public Kind kind() {
        return Kind.JAVA;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int port() {
        return engine.port();
    }

    @Override
    public void emit(Scope scope, String event, @Nullable Object... arguments) {
        operator(scope).emit(event, arguments);
    }

    @Override
    public Gathered emitWithAck(Scope scope, String event, @Nullable Object... arguments) {
        Replies replies = done(operator(scope).emitWithAck(event, arguments));
        return new Gathered(firstOfEach(replies.received()), replies.isComplete() ? "" : replies.toString());
    }

    @Override
    public void socketsJoin(Scope scope, Object... rooms) {
        operator(scope).socketsJoin(names(List.of(rooms)));
    }

    @Override
    public void socketsLeave(Scope scope, Object... rooms) {
        operator(scope).socketsLeave(names(List.of(rooms)));
    }

    @Override
    public void disconnectSockets(Scope scope) {
        operator(scope).disconnectSockets();
    }

    @Override
    public void closeConnections(Scope scope) {
        operator(scope).closeConnections();
    }

    @Override
    public List<Fetched> fetchSockets(Scope scope) {
        List<Fetched> fetched = new ArrayList<>();
        for (RemoteSocket socket : done(operator(scope).fetchSockets())) {
            fetched.add(new Fetched(
                    socket.id(),
                    socket.rooms(),
                    socket.data(Object.class).orElse(null),
                    properties(socket.handshake())));
        }
        return fetched;
    }

    private static Map<String, @Nullable Object> properties(Handshake handshake) {
        Map<String, @Nullable Object> properties = new HashMap<>();
        properties.put("headers", handshake.headers());
        properties.put("query", handshake.query());
        properties.put("auth", handshake.auth());
        properties.put("address", handshake.address());
        properties.put("time", handshake.time());
        properties.put("url", handshake.url());
        properties.put("secure", handshake.secure());
        return properties;
    }

    @Override
    public void join(String namespace, String socket, String... rooms) {
        done(socket(namespace, socket).joinConfirmed(rooms));
    }

    @Override
    public void share(String namespace, String socket, Object data) {
        socket(namespace, socket).share(data);
    }

    @Override
    public void remoteEmit(String namespace, String socket, String event, @Nullable Object... arguments) {
        remote(namespace, socket).emit(event, arguments);
    }

    @Override
    public @Nullable Object remoteEmitWithAck(
            String namespace, String socket, Duration timeout, String event, @Nullable Object... arguments) {
        return done(remote(namespace, socket).emitWithAck(timeout, event, arguments))
                .values()
                .get(0);
    }

    @Override
    public void remoteJoin(String namespace, String socket, String... rooms) {
        remote(namespace, socket).join(rooms);
    }

    @Override
    public void remoteLeave(String namespace, String socket, String room) {
        remote(namespace, socket).leave(room);
    }

    @Override
    public void remoteDisconnect(String namespace, String socket) {
        remote(namespace, socket).disconnect();
    }

    @Override
    public void serverSideEmit(String namespace, String event, @Nullable Object... arguments) {
        engine.namespace(namespace).serverSideEmit(event, arguments);
    }

    @Override
    public Gathered serverSideEmitWithAck(String namespace, String event, @Nullable Object... arguments) {
        try {
            CompletableFuture<List<Arguments>> asked =
                    engine.namespace(namespace).serverSideEmitWithAck(event, arguments);
            return new Gathered(firstOfEach(asked.get(patience(), TimeUnit.MILLISECONDS)), "");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof PartialResultException partial) {
                return new Gathered(firstOfEach(partial.partial(Arguments.class)), partial.getMessage());
            }
            throw new AssertionError(failed);
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public ServerEvent nextServerEvent() {
        try {
            ServerEvent next = heard.poll(patience(), TimeUnit.MILLISECONDS);
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
        return done(engine.namespace(namespace).nodeCount());
    }

    @Override
    public Set<String> allRooms(String namespace) {
        return done(engine.namespace(namespace).allRooms());
    }

    @Override
    public void close() {
        engine.close();
    }

    private Socket socket(String namespace, String id) {
        return engine.namespace(namespace).socket(id).orElseThrow();
    }

    private RemoteSocket remote(String namespace, String id) {
        List<RemoteSocket> sockets = done(engine.namespace(namespace).to(id).fetchSockets());
        assertEquals(1, sockets.size(), "sockets with id " + id);
        return sockets.get(0);
    }

    private BroadcastOperator operator(Scope scope) {
        Namespace namespace = engine.namespace(scope.namespace());
        BroadcastOperator chosen = scope.socket().isEmpty()
                ? namespace.except()
                : socket(scope.namespace(), scope.socket()).broadcast();
        chosen = chosen.to(names(scope.rooms())).except(scope.except().toArray(String[]::new));
        for (Scope.Flag flag : scope.flags()) {
            chosen = switch (flag) {
                case VOLATILE -> chosen.lossy();
                case LOCAL -> chosen.local();
                case UNCOMPRESSED -> chosen; // nothing is ever compressed here
            };
        }
        return scope.timeout().isZero() ? chosen : chosen.timeout(scope.timeout());
    }

    private static String[] names(List<Object> rooms) {
        return rooms.stream().map(String::valueOf).toArray(String[]::new);
    }

    private static List<@Nullable Object> firstOfEach(List<Arguments> answers) {
        List<@Nullable Object> first = new ArrayList<>();
        answers.forEach(answer -> first.add(answer.values().get(0)));
        return RealClient.shown(first);
    }

    private static long patience() {
        return WireClient.PATIENCE.toMillis();
    }

    private static <T> T done(CompletableFuture<T> future) {
        try {
            return future.get(patience(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
