package io.gangway.admin;

import io.gangway.Handshake;
import io.gangway.Preview;
import io.gangway.RemoteSocket;
import io.gangway.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sockets as the page shows them: without anything with which a client could be impersonated. */
final class SocketView {
    /** How many characters are shown of a socket's data, and of an event's arguments. */
    static final int MOST_CHARACTERS = 2000;

    private static final int MOST_HEADERS = 4000;
    private static final int MOST_ROOMS = 1000;
    private static final int SHOWN_OF_ID = 12;

    private SocketView() {}

    static Map<String, @Nullable Object> of(Socket socket, Collection<String> rooms) {
        return of(
                socket.id(),
                socket.namespace().name(),
                socket.connectionId(),
                Optional.of(socket.transport()),
                data(socket),
                socket.handshake(),
                rooms);
    }

    static Map<String, @Nullable Object> of(RemoteSocket socket, String namespace) {
        return of(
                socket.id(),
                namespace,
                socket.connectionId().orElseGet(() -> unknown(socket.id())),
                socket.transport(),
                data(socket.data(Object.class)),
                socket.handshake(),
                socket.rooms());
    }

    /** What the application shares of the socket. */
    static Object data(Socket socket) {
        return data(socket.findShared(Object.class));
    }

    private static Object data(Optional<Object> shared) {
        Object shown = Preview.of(shared.orElse(null), MOST_CHARACTERS);
        return shown == null ? Map.of() : shown;
    }

    /** The page groups sockets by their connections: each of those that are not known stands for itself. */
    private static String unknown(String id) {
        return id.substring(0, Math.min(SHOWN_OF_ID, id.length()));
    }

    private static Map<String, @Nullable Object> of(
            String id,
            String namespace,
            String connectionId,
            Optional<String> transport,
            Object data,
            Handshake handshake,
            Collection<String> rooms) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", id);
        view.put("clientId", connectionId);
        view.put("transport", transport.orElse(null));
        view.put("nsp", namespace);
        view.put("data", data);
        view.put("handshake", of(handshake.withoutSecrets()));
        view.put("rooms", rooms.stream().limit(MOST_ROOMS).toList());
        return view;
    }

    private static Map<String, @Nullable Object> of(Handshake handshake) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("address", handshake.address());
        view.put("headers", Preview.of(handshake.headers(), MOST_HEADERS));
        view.put("query", Preview.of(handshake.query(), MOST_HEADERS));
        view.put("issued", handshake.time().toEpochMilli());
        view.put("secure", handshake.secure());
        view.put("time", handshake.time().toString());
        view.put("url", Preview.of(handshake.url(), MOST_HEADERS));
        view.put("xdomain", handshake.header("origin").isPresent());
        return view;
    }

    /** The names of a client's events and rooms may be long. */
    static List<@Nullable Object> event(String name, List<@Nullable Object> arguments) {
        List<@Nullable Object> all = new ArrayList<>(arguments.size() + 1);
        all.add(Preview.of(name, 200));
        all.addAll(arguments);
        return all;
    }
}
