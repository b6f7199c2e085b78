package io.gangway.connection;

import java.time.Instant;
import java.util.Map;

/**
 * The HTTP request that opened a connection, copied so that the request itself can go.
 *
 * @param url the path and query, as sent
 * @param headers header names in lower case; several values of one name are joined with {@code ", "}
 * @param query the decoded query parameters; of several values with one name, the first
 * @param remoteAddress the client's IP address, as {@link IpAddress} writes it; where a proxy is trusted the forwarded one
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
