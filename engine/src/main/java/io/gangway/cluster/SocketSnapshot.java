package io.gangway.cluster;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells other nodes about one of its sockets.
 *
 * @param rooms the rooms it is in, including the one named after its id
 * @param data the data that its application shares; JSON null if none
 */
public record SocketSnapshot(String id, Introduction handshake, Set<String> rooms, Payload data) {
    /**
     * Refuses null, and copies collections.
     *
     * @param id see {@link #id()}
     * @param handshake see {@link #handshake()}
     * @param rooms see {@link #rooms()}
     * @param data see {@link #data()}
     */
    public SocketSnapshot {
        rooms = Set.copyOf(rooms);
    }

    /**
     * The client's handshake, as far as its node shares it.
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
        /**
         * Refuses null, and copies collections.
         *
         * @param headers see {@link #headers()}
         * @param query see {@link #query()}
         * @param auth see {@link #auth()}
         * @param address see {@link #address()}
         * @param time see {@link #time()}
         * @param url see {@link #url()}
         * @param secure see {@link #secure()}
         * @param crossDomain see {@link #crossDomain()}
         */
        public Introduction {
            headers = Map.copyOf(headers);
            query = Map.copyOf(query);
            auth = Collections.unmodifiableMap(new LinkedHashMap<>(auth)); // may hold null
        }
    }
}
