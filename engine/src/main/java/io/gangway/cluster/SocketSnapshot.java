package io.gangway.cluster;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells of one of its sockets.
 *
 * @param rooms those it is in, that of its own id included
 * @param data what its application shares of it; JSON null if nothing
 */
public record SocketSnapshot(String id, Introduction handshake, Set<String> rooms, Payload data) {
    public SocketSnapshot {
        rooms = Set.copyOf(rooms);
    }

    /**
     * How the socket's client introduced itself, as far as its node tells.
     *
     * @param headers header names in lower case
     * @param auth plain Java values
     * @param time when the connection was opened
     * @param url the request's path and query
     * @param crossDomain whether the request came from a page of another origin
     */
    public record Introduction(
            Map<String, String> headers,
            Map<String, String> query,
            Map<String, @Nullable Object> auth,
            String address,
            Instant time,
            String url,
            boolean secure,
            boolean crossDomain) {
        public Introduction {
            headers = Map.copyOf(headers);
            query = Map.copyOf(query);
            auth = Collections.unmodifiableMap(new LinkedHashMap<>(auth)); // may hold null
        }
    }
}
