package io.gangway.admin;

import io.gangway.DisconnectReason;
import io.gangway.Event;
import io.gangway.Preview;
import io.gangway.Socket;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reports what happens to sockets, as the page expects it, while somebody watches. Thread-safe. */
final class Watcher {
    private static final int LONGEST_NAME = 200;

    private final String adminNamespace;
    private final Reports reports;
    private final Samples samples = new Samples(System::nanoTime);

    /** The rooms that the report of a connect has named, and that have not been told: the page would show them twice. */
    private final Map<Socket, Set<String>> named = new ConcurrentHashMap<>();

    Watcher(String adminNamespace, Reports reports) {
        this.adminNamespace = adminNamespace;
        this.reports = reports;
    }

    /** Nobody watches any more. */
    void forget() {
        named.clear();
    }

    /** Forgets the sockets that left while nobody watched, though somebody did before and does again. */
    void forgetGone() {
        named.keySet().removeIf(socket -> !socket.isConnected());
    }

    /** How many sockets have rooms that are named and not told. */
    int remembered() {
        return named.size();
    }

    void connected(Socket socket) {
        Set<String> rooms = socket.rooms();
        Set<String> others = new HashSet<>(rooms);
        others.remove(socket.id());
        if (!others.isEmpty()) {
            named.put(socket, others);
        }
        reports.add("socket_connected", SocketView.of(socket, rooms), now());
    }

    void upgraded(Socket socket) {
        updated(socket, "transport", socket.transport());
    }

    void shared(Socket socket) {
        updated(socket, "data", SocketView.data(socket));
    }

    private void updated(Socket socket, String what, Object value) {
        reports.add("socket_updated", Map.of("id", socket.id(), "nsp", namespace(socket), what, value));
    }

    void joined(Socket socket, String room) {
        if (!wasNamed(socket, room)) {
            reports.add("room_joined", namespace(socket), room, socket.id(), now());
        }
    }

    void left(Socket socket, String room) {
        boolean unused = wasNamed(socket, room);
        reports.add("room_left", namespace(socket), room, socket.id(), now());
    }

    private boolean wasNamed(Socket socket, String room) {
        boolean[] found = new boolean[1];
        named.computeIfPresent(socket, (key, rooms) -> {
            found[0] = rooms.remove(room);
            return rooms.isEmpty() ? null : rooms;
        });
        return found[0];
    }

    void disconnected(Socket socket, DisconnectReason reason) {
        named.remove(socket);
        reports.add("socket_disconnected", namespace(socket), socket.id(), reason.toString(), now());
    }

    void received(Event event) {
        report("event_received", event);
    }

    void sent(Event event) {
        report("event_sent", event);
    }

    private void report(String report, Event event) {
        String namespace = namespace(event.socket());
        if (!namespace.equals(adminNamespace) && samples.take()) {
            reports.add(report, namespace, event.socket().id(), shown(event), now());
        }
    }

    private static List<@Nullable Object> shown(Event event) {
        return SocketView.event(
                String.valueOf(Preview.of(event.name(), LONGEST_NAME)),
                Preview.of(event.arguments(), SocketView.MOST_CHARACTERS));
    }

    private static String namespace(Socket socket) {
        return socket.namespace().name();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
