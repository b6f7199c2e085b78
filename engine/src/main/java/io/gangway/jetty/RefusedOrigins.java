package io.gangway.jetty;

import io.gangway.net.IpAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs which origins were refused, once each, and how to allow them. Thread-safe. */
final class RefusedOrigins {
    private static final Logger log = LoggerFactory.getLogger(RefusedOrigins.class);

    private final FirstTimes origins = new FirstTimes();

    /** Logs that the request's Origin was refused; it is not {@linkplain OriginRule#isMalformed malformed}. */
    void tell(Request request, OriginRule rule, TrustedProxies proxies) {
        String whole = String.valueOf(request.getHeaders().get(HttpHeader.ORIGIN));
        String origin = ClientText.of(whole);
        FirstTimes.Time time = origins.of(origin);
        if (time == FirstTimes.Time.AGAIN) {
            log.debug("refused a page of origin {} with 403; allowed: {}", origin, rule);
            return;
        }
        log.warn("refused a page of origin {} with 403: {}", origin, remedy(whole, request, proxies));
        if (time == FirstTimes.Time.LAST_FIRST) {
            log.warn("{} refused origins have been logged; further ones are logged at level DEBUG", FirstTimes.MOST);
        }
    }

    private static String remedy(String origin, Request request, TrustedProxies proxies) {
        if (!OriginRule.isOrigin(origin) || !origin.equals(ClientText.of(origin))) {
            return "no page has such an origin";
        }
        if (origin.equals(OriginRule.NULL)) {
            return "files, sandboxed frames and some redirects have this origin; to let such pages connect, call "
                    + "allowOrigins(\"null\") on the engine's builder";
        }
        String allow = "allowOrigins(\"" + origin + "\") on the engine's builder";
        IpAddress peer = TrustedProxies.peer(request);
        if (peer != null
                && !proxies.trusts(peer)
                && OriginRule.isSameHost(
                        origin, proxies.forwarded(request, peer).authorities())) {
            return "the request comes from " + peer + ", which says that it forwards requests for that host; if "
                    + peer + " is your proxy, call http(http -> http.trustProxies(\"" + peer
                    + "\")), otherwise, to let such pages connect, call " + allow;
        }
        return "the request names " + hosts(proxies.authorities(request)) + "; to let such pages connect, call " + allow
                + "; if a proxy changed the host, configure it to send X-Forwarded-Host, and call"
                + " http(http -> http.trustProxies(..))";
    }

    private static String hosts(List<String> authorities) {
        return authorities.isEmpty() ? "no host" : "host " + ClientText.of(authorities.get(0));
    }
}
