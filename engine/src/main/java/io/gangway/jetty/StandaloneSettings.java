package io.gangway.jetty;

import java.time.Duration;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a port of the engine's own.
 *
 * @param host the address to listen on; null for all of them
 * @param port the port to listen on; 0 for a free one
 * @param tls the certificates and keys for HTTPS; null for plain HTTP
 * @param tlsHosts the hosts that TLS requests may name
 * @param maxHeaderSize the largest request line plus headers, in bytes
 * @param headTimeout how long a client may take for the request line plus headers
 * @param idleTimeout how long a connection may be without a request
 */
public record StandaloneSettings(
        @Nullable String host,
        int port,
        SslContextFactory.@Nullable Server tls,
        TlsHosts tlsHosts,
        int maxHeaderSize,
        Duration headTimeout,
        Duration idleTimeout) {
    /** The default of Node.js. */
    public static final int DEFAULT_MAX_HEADER_SIZE = 16 * 1024;

    /** A third of what Node.js gives. */
    public static final Duration DEFAULT_HEAD_TIMEOUT = Duration.ofSeconds(20);

    /**
     * Longer than the 60 s of most load balancers, which might otherwise send a request just as the connection closes.
     */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(75);

    /** The hosts that TLS requests may name. */
    public enum TlsHosts {
        /** Any host if all certificates have the same names; otherwise only hosts named by the certificate in use. */
        BY_CERTIFICATES,
        /** Any host: the engine serves the same to all. */
        ANY,
        /** Only hosts named by the certificate in use. */
        NAMED
    }

    /** Plain HTTP on this port. */
    public static StandaloneSettings onPort(int port) {
        return new StandaloneSettings(
                null,
                port,
                null,
                TlsHosts.BY_CERTIFICATES,
                DEFAULT_MAX_HEADER_SIZE,
                DEFAULT_HEAD_TIMEOUT,
                DEFAULT_IDLE_TIMEOUT);
    }
}
