package io.gangway.jetty;

import java.time.Duration;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The choices of a port of the engine's own.
 *
 * @param host the address to listen on; null for all of them
 * @param port the port to listen on; 0 for a free one
 * @param tls the certificates and keys for HTTPS; null for plain HTTP
 * @param tlsHosts which hosts requests over TLS may ask for
 * @param maxHeaderSize the largest head of a request, in bytes: its first line and its headers
 * @param idleTimeout how long a connection may be without a request
 */
public record StandaloneSettings(
        @Nullable String host,
        int port,
        SslContextFactory.@Nullable Server tls,
        TlsHosts tlsHosts,
        int maxHeaderSize,
        Duration idleTimeout) {
    /** As Node.js has it. */
    public static final int DEFAULT_MAX_HEADER_SIZE = 16 * 1024;

    /** More than the 60 s of most load balancers, who would else send a request just when the connection is closed. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(75);

    /** Which hosts requests over TLS may ask for. */
    public enum TlsHosts {
        /** Any if there is one certificate, or several of the same names; else those that the certificate in use names. */
        BY_CERTIFICATES,
        /** Whichever: the engine serves the same to all. */
        ANY,
        /** Those that the certificate in use names. */
        NAMED
    }

    /** Plain HTTP on this port. */
    public static StandaloneSettings onPort(int port) {
        return new StandaloneSettings(
                null, port, null, TlsHosts.BY_CERTIFICATES, DEFAULT_MAX_HEADER_SIZE, DEFAULT_IDLE_TIMEOUT);
    }
}
