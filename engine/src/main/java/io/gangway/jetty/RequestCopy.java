package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import io.gangway.engineio.Query;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;

/** Copies parts of a request, so that Jetty's own objects can be released. */
final class RequestCopy {
    private RequestCopy() {}

    static UpgradeRequest of(Request request, Query query, TrustedProxies proxies) {
        Arrival arrival = proxies.arrival(request);
        return new UpgradeRequest(
                request.getHttpURI().getPathQuery(),
                headers(request),
                query.parameters(),
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
}
