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
 * The proxies that are believed, and what they say of the requests they forward: whose they are, over TLS or not, and which
 * host they asked for. Immutable.
 *
 * <p>Each proxy adds itself at the right, so headers are read from there, and to the left only while what stands at the right
 * is trusted too. The {@code X-Forwarded-} headers count; RFC 7239's {@code Forwarded} does where there are none. Most proxies
 * write those and pass a client's {@code Forwarded} on, so the other order would believe clients.
 */
public final class TrustedProxies {
    /** Believes nobody. */
    public static final TrustedProxies NONE = new TrustedProxies(address -> false);

    /** More of a header is not read. */
    private static final int MAX_HOPS = 32;

    private static final String FORWARDED_PORT = "X-Forwarded-Port";

    /** RFC 7239, section 6: a number, or a name that means something to the proxy alone. */
    private static final Pattern NODE_PORT = Pattern.compile("[0-9]{1,5}|_[A-Za-z0-9._-]+");

    private final Predicate<IpAddress> trusted;

    private TrustedProxies(Predicate<IpAddress> trusted) {
        this.trusted = trusted;
    }

    /** Those with these addresses. */
    public static TrustedProxies of(Predicate<IpAddress> trusted) {
        return new TrustedProxies(trusted);
    }

    /** Host and perhaps port that the client asked for, in every form that may be meant. */
    List<String> authorities(Request request) {
        return this == NONE ? asked(request) : arrival(request).authorities();
    }

    /** How the client's request arrived. */
    Arrival arrival(Request request) {
        IpAddress peer = peer(request);
        return peer == null || !trusts(peer) ? direct(request, peer) : forwarded(request, peer);
    }

    /** Whether the request came from a proxy that is believed. */
    boolean trusts(@Nullable IpAddress peer) {
        return this != NONE && peer != null && trusted.test(peer);
    }

    /** Who is at the other end of the connection; null if that has no IP address. */
    static @Nullable IpAddress peer(Request request) {
        if (!(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return null;
        }
        InetAddress address = remote.getAddress();
        // Jetty's own customizers, where an application has them, put an address there that is not resolved.
        return address == null ? IpAddress.parse(remote.getHostString()) : IpAddress.of(address.getAddress());
    }

    private static Arrival direct(Request request, @Nullable IpAddress peer) {
        String address = peer == null ? Request.getRemoteAddr(request) : peer.toString();
        return new Arrival(address == null ? "" : address, request.isSecure(), asked(request));
    }

    /** What we are asked for: the URI's authority is HTTP/2's, or set by the embedding server's customizers. */
    private static List<String> asked(Request request) {
        return Stream.of(
                        request.getHeaders().get(HttpHeader.HOST),
                        request.getHttpURI().getAuthority())
                .filter(Objects::nonNull)
                .toList();
    }

    /** How the request arrived at the proxies before {@code proxy}, if that is believed. */
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

    /** A port that is said apart may belong to the host, or be one that the proxy got wrong. */
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

    /** One reading of what the proxies said, from the nearest on. */
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
            // Some proxies add to these lists too, others leave what the one before them said.
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
                        default -> {} // by, and what is to come
                    }
                }
                further = goTo(node);
            }
        }

        /** Goes on to whom a proxy names; false if it names no address: {@code unknown}, or a secret of its own. */
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

    /** The address of {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1}, {@code [2001:db8::1]:80}. */
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
     * The parts of a list, the last one first, without those that are empty. Quotes are paired from the right: one that a
     * client sent, at the left, takes nothing of what a proxy added.
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
