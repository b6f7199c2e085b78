package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import io.gangway.cluster.StoredSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session of a client that is away, as {@code @socket.io/redis-streams-adapter} keeps it in Redis: base64 of
 * {@code {sid, pid, rooms, data}} in MessagePack.
 *
 * <p>A Node.js server restores these four fields and writes them again; others it drops. So {@code start}, {@code left} and
 * {@code changes}, which are right for this absence only, are fields beside them, and the user, to whom the session stays bound,
 * stands in the data.
 */
public final class SessionFormat {
    /** How many characters a session takes at most. */
    public static final int MAX_LENGTH = 1 << 20;

    private static final int MAX_ID_LENGTH = 256;
    /** The field of the data that is Gangway's own. */
    private static final String OWN = "_gangway";

    private SessionFormat() {}

    /**
     * Writes a session.
     *
     * @throws IllegalArgumentException if a value is not plain, or the session takes more than {@link #MAX_LENGTH}
     */
    public static String write(StoredSession session) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("sid", session.id());
        fields.put("pid", session.privateId());
        fields.put("rooms", session.rooms());
        fields.put("data", data(session));
        session.user().filter(String::isEmpty).ifPresent(nobody -> fields.put("user", nobody));
        session.start().ifPresent(offset -> fields.put("start", offset));
        session.left().ifPresent(offset -> fields.put("left", offset));
        if (!session.changes().isEmpty()) {
            fields.put(
                    "changes",
                    session.changes().stream()
                            .map(change -> List.of(change.offset(), change.room(), change.joined()))
                            .toList());
        }
        byte[] bytes = MessagePackWriter.write(fields);
        if (bytes.length > MAX_LENGTH / 4 * 3) {
            throw new IllegalArgumentException("the session of socket " + session.id() + " takes " + bytes.length
                    + " bytes, and at most " + MAX_LENGTH / 4 * 3
                    + " are kept; share less data, or join fewer rooms");
        }
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static @Nullable Object data(StoredSession session) {
        Object data = session.data().value();
        String user = session.user().orElse("");
        if (user.isEmpty()) {
            return data;
        }
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        own.put("user", user);
        Map<String, @Nullable Object> bound = new LinkedHashMap<>();
        if (data instanceof Map<?, ?> map) {
            map.forEach((name, value) -> bound.put(PlainValues.name(name), value));
        } else {
            own.put("data", data);
        }
        bound.put(OWN, own);
        return bound;
    }

    /**
     * Reads what is kept under a private id.
     *
     * @throws MalformedMessageException if it is not the session of this private id
     */
    public static StoredSession read(String privateId, String text) throws MalformedMessageException {
        if (text.length() > MAX_LENGTH) {
            throw new MalformedMessageException("the session takes more than " + MAX_LENGTH + " characters");
        }
        Fields session = Fields.MapFields.of(MessagePackReader.read(decoded(text)), "the session");
        if (!session.text("pid").equals(privateId)) {
            throw new MalformedMessageException("the session has another private id than its key");
        }
        String id = session.text("sid");
        if (id.length() > MAX_ID_LENGTH) {
            throw new MalformedMessageException("the session's id is longer than " + MAX_ID_LENGTH + " characters");
        }
        Object data = session.value("data");
        Optional<String> user = user(session, "user");
        if (data instanceof Map<?, ?> map && map.get(OWN) instanceof Map<?, ?> own) {
            user = user(new Fields.MapFields(own), "user");
            data = own.containsKey("data") ? own.get("data") : without(map);
        }
        return new StoredSession(
                privateId,
                id,
                session.rooms("rooms"),
                new Kept(new ValuePayload(data), text),
                user,
                offset(session, "start"),
                offset(session, "left"),
                changes(session));
    }

    private static List<StoredSession.Change> changes(Fields session) throws MalformedMessageException {
        List<StoredSession.Change> changes = new ArrayList<>();
        if (session.has("changes") && session.value("changes") instanceof List<?> all) {
            for (Object each : all) {
                if (each instanceof List<?> change
                        && change.size() == 3
                        && change.get(0) instanceof String offset
                        && StreamOffset.isOne(offset)
                        && change.get(1) instanceof String room
                        && change.get(2) instanceof Boolean joined) {
                    changes.add(new StoredSession.Change(offset, room, joined));
                } else {
                    throw new MalformedMessageException("a change of the session's rooms is not one");
                }
            }
        }
        return changes;
    }

    private static byte[] decoded(String text) throws MalformedMessageException {
        try {
            return Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException notBase64) {
            throw new MalformedMessageException("the session is not base64", notBase64);
        }
    }

    private static Map<String, @Nullable Object> without(Map<?, ?> data) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>();
        data.forEach((name, value) -> rest.put((String) name, value));
        rest.remove(OWN);
        return rest;
    }

    private static Optional<String> user(Fields fields, String name) throws MalformedMessageException {
        return fields.has(name) ? Optional.of(fields.text(name, "")) : Optional.empty();
    }

    private static Optional<String> offset(Fields fields, String name) throws MalformedMessageException {
        if (!fields.has(name)) {
            return Optional.empty();
        }
        String offset = fields.text(name);
        if (!StreamOffset.isOne(offset)) {
            throw new MalformedMessageException("the field " + name + " of the session is not an offset");
        }
        return Optional.of(offset);
    }

    /** Exactly what is kept of a session that was {@link #read}; of another, what {@link #write} makes of it. */
    public static String text(StoredSession session) {
        return session.data() instanceof Kept kept ? kept.text : write(session);
    }

    /** A session's data, and the whole session as it is kept. */
    private static final class Kept implements Payload {
        private final Payload data;
        private final String text;

        Kept(Payload data, String text) {
            this.data = data;
            this.text = text;
        }

        @Override
        public boolean hasBinary() {
            return data.hasBinary();
        }

        @Override
        public String json() {
            return data.json();
        }

        @Override
        public @Nullable Object value() {
            return data.value();
        }

        @Override
        public String toString() {
            return data.toString();
        }
    }
}
