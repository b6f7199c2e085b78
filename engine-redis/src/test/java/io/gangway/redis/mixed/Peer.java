package io.gangway.redis.mixed;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One server of a cluster, in whichever language. Each call returns when the server has done it, or has the answer.
 *
 * <p>A socket joins the rooms in its {@code auth.rooms}, a JSON array in a string. The server hears the server events
 * {@code news} and {@code question}, and answers this one with its name and the arguments. Values are plain Java, and
 * Instant.
 */
interface Peer extends AutoCloseable {
    /** The language of the server. */
    enum Kind {
        NODE,
        JAVA
    }

    /** Those of the servers' namespaces that are always there. */
    List<String> NAMESPACES = List.of("/", "/admin", "/[ab]*", "/listeners");

    /** Namespaces with such names are there on a server while it has sockets in them. */
    String ROOM_FOR_MORE = "^/dynamic-[0-9]+$";

    /**
     * The answers to a request to many.
     *
     * @param failure why answers are missing; {@code ""} if none is
     */
    record Gathered(List<@Nullable Object> received, String failure) {}

    /** A socket as the cluster describes it. */
    record Fetched(String id, Set<String> rooms, @Nullable Object data, Map<String, @Nullable Object> handshake) {}

    /** A server event that was received. */
    record ServerEvent(String namespace, String name, List<@Nullable Object> arguments) {}

    Kind kind();

    /** Unlike those of the other servers. */
    String name();

    int port();

    // ---- for many sockets

    void emit(Scope scope, String event, @Nullable Object... arguments);

    /** Emits with acks, for as long as the scope says; returns the first value of each. */
    Gathered emitWithAck(Scope scope, String event, @Nullable Object... arguments);

    void socketsJoin(Scope scope, Object... rooms);

    void socketsLeave(Scope scope, Object... rooms);

    /** Disconnects sockets from their namespace. */
    void disconnectSockets(Scope scope);

    /** Closes the connections of sockets. */
    void closeConnections(Scope scope);

    List<Fetched> fetchSockets(Scope scope);

    // ---- for a socket of this server

    void join(String namespace, String socket, String... rooms);

    /** Sets the data of a socket that the cluster sees. */
    void share(String namespace, String socket, Object data);

    // ---- for a socket that may be on any server

    void remoteEmit(String namespace, String socket, String event, @Nullable Object... arguments);

    @Nullable
    Object remoteEmitWithAck(
            String namespace, String socket, Duration timeout, String event, @Nullable Object... arguments);

    void remoteJoin(String namespace, String socket, String... rooms);

    void remoteLeave(String namespace, String socket, String room);

    void remoteDisconnect(String namespace, String socket);

    // ---- for the servers

    void serverSideEmit(String namespace, String event, @Nullable Object... arguments);

    Gathered serverSideEmitWithAck(String namespace, String event, @Nullable Object... arguments);

    /** Waits for the next server event. */
    ServerEvent nextServerEvent();

    /** Whether no server event is left to take. */
    boolean hasHeardAll();

    int serverCount(String namespace);

    Set<String> allRooms(String namespace);

    @Override
    void close();
}
