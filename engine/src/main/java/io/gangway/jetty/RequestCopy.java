package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Copies parts of a request, so that Jetty's own objects can be released. */
final class RequestCopy {
    /** Strings in every stock client's query, kept once instead of once per client. */
    private static final Map<String, String> COMMON = List.of("EIO", "4", "transport", "websocket", "polling").stream()
            .collect(Collectors.toUnmodifiableMap(text -> text, text -> text));

    private RequestCopy() {}

    static UpgradeRequest of(Request request, Map<String, String> query, TrustedProxies proxies) {
        Arrival arrival = proxies.arrival(request);
        return new UpgradeRequest(
                request.getHttpURI().getPathQuery(),
                headers(request),
                query,
                arrival.address(),
                arrival.secure(),
                Instant.now());
    }

    private static Map<String, String> headers(Request request) {
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            String name = field.getLowerCaseName();
            // HTTP/2 may split a cookie header at its semicolons: RFC 6265, section 5.4, and RFC 9113, section 8.2.3.
            String separator = name.equals("cookie") ? "; " : ", ";
            String value = field.getValue() == null ? "" : field.getValue();
            headers.merge(name, value, (former, further) -> former + separator + further);
        }
        return headers;
    }

    /** The decoded parameters of a query, the first of each name; null if an escape is malformed. */
    static @Nullable Map<String, String> query(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            try {
                int begin = 0;
                for (int end = query.indexOf('&'); end >= 0; end = query.indexOf('&', begin)) {
                    put(parameters, query.substring(begin, end));
                    begin = end + 1;
                }
                put(parameters, query.substring(begin));
            } catch (IllegalArgumentException malformed) {
                return null;
            }
        }
        return parameters;
    }

    private static void put(Map<String, String> parameters, String part) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        if (!part.isEmpty()) {
            parameters.putIfAbsent(decode(name), decode(value));
        }
    }

    private static String decode(String encoded) {
        String text = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        return COMMON.getOrDefault(text, text);
    }
}
