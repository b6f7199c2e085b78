package io.gangway.jetty;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose pages may connect, over polling and over WebSocket alike, and what CORS tells their browsers of it. Immutable.
 *
 * <p>A request without an Origin comes from no page, and one of the same host from our own: both always pass. Which host that
 * is, proxies say that are trusted.
 */
public final class OriginRule {
    private static final Logger log = LoggerFactory.getLogger(OriginRule.class);

    /** IPv6 in brackets, or a name, without what URLs keep apart or escape: it can be quoted in the log. */
    private static final String HOST = "(\\[[0-9a-f:.]+]|[^/:?#@\\[\\]\\s*\"<>\\\\^`{|}%]+)";

    /** RFC 6454, section 6.2: scheme, host and perhaps a port. */
    private static final Pattern ORIGIN = Pattern.compile("([a-z][a-z0-9+.-]*)://" + HOST + "(?::([0-9]{1,5}))?");

    /**
     * RFC 9110, section 7.2, but in lower case. Jetty's HostPort has the log warn of each that is malformed, and clients may
     * send as many as they like.
     */
    private static final Pattern AUTHORITY = Pattern.compile(HOST + "(?::([0-9]{0,5}))?");

    private static final int HIGHEST_PORT = 65535;

    /** What a page has that is of no host: a file, a sandboxed frame. */
    static final String NULL = "null";

    /** Pages of these are of no host either; Android's web views say so of files. */
    private static final Set<String> WITHOUT_HOST = Set.of(NULL, "file://");

    /** What IDNA 2003, which is Java's, maps to other letters or to none, and IDNA 2008, which is the browsers', keeps. */
    private static final Pattern READ_OTHERWISE = Pattern.compile("[\u00df\u03c2\u200c\u200d]");

    private static final String ANY = "*";
    private static final String MAX_AGE_SECONDS = "600";

    private final Kind kind;
    private final Predicate<String> allowed;
    private final String description;
    private final boolean credentials;

    private enum Kind {
        /** CORS is off: nothing is said of it, and no foreign origin passes. */
        SAME_HOST,
        SOME,
        ANY
    }

    private OriginRule(Kind kind, Predicate<String> allowed, String description, boolean credentials) {
        if (kind == Kind.ANY && credentials) {
            throw new IllegalArgumentException(
                    "Any origin may connect, and with credentials: then any page on the web could"
                            + " act for your users. Name the origins you trust, as in allowOrigins(\"https://example.com\").");
        }
        this.kind = kind;
        this.allowed = allowed;
        this.description = description;
        this.credentials = credentials;
    }

    /** No foreign origins. */
    public static OriginRule sameHost() {
        return new OriginRule(Kind.SAME_HOST, origin -> false, "none", false);
    }

    /** Every origin. */
    public static OriginRule any() {
        return new OriginRule(Kind.ANY, origin -> true, "any", false);
    }

    /** The origins that match, as a whole. */
    public static OriginRule matching(Pattern pattern) {
        return new OriginRule(Kind.SOME, origin -> pattern.matcher(origin).matches(), pattern.pattern(), false);
    }

    /**
     * These origins, such as {@code https://example.com}, {@code null} or {@code file://}; {@code *} stands for every origin.
     */
    public static OriginRule of(List<String> origins) {
        if (origins.contains(ANY)) {
            return any();
        }
        Set<String> set = origins.stream().map(OriginRule::checked).collect(Collectors.toUnmodifiableSet());
        return new OriginRule(Kind.SOME, origin -> isIn(set, origin), String.valueOf(origins), false);
    }

    /** Who is no browser may write the default port too. */
    private static boolean isIn(Set<String> set, String origin) {
        if (set.contains(origin)) {
            return true;
        }
        String uniform = uniform(origin);
        return uniform != null && set.contains(uniform);
    }

    private static String checked(String origin) {
        String uniform = uniform(origin);
        if (uniform == null) {
            throw new IllegalArgumentException(
                    "\"" + origin + "\" is not an origin: expected a scheme, a host and perhaps a"
                            + " port, as in \"https://example.com:8443\", without a path or a slash at the end;"
                            + " for many hosts use a Pattern, for all of them \"*\","
                            + " for pages that are files \"null\" and \"file://\"");
        }
        return uniform;
    }

    /** The one form of an origin: as browsers send it, in lower case, without the default port; null if it is none. */
    private static @Nullable String uniform(String origin) {
        if (WITHOUT_HOST.contains(origin)) {
            return origin;
        }
        var parts = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return null;
        }
        int unsaid = defaultPort(parts.group(1));
        int port = port(parts.group(3), unsaid);
        if (port > HIGHEST_PORT) {
            return null;
        }
        return parts.group(1) + "://" + inAscii(parts.group(2)) + (port == unsaid ? "" : ":" + port);
    }

    private static int port(@Nullable String digits, int unsaid) {
        return digits == null || digits.isEmpty() ? unsaid : Integer.parseInt(digits);
    }

    /** Browsers send punycode, whatever stands in their address line. */
    private static String inAscii(String host) {
        if (isVisibleAscii(host)) {
            return host;
        }
        try {
            // Java makes "ss" of a sharp s, browsers do not: that would be the host of somebody else.
            if (READ_OTHERWISE.matcher(host).find()) {
                throw new IllegalArgumentException("read in two ways");
            }
            return IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException unsure) {
            throw new IllegalArgumentException(
                    "the host \"" + HttpSettings.visible(host)
                            + "\" has characters whose punycode is not certain: write it as"
                            + " the browser sends it, as in \"https://xn--bcher-kva.example\"",
                    unsure);
        }
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> -1;
        };
    }

    /** These origins, and those of the other rule. */
    public OriginRule or(OriginRule other) {
        Kind wider = kind.compareTo(other.kind) >= 0 ? kind : other.kind;
        String both = kind == Kind.SAME_HOST ? other.description : description + " or " + other.description;
        return new OriginRule(wider, allowed.or(other.allowed), both, credentials || other.credentials);
    }

    /** The same origins, whose pages may send cookies and HTTP authentication along. */
    public OriginRule withCredentials() {
        if (kind == Kind.SOME && allowed.test(NULL)) {
            log.warn(
                    "the origin \"null\" may connect with credentials (allowed: {}): any page on the web can have it, by a"
                            + " sandboxed frame, and act for your users; cookies should be SameSite at least",
                    description);
        }
        return new OriginRule(kind, allowed, description, true);
    }

    /** Whether CORS is spoken at all. */
    boolean isConfigured() {
        return kind != Kind.SAME_HOST;
    }

    boolean allows(Request request, TrustedProxies proxies) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        return origin == null || allowed.test(origin) || isSameHost(origin, proxies.authorities(request));
    }

    /** Whether an Origin is nothing that a browser would send. */
    static boolean isMalformed(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        return origin != null && !isVisibleAscii(origin);
    }

    static boolean isVisibleAscii(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Whether a page may have this origin, so that it can be allowed by name. */
    static boolean isOrigin(String origin) {
        return uniform(origin) != null;
    }

    /**
     * Whether the page is of the host that the client asked for, by one of these names. The scheme may differ: TLS often ends
     * before us. So the port that goes unsaid is that of the Origin's scheme.
     */
    static boolean isSameHost(String origin, List<String> authorities) {
        var page = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
        if (!page.matches()) {
            return false;
        }
        int unsaid = defaultPort(page.group(1));
        int port = port(page.group(3), unsaid);
        return port <= HIGHEST_PORT
                && authorities.stream().anyMatch(authority -> names(authority, page.group(2), port, unsaid));
    }

    private static boolean names(String authority, String host, int port, int unsaid) {
        var parts = AUTHORITY.matcher(authority.toLowerCase(Locale.ROOT));
        return parts.matches() && parts.group(1).equals(host) && port(parts.group(2), unsaid) == port;
    }

    /** Adds what every response of ours says to the browser, refusals too. */
    void addHeaders(Request request, HttpFields.Mutable headers) {
        if (!isConfigured()) {
            return;
        }
        if (kind == Kind.ANY) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
            return;
        }
        headers.add(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && allowed.test(origin)) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if (credentials) {
                headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            }
        }
    }

    /** Whether the browser asks in advance: Fetch standard, "CORS-preflight request". */
    static boolean isPreflight(Request request) {
        return HttpMethod.OPTIONS.is(request.getMethod());
    }

    /** Adds the answer to a preflight of an allowed origin. */
    void addPreflightHeaders(Request request, HttpFields.Mutable headers) {
        headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
        String requested = request.getHeaders().get(HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS);
        if (requested != null) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, requested);
            headers.add(HttpHeader.VARY, HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS.asString());
        }
        headers.put(HttpHeader.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    }

    /** The allowed origins, for the log. */
    @Override
    public String toString() {
        return description;
    }
}
