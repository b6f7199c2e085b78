package io.gangway;

import io.gangway.protocol.MalformedPacketException;
import io.gangway.tasks.Mailbox;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One client's requests to join namespaces, and the namespaces that have expelled it. Thread-safe.
 *
 * <p>{@link Client} extends this class; they are one object, to save memory per client.
 */
abstract class NamespaceRequests {
    private static final AtomicIntegerFieldUpdater<NamespaceRequests> ROOM_NAMES =
            AtomicIntegerFieldUpdater.newUpdater(NamespaceRequests.class, "roomNames");

    private final Map<String, ConnectRequest> requests = new ConcurrentHashMap<>(2);

    /** The namespaces that expelled this client; null for most clients. */
    private volatile @Nullable Expelled expelled;

    /** The characters in the names of all rooms of the client's sockets. */
    private volatile int roomNames;

    /** How many namespaces one client may join. */
    abstract int maxNamespaces();

    /** The queue in which the client's events are handled, one at a time. */
    public abstract Mailbox mailbox();

    public int roomNames() {
        return roomNames;
    }

    public void addRoomNames(int characters) {
        if (characters != 0) {
            ROOM_NAMES.getAndAdd(this, characters);
        }
    }

    /** A new request to join a namespace. */
    ConnectRequest request(String namespace) throws MalformedPacketException {
        if (requests.size() >= maxNamespaces()) {
            throw new MalformedPacketException("more namespaces than one connection may join");
        }
        ConnectRequest request = new ConnectRequest(namespace);
        if (requests.putIfAbsent(namespace, request) != null) {
            throw new MalformedPacketException("a second CONNECT to one namespace");
        }
        Expelled forgiving = expelled;
        if (forgiving != null) {
            forgiving.remove(namespace);
        }
        return request;
    }

    /** The client's request to join this namespace; null if the application took the client out of it. */
    @Nullable
    ConnectRequest required(String namespace) throws MalformedPacketException {
        ConnectRequest request = requests.get(namespace);
        Expelled forgiving = expelled;
        if (request == null && (forgiving == null || !forgiving.contains(namespace))) {
            throw new MalformedPacketException("a packet for a namespace that the client has not joined");
        }
        return request;
    }

    /** Whether the client has joined this namespace, or asks to. */
    boolean hasRequest(String namespace) {
        return requests.containsKey(namespace);
    }

    /** The request whose socket this is; null if it has ended. */
    @Nullable
    ConnectRequest requestOf(Member socket) {
        ConnectRequest request = requests.get(socket.here().name());
        return request != null && request.socket() == socket ? request : null;
    }

    Collection<ConnectRequest> requests() {
        return requests.values();
    }

    /** The sockets that are there now, admitted or not. */
    List<Socket> sockets() {
        List<Socket> sockets = new ArrayList<>(1);
        for (ConnectRequest request : requests.values()) {
            Socket socket = request.socket();
            if (socket != null) {
                sockets.add(socket);
            }
        }
        return sockets;
    }

    /** What is under way for this client. */
    Work work() {
        return new Work(mailbox(), requests());
    }

    /** The requests that are there now, whatever ends meanwhile. */
    List<ConnectRequest> allRequests() {
        return List.copyOf(requests.values());
    }

    /** The namespaces of the requests, for the log. */
    String requestedNames() {
        return Quoted.of(requests.keySet().toString());
    }

    /** Ends a request and its socket, and tells the handlers in the connection's order; false if it had ended already. */
    boolean leave(ConnectRequest request, DisconnectReason reason) {
        boolean first = requests.remove(request.namespace(), request);
        request.end(reason, mailbox());
        return first;
    }

    void leaveAll(DisconnectReason reason) {
        for (ConnectRequest request : allRequests()) {
            leave(request, reason);
        }
    }

    /** The sockets leave whose sessions other nodes can give back: their client's connection is about to be closed. */
    void leaveAhead() {
        for (ConnectRequest request : allRequests()) {
            Socket socket = request.socket();
            if (socket != null && socket.isConnected() && socket.mayReturnElsewhere()) {
                forgive(request.namespace());
                leave(request, DisconnectReason.SERVER_SHUTDOWN);
            }
        }
    }

    /** Whether the request has not ended. */
    boolean holds(ConnectRequest request) {
        return requests.get(request.namespace()) == request;
    }

    /**
     * Drops packets for this namespace from now on. Must precede the removal of its request, or a packet between the
     * two would be a violation.
     */
    synchronized void forgive(String namespace) {
        Expelled known = expelled;
        if (known == null) {
            known = new Expelled(maxNamespaces());
            expelled = known;
        }
        known.add(namespace);
    }
}
