package io.gangway.jetty;

import io.gangway.net.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The trusted proxies, and what their headers say about the requests they forward: the client's address, whether it
 * used TLS, and the requested host. Immutable.
 *
 * <p>Each proxy appends to the right, so headers are read from right to left, and only as far as the proxies named are
 * trusted. The {@code X-Forwarded-} headers take precedence over RFC 7239's {@code Forwarded}: most proxies set only
 * the former and pass on a client's {@code Forwarded}, so that the reverse order would trust clients.
 */
public final class TrustedProxies {
    /** Trusts no proxy. */
    public static final TrustedProxies NONE = new TrustedProxies(address -> false);

    /** The maximum number of header elements read. */
    private static final int MAX_HOPS = 32;

    private static final String FORWARDED_PORT = "X-Forwarded-Port";

    /** RFC 7239, section 6: a number, or an identifier with a meaning only to the proxy. */
    private static final Pattern NODE_PORT = Pattern.compile("[0-9]{1,5}|_[A-Za-z0-9._-]+");

    private final Predicate<IpAddress> trusted;

    private TrustedProxies(Predicate<IpAddress> trusted) {
        this.trusted = trusted;
    }

    /** Trusts proxies whose address matches. */
    public static TrustedProxies of(Predicate<IpAddress> trusted) {
        return new TrustedProxies(trusted);
    }

    /** The host, with or without port, that the client requested, in every form it may take. */
    List<String> authorities(Request request) {
        return this == NONE ? asked(request) : arrival(request).authorities();
    }

    /** How the client's request arrived. */
    Arrival arrival(Request request) {
        IpAddress peer = peer(request);
        return peer == null || !trusts(peer) ? direct(request, peer) : forwarded(request, peer);
    }

    /** Whether this address is that of a trusted proxy. */
    boolean trusts(@Nullable IpAddress peer) {
        return this != NONE && peer != null && trusted.test(peer);
    }

    /** The address at the other end of the connection; null if it is not an IP address. */
    static @Nullable IpAddress peer(Request request) {
        if (!(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return null;
        }
        InetAddress address = remote.getAddress();
        // Jetty's own customizers, if the application uses them, set an unresolved address.
        return address == null ? IpAddress.parse(remote.getHostString()) : IpAddress.of(address.getAddress());
    }

    private static Arrival direct(Request request, @Nullable IpAddress peer) {
        String address = peer == null ? Request.getRemoteAddr(request) : peer.toString();
        return new Arrival(address == null ? "" : address, request.isSecure(), asked(request));
    }

    /**
     * The host requested of this server: the URI's authority, which comes from HTTP/2 or from the embedding server's
     * customizers, or the Host header.
     */
    private static List<String> asked(Request request) {
        return Stream.of(
                        request.getHeaders().get(HttpHeader.HOST),
                        request.getHttpURI().getAuthority())
                .filter(Objects::nonNull)
                .toList();
    }

    /** How the request arrived at the first trusted proxy, assuming that {@code proxy} is trusted. */
    Arrival forwarded(Request request, IpAddress proxy) {
        boolean common = Stream.of(
                        HttpHeader.X_FORWARDED_FOR, HttpHeader.X_FORWARDED_PROTO, HttpHeader.X_FORWARDED_HOST)
                .anyMatch(request.getHeaders()::contains);
        Chain chain = new Chain(proxy);
        if (common) {
            chain.readCommon(request);
        } else {
            chain.readForwarded(request);
        }
        return new Arrival(
                chain.address.toString(),
                chain.secure == null ? request.isSecure() : chain.secure,
                authorities(chain.host, nearestFirst(request, FORWARDED_PORT), request));
    }

    /** The port in a header of its own may belong to the host, or the proxy may have set it wrongly. */
    private static List<String> authorities(@Nullable String host, List<String> ports, Request request) {
        List<String> authorities = new ArrayList<>(host == null ? asked(request) : List.of(host));
        if (!ports.isEmpty() && ports.get(0).matches("[0-9]{1,5}")) {
            authorities.addAll(authorities.stream()
                    .filter(authority -> !authority.matches(".*:[0-9]*"))
                    .map(authority -> authority + ":" + ports.get(0))
                    .toList());
        }
        return authorities;
    }

    /** Reads the proxies' headers, beginning with the nearest proxy. */
    private final class Chain {
        private IpAddress address;
        private @Nullable Boolean secure;
        private @Nullable String host;

        Chain(IpAddress nearest) {
            this.address = nearest;
        }

        void readCommon(Request request) {
            List<String> nodes = nearestFirst(request, HttpHeader.X_FORWARDED_FOR.asString());
            int hops = 0;
            boolean further = true;
            while (hops < nodes.size() && further && (hops == 0 || trusts(address))) {
                further = goTo(nodes.get(hops++));
            }
            // Some proxies append to these lists too, others leave the previous proxy's value.
            secure = secure(at(nearestFirst(request, HttpHeader.X_FORWARDED_PROTO.asString()), hops));
            host = at(nearestFirst(request, HttpHeader.X_FORWARDED_HOST.asString()), hops);
        }

        private static @Nullable String at(List<String> nearestFirst, int hops) {
            return nearestFirst.isEmpty()
                    ? null
                    : unquoted(nearestFirst.get(Math.min(Math.max(hops, 1), nearestFirst.size()) - 1));
        }

        void readForwarded(Request request) {
            boolean further = true;
            boolean first = true;
            for (String element : nearestFirst(request, HttpHeader.FORWARDED.asString())) {
                if (!further || !(first || trusts(address))) {
                    return;
                }
                first = false;
                String node = "";
                for (String pair : rightToLeft(element, ';')) {
                    int equals = pair.indexOf('=');
                    String value = pair.substring(equals + 1).trim();
                    switch (equals < 0 ? "" : pair.substring(0, equals).trim().toLowerCase(Locale.ROOT)) {
                        case "for" -> node = value;
                        case "proto" -> secure = secure(unquoted(value));
                        case "host" -> host = unquoted(value);
                        default -> {} // "by", and parameters defined later
                    }
                }
                further = goTo(node);
            }
        }

        /**
         * Moves on to the address that a proxy names; false if it names none, such as {@code unknown} or an obfuscated
         * identifier.
         */
        private boolean goTo(String node) {
            IpAddress named = node(unquoted(node));
            if (named != null) {
                address = named;
            }
            return named != null;
        }
    }

    private static @Nullable Boolean secure(@Nullable String scheme) {
        return switch (scheme == null ? "" : scheme.toLowerCase(Locale.ROOT)) {
            case "https", "wss" -> true;
            case "http", "ws" -> false;
            default -> null;
        };
    }

    /** Parses {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1} or {@code [2001:db8::1]:80}. */
    private static @Nullable IpAddress node(String text) {
        int colon = text.lastIndexOf(':');
        boolean port = colon >= 0
                && (text.startsWith("[") ? text.indexOf(']') == colon - 1 : text.indexOf(':') == colon)
                && NODE_PORT.matcher(text.substring(colon + 1)).matches();
        return IpAddress.parse(port ? text.substring(0, colon) : text);
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return quoted
                ? text.substring(1, text.length() - 1)
                        .replaceAll("\\\\(.)", "$1")
                        .trim()
                : text;
    }

    /** The elements of all headers of this name, the nearest proxy's first. */
    private static List<String> nearestFirst(Request request, String name) {
        List<String> lines = request.getHeaders().getValuesList(name);
        List<String> elements = new ArrayList<>();
        for (int i = lines.size() - 1; i >= 0 && elements.size() < MAX_HOPS; i--) {
            elements.addAll(rightToLeft(lines.get(i), ','));
        }
        return elements.size() > MAX_HOPS ? elements.subList(0, MAX_HOPS) : elements;
    }

    /**
     * The non-empty parts of a list, the last one first. Quotes are paired from the right: an unpaired quote from the
     * client, at the left, cannot swallow parts added by a proxy.
     */
    private static List<String> rightToLeft(String list, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int end = list.length();
        for (int i = end - 1; i >= -1 && parts.size() < MAX_HOPS; i--) {
            char c = i < 0 ? separator : list.charAt(i);
            if (c == '"' && !isEscaped(list, i)) {
                quoted = !quoted;
            } else if (c == separator && (i < 0 || !quoted)) {
                String part = list.substring(i + 1, end).trim();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                end = i;
            }
        }
        return parts;
    }

    private static boolean isEscaped(String text, int index) {
        int backslashes = 0;
        while (backslashes < index && text.charAt(index - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
