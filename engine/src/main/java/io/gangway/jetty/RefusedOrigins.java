package io.gangway.jetty;

import io.gangway.net.IpAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log which pages were refused, once for each origin, and what would let them in. Thread-safe. */
final class RefusedOrigins {
    private static final Logger log = LoggerFactory.getLogger(RefusedOrigins.class);

    private final FirstTimes origins = new FirstTimes();

    /** The request's Origin was refused; it is not {@linkplain OriginRule#isMalformed malformed}. */
    void tell(Request request, OriginRule rule, TrustedProxies proxies) {
        String whole = String.valueOf(request.getHeaders().get(HttpHeader.ORIGIN));
        String origin = ClientText.of(whole);
        FirstTimes.Time time = origins.of(origin);
        if (time == FirstTimes.Time.AGAIN) {
            log.debug("pages of the origin {} are refused with 403; allowed: {}", origin, rule);
            return;
        }
        log.warn("pages of the origin {} are refused with 403: {}", origin, remedy(whole, request, proxies));
        if (time == FirstTimes.Time.LAST_FIRST) {
            log.warn("{} refused origins have been logged, further ones will be at level DEBUG", FirstTimes.MOST);
        }
    }

    private static String remedy(String origin, Request request, TrustedProxies proxies) {
        if (!OriginRule.isOrigin(origin) || !origin.equals(ClientText.of(origin))) {
            return "that is no origin of a page";
        }
        if (origin.equals(OriginRule.NULL)) {
            return "pages of files, sandboxed frames and some redirects have it; if such pages may connect,"
                    + " allowOrigins(\"null\") on the builder";
        }
        String allow = "allowOrigins(\"" + origin + "\") on the builder";
        IpAddress peer = TrustedProxies.peer(request);
        if (peer != null
                && !proxies.trusts(peer)
                && OriginRule.isSameHost(
                        origin, proxies.forwarded(request, peer).authorities())) {
            return "the request comes from " + peer
                    + ", which says that it forwards for that host; if that is a proxy of yours,"
                    + " http(http -> http.trustProxies(\"" + peer + "\")), else, if such pages may connect, " + allow;
        }
        return "the request asks for " + hosts(proxies.authorities(request)) + "; if such pages may connect, " + allow
                + "; if a proxy changed the host, have it send X-Forwarded-Host, and name it by http(http -> http.trustProxies(..))";
    }

    private static String hosts(List<String> authorities) {
        return authorities.isEmpty() ? "no host" : "host " + ClientText.of(authorities.get(0));
    }
}
