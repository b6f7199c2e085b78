package io.gangway.redis;

import java.net.URI;
import java.net.URISyntaxException;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.SslOptions;

/**
 * What a URL says of a Redis: {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss} for TLS.
 *
 * @param user {@code ""} if none is named
 * @param password {@code ""} if none is given; never shown
 */
record RedisUrl(HostAndPort address, String user, String password, int database, boolean isTls) {
    private static final String EXPECTED =
            "expected redis://[[user]:password@]host[:port][/database], or rediss:// for TLS";

    static RedisUrl parse(String url) {
        return parse(url, Protocol.DEFAULT_PORT);
    }

    /** @throws IllegalArgumentException if it is none; tells what is wrong, but no password */
    static RedisUrl parse(String url, int defaultPort) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            // Neither the cause nor the text goes on: both have the password in it.
            throw new IllegalArgumentException("the Redis URL is malformed at character " + malformed.getIndex() + "; "
                    + EXPECTED + ", with special characters of a password percent-encoded");
        }
        String scheme = uri.getScheme();
        if (scheme == null || (!scheme.equals("redis") && !scheme.equals("rediss"))) {
            throw new IllegalArgumentException("the Redis URL "
                    + (scheme == null ? "has no scheme" : "begins with \"" + scheme + ":\"") + "; " + EXPECTED);
        }
        if (uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException("the Redis URL has "
                    + (uri.getHost() == null ? "no host" : "a query or fragment") + "; " + EXPECTED
                    + ", with special characters of a password percent-encoded");
        }
        String[] user = user(uri);
        return new RedisUrl(
                new HostAndPort(uri.getHost(), uri.getPort() < 0 ? defaultPort : uri.getPort()),
                user[0],
                user[1],
                database(uri),
                scheme.equals("rediss"));
    }

    private static String[] user(URI uri) {
        String info = uri.getUserInfo();
        if (info == null) {
            return new String[] {"", ""};
        }
        int colon = info.indexOf(':');
        if (colon < 0 || colon == info.length() - 1) {
            throw new IllegalArgumentException("the Redis URL has a user, but no password; " + EXPECTED);
        }
        return new String[] {info.substring(0, colon), info.substring(colon + 1)};
    }

    private static int database(URI uri) {
        String path = uri.getPath();
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
        try {
            int database = Integer.parseInt(path.substring(1));
            if (database >= 0) {
                return database;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        // With a slash in it that is not encoded, the end of a password lands here: then nothing of it is repeated.
        throw new IllegalArgumentException(
                path.contains("@")
                        ? "the Redis URL has an @ behind the host; " + EXPECTED
                                + ", with special characters of a password percent-encoded"
                        : "the Redis URL's database is \"" + path.substring(1) + "\"; " + EXPECTED);
    }

    /** The configuration of connections there, without timeouts. */
    DefaultJedisClientConfig.Builder config() {
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
        return (isTls ? "rediss://" : "redis://") + address + (database == 0 ? "" : "/" + database);
    }
}
