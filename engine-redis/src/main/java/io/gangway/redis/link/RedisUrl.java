package io.gangway.redis.link;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.SslOptions;

/**
 * The URL of a Redis: {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS.
 *
 * @param user {@code ""} if there is none
 * @param password {@code ""} if there is none; never shown
 */
public record RedisUrl(HostAndPort address, String user, String password, int database, boolean isTls) {
    private static final String EXPECTED =
            "expected redis://[[user]:password@]host[:port][/database], or rediss:// for TLS";

    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");
    /** Allows underscores, which DNS allows and URLs do not; the resolver refuses what else is no name. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{M}._-]+");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final int LONGEST_PORT = 5;
    private static final int LONGEST_DATABASE = 9;

    public static RedisUrl parse(String url) {
        return parse(url, Protocol.DEFAULT_PORT);
    }

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException if it is invalid; tells what is wrong, without a password
     */
    public static RedisUrl parse(String url, int defaultPort) {
        String text = Objects.requireNonNull(url, "url")
                .strip(); // the value of an environment variable often ends with a space or a line break
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the Redis URL is blank; " + EXPECTED);
        }
        boolean isTls = isTls(text);
        URI uri = syntax(text);
        String authority = uri.getRawAuthority();
        if (text.indexOf('@', text.indexOf("://") + 3 + (authority == null ? 0 : authority.length())) >= 0) {
            // What precedes the @ may be the rest of a password.
            throw wrong(
                    text,
                    "has no host that is certain: an @ follows the host, as if a /, ? or # in the password were not"
                            + " percent-encoded");
        }
        if (authority == null) {
            throw wrong(text, "has no host");
        }
        int at = authority.lastIndexOf('@'); // the last one, since a password may hold others
        String[] user = at < 0 ? new String[] {"", ""} : user(text, authority.substring(0, at));
        HostAndPort address = address(text, authority.substring(at + 1), defaultPort);
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong(text, "has a query or fragment, which is not supported");
        }
        return new RedisUrl(address, user[0], user[1], database(text, uri.getPath()), isTls);
    }

    /** Checked before all else, since other schemes have other rules. */
    private static boolean isTls(String text) {
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (scheme.equals("redis") || scheme.equals("rediss")) {
            if (!text.startsWith("://", colon)) {
                throw wrong(text, "has no host: // is missing after \"" + scheme + ":\"");
            }
            return scheme.equals("rediss");
        }
        String found = SCHEME.matcher(scheme).matches() ? "begins with \"" + scheme + ":\"" : "has no scheme";
        // The URL is not quoted: without a known scheme, any part of it may be a password.
        throw new IllegalArgumentException("the Redis URL " + found + "; " + EXPECTED + otherwise(scheme, text));
    }

    private static String otherwise(String scheme, String text) {
        if (scheme.contains("unix") || scheme.contains("socket") || text.startsWith("/")) {
            return ". Unix sockets are not supported; give a host and a port";
        }
        if (scheme.contains("sentinel")) {
            return ". Give Sentinels to sentinels(..), each by such a URL";
        }
        return scheme.contains("cluster") ? ". Give nodes of a Redis Cluster to seeds(..), each by such a URL" : "";
    }

    private static URI syntax(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            // The cause is left out: it quotes the password.
            throw wrong(text, "is malformed at character " + malformed.getIndex());
        }
    }

    private static String[] user(String text, String info) {
        int colon = info.indexOf(':');
        if (info.isEmpty()) {
            throw wrong(text, "has an @, but neither a user nor a password before it");
        }
        if (colon < 0 || colon == info.length() - 1) {
            throw wrong(text, "has a user, but no password");
        }
        return new String[] {decoded(info.substring(0, colon)), decoded(info.substring(colon + 1))};
    }

    private static String decoded(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * Parsed here, since URI finds no host in a name with an underscore, such as Docker's, nor before an invalid
     * port.
     */
    private static HostAndPort address(String text, String place, int defaultPort) {
        int bracket = place.startsWith("[") ? place.indexOf(']') : -1;
        int colon = place.indexOf(':', bracket + 1);
        String host = colon < 0 ? place : place.substring(0, colon);
        String port = colon < 0 ? "" : place.substring(colon + 1);
        if (host.isEmpty() && !port.contains(":")) {
            throw wrong(text, "has no host");
        }
        if (place.indexOf(',') >= 0) {
            throw wrong(text, "has several hosts; give each a URL of its own, to seeds(..) or sentinels(..)");
        }
        if (port.contains(":")) {
            throw wrong(
                    text,
                    "has more than one colon after its host; write an IPv6 address in brackets, such as"
                            + " redis://[::1]:6379");
        }
        return new HostAndPort(
                bracket > 0 ? decoded(host.substring(1, bracket)) : name(text, host), port(text, port, defaultPort));
    }

    private static String name(String text, String host) {
        if (NAME.matcher(host).matches()) {
            try {
                return IDN.toASCII(host);
            } catch (IllegalArgumentException notOne) {
                // thrown below
            }
        }
        throw wrong(text, "has the host \"" + host + "\", which is neither a valid name nor an address");
    }

    private static int port(String text, String port, int defaultPort) {
        if (port.isEmpty()) {
            return defaultPort;
        }
        if (port.length() <= LONGEST_PORT && NUMBER.matcher(port).matches()) {
            int number = Integer.parseInt(port);
            if (number >= 1 && number <= 65_535) {
                return number;
            }
        }
        throw wrong(text, "has the port " + shownPort(port) + ", which is not a number from 1 to 65535");
    }

    /** If the @ is missing, a password stands in the place of the port: it is hidden if it may be one. */
    private static String shownPort(String port) {
        return "\"" + (port.length() <= LONGEST_PORT || NUMBER.matcher(port).matches() ? port : "***") + "\"";
    }

    private static int database(String text, String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
        String database = path.substring(1);
        if (database.length() <= LONGEST_DATABASE && NUMBER.matcher(database).matches()) {
            return Integer.parseInt(database);
        }
        throw wrong(text, "has the database \"" + database + "\", which is not a number, 0 or more");
    }

    private static IllegalArgumentException wrong(String text, String what) {
        return new IllegalArgumentException("the Redis URL " + what + "; " + EXPECTED
                + ", with special characters in the password percent-encoded; it was " + shown(text));
    }

    /** The URL without what may be a password: everything before the last @, an invalid port, and a query. */
    private static String shown(String text) {
        int start = text.indexOf("://") + 3;
        int at = text.lastIndexOf('@');
        String rest = text.substring(Math.max(start, at + 1));
        String place = rest.split("[/?#]", 2)[0];
        int colon = place.lastIndexOf(':');
        if (colon >= 0 && place.indexOf(']', colon) < 0) {
            String port = shownPort(place.substring(colon + 1));
            rest = place.substring(0, colon + 1)
                    + port.substring(1, port.length() - 1)
                    + rest.substring(place.length());
        }
        return "\"" + text.substring(0, start) + (at >= start ? "***@" : "")
                + rest.replaceFirst("(?s)([?#]).*", "$1***") + "\"";
    }

    /** The credentials, database and TLS for a connection; without timeouts. */
    public DefaultJedisClientConfig.Builder config() {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder().database(database);
        if (!user.isEmpty()) {
            config.user(user);
        }
        if (!password.isEmpty()) {
            config.password(password);
        }
        if (isTls) {
            config.sslOptions(SslOptions.builder().build());
        }
        return config;
    }

    @Override
    public String toString() {
        String host = address.getHost();
        return (isTls ? "rediss://" : "redis://")
                + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort()
                + (database == 0 ? "" : "/" + database);
    }
}
