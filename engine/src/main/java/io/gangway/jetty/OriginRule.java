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
 * Decides which origins' pages may connect, over polling and WebSocket alike, and sends browsers the CORS headers.
 * Immutable.
 *
 * <p>A request without an Origin does not come from a page, and one from the same host comes from the server's own
 * page: both always pass. Behind a trusted proxy, the host is the one that the proxy forwards.
 */
public final class OriginRule {
    private static final Logger log = LoggerFactory.getLogger(OriginRule.class);

    /**
     * An IPv6 address in brackets, or a name without URL delimiters and escapes, so that it can be quoted in the log.
     */
    private static final String HOST = "(\\[[0-9a-f:.]+]|[^/:?#@\\[\\]\\s*\"<>\\\\^`{|}%]+)";

    /** RFC 6454, section 6.2: a scheme, a host and optionally a port. */
    private static final Pattern ORIGIN = Pattern.compile("([a-z][a-z0-9+.-]*)://" + HOST + "(?::([0-9]{1,5}))?");

    /**
     * RFC 9110, section 7.2, in lower case. Not Jetty's HostPort, which logs a warning for each malformed one: clients
     * could send any number of them.
     */
    private static final Pattern AUTHORITY = Pattern.compile(HOST + "(?::([0-9]{0,5}))?");

    private static final int HIGHEST_PORT = 65535;

    /** The origin of a page without a host, such as a file or a sandboxed frame. */
    static final String NULL = "null";

    /** Origins without a host; Android's web views send the second for files. */
    private static final Set<String> WITHOUT_HOST = Set.of(NULL, "file://");

    /** Characters that Java's IDNA 2003 replaces or drops, but the browsers' IDNA 2008 keeps. */
    private static final Pattern READ_OTHERWISE = Pattern.compile("[\u00df\u03c2\u200c\u200d]");

    private static final String ANY = "*";
    private static final String MAX_AGE_SECONDS = "600";

    private final Kind kind;
    private final Predicate<String> allowed;
    private final String description;
    private final boolean credentials;

    private enum Kind {
        /** CORS is off: no CORS headers are sent, and no foreign origin passes. */
        SAME_HOST,
        SOME,
        ANY
    }

    private OriginRule(Kind kind, Predicate<String> allowed, String description, boolean credentials) {
        if (kind == Kind.ANY && credentials) {
            throw new IllegalArgumentException(
                    "allowOrigins(\"*\") cannot be combined with allowCredentials(): any page on the web could act "
                            + "for your users. Name the origins you trust, as in allowOrigins(\"https://example.com\")");
        }
        this.kind = kind;
        this.allowed = allowed;
        this.description = description;
        this.credentials = credentials;
    }

    /** Allows no foreign origins. */
    public static OriginRule sameHost() {
        return new OriginRule(Kind.SAME_HOST, origin -> false, "none", false);
    }

    /** Allows every origin. */
    public static OriginRule any() {
        return new OriginRule(Kind.ANY, origin -> true, "any", false);
    }

    /** Allows origins that match the pattern as a whole. */
    public static OriginRule matching(Pattern pattern) {
        return new OriginRule(Kind.SOME, origin -> pattern.matcher(origin).matches(), pattern.pattern(), false);
    }

    /**
     * Allows these origins, such as {@code https://example.com}, {@code null} or {@code file://}; {@code *} allows
     * every origin.
     */
    public static OriginRule of(List<String> origins) {
        if (origins.contains(ANY)) {
            return any();
        }
        Set<String> set = origins.stream().map(OriginRule::checked).collect(Collectors.toUnmodifiableSet());
        return new OriginRule(Kind.SOME, origin -> isIn(set, origin), String.valueOf(origins), false);
    }

    /** Clients other than browsers may include the default port. */
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
            throw new IllegalArgumentException("\"" + origin
                    + "\" is not an origin: write a scheme, a host and, if needed, a port, such as"
                    + " \"https://example.com:8443\", without a path or a slash at the end"
                    + (origin.contains(ANY) ? "; for origins with a wildcard, call allowOrigins(Pattern)" : "")
                    + (origin.startsWith("file:") ? "; for pages in files, write \"null\" or \"file://\"" : ""));
        }
        return uniform;
    }

    /**
     * The canonical form of an origin, as browsers send it: in lower case, without the default port. Null if the text
     * is not an origin.
     */
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

    /** The host in punycode, which browsers send whatever their address bar shows. */
    private static String inAscii(String host) {
        if (isVisibleAscii(host)) {
            return host;
        }
        try {
            // Java turns a sharp s into "ss", browsers do not: the result could be someone else's host.
            if (READ_OTHERWISE.matcher(host).find()) {
                throw new IllegalArgumentException("IDNA 2003 and IDNA 2008 differ");
            }
            return IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException unsure) {
            throw new IllegalArgumentException(
                    "the host \"" + HttpSettings.visible(host)
                            + "\" has characters that browsers may encode differently: write the origin in "
                            + "punycode, as browsers send it, such as \"https://xn--bcher-kva.example\"",
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

    /** Allows these origins and those of the other rule. */
    public OriginRule or(OriginRule other) {
        Kind wider = kind.compareTo(other.kind) >= 0 ? kind : other.kind;
        String both = kind == Kind.SAME_HOST ? other.description : description + " or " + other.description;
        return new OriginRule(wider, allowed.or(other.allowed), both, credentials || other.credentials);
    }

    /** The same origins, whose pages may also send cookies and HTTP authentication. */
    public OriginRule withCredentials() {
        if (kind == Kind.SOME && allowed.test(NULL)) {
            log.warn(
                    "allowCredentials() also applies to the origin \"null\" (allowed: {}): any page on the web can "
                            + "take that origin with a sandboxed frame, and act for your users; remove \"null\", or at "
                            + "least make cookies SameSite",
                    description);
        }
        return new OriginRule(kind, allowed, description, true);
    }

    /** Whether CORS headers are sent at all. */
    boolean isConfigured() {
        return kind != Kind.SAME_HOST;
    }

    boolean allows(Request request, TrustedProxies proxies) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        return origin == null || allowed.test(origin) || isSameHost(origin, proxies.authorities(request));
    }

    /** Whether the request's Origin is not one that a browser would send. */
    static boolean isMalformed(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        return origin != null && !isVisibleAscii(origin);
    }

    static boolean isVisibleAscii(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Whether a page can have this origin, so that it can be allowed by name. */
    static boolean isOrigin(String origin) {
        return uniform(origin) != null;
    }

    /**
     * Whether the page comes from the requested host, under one of these names. The scheme may differ, because TLS
     * often ends at a proxy. A missing port is therefore the default of the Origin's scheme.
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

    /** Adds the CORS headers of every response, including refusals. */
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

    /** Whether the request is a preflight: Fetch standard, "CORS-preflight request". */
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
