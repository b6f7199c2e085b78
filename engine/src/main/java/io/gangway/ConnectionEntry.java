package io.gangway;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.gangway.cluster.Payload;
import io.gangway.protocol.MalformedPacketException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a socket's shared data in which servers tell each other what they show of its connection, as those of Node.js
 * with the Socket.IO Admin UI do: another place for it there is not. Applications do not see it.
 */
final class ConnectionEntry {
    private static final String NAME = "_admin";
    private static final String CONNECTION_ID = "clientId";
    private static final String TRANSPORT = "transport";

    private ConnectionEntry() {}

    /** The data with the entry; as they are if they have no entries at all, such as a text. */
    static Payload addTo(Payload data, String connectionId, String transport, Emissions emissions) {
        Map<String, String> entry = Map.of(CONNECTION_ID, connectionId, TRANSPORT, transport);
        if (data.hasBinary()) {
            return data.value() instanceof Map<?, ?> map ? payload(with(map, entry), emissions) : data;
        }
        String json = data.json();
        if (json.equals("null")) {
            return payload(Map.of(NAME, entry), emissions);
        }
        if (!json.startsWith("{")) {
            return data;
        }
        String member = payload(Map.of(NAME, entry), emissions).json();
        String open = member.substring(0, member.length() - 1);
        // Spliced, so that nothing of the application's data is read and written again.
        return payload(open + (json.equals("{}") ? "" : ",") + json.substring(1), emissions, data);
    }

    /** The data as the application shared them. */
    static Payload removeFrom(Payload data, Emissions emissions) {
        if (data.hasBinary()) {
            return data.value() instanceof Map<?, ?> map && map.containsKey(NAME)
                    ? payload(without(map), emissions)
                    : data;
        }
        if (!mayHaveEntry(data)) {
            return data;
        }
        try {
            JsonElement all = JsonParser.parseString(data.json());
            if (!all.isJsonObject() || all.getAsJsonObject().remove(NAME) == null) {
                return data;
            }
            return all.getAsJsonObject().isEmpty()
                    ? ElementsPayload.first(emissions.none())
                    : payload(all.toString(), emissions, data);
        } catch (JsonParseException malformed) {
            return data;
        }
    }

    /** The connection's id, or an empty text if its node does not tell. */
    static String connectionId(Payload data) {
        return find(data, CONNECTION_ID);
    }

    /** The connection's transport, or an empty text if its node does not tell. */
    static String transport(Payload data) {
        return find(data, TRANSPORT);
    }

    /** Most data have none, and need not be decoded to know it. */
    private static boolean mayHaveEntry(Payload data) {
        return data.hasBinary() || data.json().contains('"' + NAME + '"');
    }

    private static String find(Payload data, String name) {
        return mayHaveEntry(data)
                        && data.value() instanceof Map<?, ?> all
                        && all.get(NAME) instanceof Map<?, ?> entry
                        && entry.get(name) instanceof String text
                ? text
                : "";
    }

    private static Map<Object, @Nullable Object> with(Map<?, ?> data, Map<String, String> entry) {
        Map<Object, @Nullable Object> all = without(data);
        all.put(NAME, entry);
        return all;
    }

    private static Map<Object, @Nullable Object> without(Map<?, ?> data) {
        Map<Object, @Nullable Object> others = new LinkedHashMap<>(data);
        others.remove(NAME);
        return others;
    }

    private static Payload payload(Map<?, ?> data, Emissions emissions) {
        return ElementsPayload.first(emissions.elements(Collections.singletonList(data)));
    }

    /** The text as a payload; {@code otherwise} if it is no JSON, of which whoever reads it is told. */
    private static Payload payload(String json, Emissions emissions, Payload otherwise) {
        try {
            return ElementsPayload.first(emissions.binding().value(json));
        } catch (MalformedPacketException malformed) {
            return otherwise;
        }
    }
}
