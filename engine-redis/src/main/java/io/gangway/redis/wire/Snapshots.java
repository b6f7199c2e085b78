package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.SocketSnapshot.Introduction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sockets in a response to fetchSockets, as Socket.IO for Node.js describes them. */
final class Snapshots {
    private Snapshots() {}

    static List<Map<String, Object>> write(List<SocketSnapshot> sockets) {
        List<Map<String, Object>> written = new ArrayList<>(sockets.size());
        for (SocketSnapshot socket : sockets) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("id", socket.id());
            fields.put("handshake", write(socket.handshake()));
            fields.put("rooms", socket.rooms());
            fields.put("data", socket.data());
            written.add(fields);
        }
        return written;
    }

    static boolean haveBinary(List<SocketSnapshot> sockets) {
        return sockets.stream().anyMatch(socket -> socket.data().hasBinary());
    }

    private static Map<String, Object> write(Introduction handshake) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("headers", handshake.headers());
        fields.put("time", JavaScriptDate.text(handshake.time()));
        fields.put("address", handshake.address());
        fields.put("xdomain", handshake.crossDomain());
        fields.put("secure", handshake.secure());
        fields.put("issued", handshake.time().toEpochMilli());
        fields.put("url", handshake.url());
        fields.put("query", handshake.query());
        fields.put("auth", handshake.auth());
        return fields;
    }

    /** @param data makes a payload of a socket's data */
    static List<SocketSnapshot> read(@Nullable Object sockets, Function<@Nullable Object, Payload> data)
            throws MalformedMessageException {
        if (!(sockets instanceof Collection<?> list)) {
            throw new MalformedMessageException("the field sockets is not a list");
        }
        List<SocketSnapshot> read = new ArrayList<>(list.size());
        for (Object each : list) {
            Fields socket = Fields.MapFields.of(each, "an element of sockets");
            Map<?, ?> handshake = socket.value("handshake") instanceof Map<?, ?> map ? map : Map.of();
            read.add(new SocketSnapshot(
                    socket.text("id"),
                    introduction(handshake),
                    socket.rooms("rooms"),
                    data.apply(socket.value("data"))));
        }
        return read;
    }

    /** Fields that are missing, or of another type, are empty. */
    private static Introduction introduction(Map<?, ?> handshake) {
        return new Introduction(
                texts(handshake.get("headers"), values -> String.join(", ", values)),
                texts(handshake.get("query"), values -> values.isEmpty() ? "" : values.get(0)),
                handshake.get("auth") instanceof Map<?, ?> auth ? named(auth) : Map.of(),
                text(handshake.get("address")),
                handshake.get("issued") instanceof Long millis ? Instant.ofEpochMilli(millis) : Instant.EPOCH,
                text(handshake.get("url")),
                Boolean.TRUE.equals(handshake.get("secure")),
                Boolean.TRUE.equals(handshake.get("xdomain")));
    }

    private static Map<String, @Nullable Object> named(Map<?, ?> map) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        map.forEach((name, value) -> named.put((String) name, value));
        return named;
    }

    /** @param several makes one value of several with one name */
    private static Map<String, String> texts(@Nullable Object value, Function<List<String>, String> several) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, one) -> {
                if (one instanceof List<?> list) {
                    texts.put(
                            (String) name,
                            several.apply(list.stream().map(Snapshots::text).toList()));
                } else if (one != null) {
                    texts.put((String) name, text(one));
                }
            });
        }
        return texts;
    }

    private static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Long || value instanceof Double || value instanceof Boolean
                ? PlainJson.write(value)
                : "";
    }
}
