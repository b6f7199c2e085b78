package io.gangway.connection;

import java.time.Instant;
import java.util.Map;

/**
 * A copy of the HTTP request that opened a connection, so that the request itself can be released.
 *
 * @param url the path and query, as sent
 * @param headers header names in lower case; several values of one name are joined with {@code ", "}
 * @param query the decoded query parameters; if a name occurs several times, its first value
 * @param remoteAddress the client's IP address, in the form of RFC 5952; the forwarded one where a proxy is trusted
 * @param secure whether the client's request came over TLS
 * @param time when the request arrived
 */
public record UpgradeRequest(
        String url,
        Map<String, String> headers,
        Map<String, String> query,
        String remoteAddress,
        boolean secure,
        Instant time) {
    public UpgradeRequest {
        headers = Map.copyOf(headers);
        query = Map.copyOf(query);
    }
}
