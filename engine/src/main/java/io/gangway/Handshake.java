package io.gangway;

import io.gangway.connection.UpgradeRequest;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's handshake: the HTTP request that opened its connection, and the auth payload with which it joined the
 * namespace.
 *
 * @param headers header names in lower case; several values of one name are joined with {@code ", "}
 * @param query the query parameters; if a name occurs several times, its first value
 * @param auth the payload with which the client joined this namespace, as plain Java values; empty if none
 * @param address the client's IP address, as forwarded by trusted proxies if any: {@code 192.0.2.1}, or in the form of
 *     RFC 5952 {@code 2001:db8::1}, without brackets and zone
 * @param time when the connection was opened
 * @param url the request's path and query
 * @param secure whether the client used TLS, to this server or to a trusted proxy
 * @param client how the client speaks to the engine; a handshake from another node is taken for Socket.IO's if it
 *     has Socket.IO's query parameter {@code EIO}
 */
public record Handshake(
        Map<String, String> headers,
        Map<String, String> query,
        Map<String, Object> auth,
        String address,
        Instant time,
        String url,
        boolean secure,
        ClientKind client) {
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
     * @param client see {@link #client()}
     */
    public Handshake {
        Objects.requireNonNull(client, "client");
        headers = Map.copyOf(headers);
        query = Map.copyOf(query);
        auth = auth.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(auth)); // may hold null
    }

    /**
     * The handshake of a Socket.IO client.
     *
     * @param headers see {@link #headers()}
     * @param query see {@link #query()}
     * @param auth see {@link #auth()}
     * @param address see {@link #address()}
     * @param time see {@link #time()}
     * @param url see {@link #url()}
     * @param secure see {@link #secure()}
     */
    public Handshake(
            Map<String, String> headers,
            Map<String, String> query,
            Map<String, Object> auth,
            String address,
            Instant time,
            String url,
            boolean secure) {
        this(headers, query, auth, address, time, url, secure, ClientKind.SOCKET_IO);
    }

    /** The handshake of a request whose kind only its query tells. */
    static Handshake of(UpgradeRequest request) {
        return of(request, Map.of(), kindIn(request.query()));
    }

    /** Socket.IO's requests have the parameter {@code EIO}. */
    static ClientKind kindIn(Map<String, String> query) {
        return query.containsKey("EIO") ? ClientKind.SOCKET_IO : ClientKind.PLAIN;
    }

    static Handshake of(UpgradeRequest request, Map<String, Object> auth, ClientKind client) {
        return new Handshake(
                request.headers(),
                request.query(),
                auth,
                request.remoteAddress(),
                request.time(),
                request.url(),
                request.secure(),
                client);
    }

    /**
     * {@return the auth payload's entry of this name, if it is a string}
     *
     * @param name the entry's name
     */
    public Optional<String> auth(String name) {
        @Nullable Object value = auth.get(name);
        return value instanceof String string ? Optional.of(string) : Optional.empty();
    }

    /**
     * {@return the header with this name, ignoring case}
     *
     * @param name the header's name
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * {@return this handshake without cookies, credentials, auth payload and the application's query parameters: what other
     * nodes see, unless {@link EngineBuilder#shareHandshake} says otherwise}
     */
    public Handshake withoutSecrets() {
        return SharedHandshake.withoutSecrets(this);
    }

    /** Shows the client's address, and nothing that could be a token. */
    @Override
    public String toString() {
        return "Handshake[" + address + ", " + time + (secure ? ", secure]" : "]");
    }
}
