package io.gangway;

import io.gangway.engineio.EngineIoSettings;
import io.gangway.jetty.ClientBundle;
import io.gangway.jetty.FixedHeaders;
import io.gangway.jetty.HttpSettings;
import io.gangway.jetty.OriginRule;
import io.gangway.jetty.SidCookie;
import io.gangway.jetty.StandaloneSettings;
import io.gangway.jetty.StandaloneSettings.TlsHosts;
import io.gangway.jetty.SubprotocolRule;
import io.gangway.jetty.TrustedProxies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpCookie.SameSite;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * How an engine serves requests: transports and subprotocols, connections and headers, cookies, proxies, and the
 * JavaScript client for pages. Set with {@link EngineBuilder#http}, read with {@link Engine#http}. Immutable.
 *
 * <pre>
 *   Engine.builder()
 *           .allowOrigins("https://app.example.com")
 *           .http(http -> http.trustProxies("10.0.0.0/8").sessionCookie("io"))
 * </pre>
 *
 * <p>The engine's builder itself sets where the engine listens ({@code port}, {@code host}, {@code path}, {@code tls})
 * and which pages may connect ({@code allowOrigins}, {@code allowCredentials}).
 */
public final class HttpOptions {
    private final Set<String> transports;
    private final boolean upgrades;
    private final SubprotocolRule subprotocols;
    private final boolean compression;
    private final Duration headerTimeout;
    private final Duration idleTimeout;
    private final int maxHeaderSize;
    private final TlsHosts tlsHosts;
    private final FixedHeaders responseHeaders;
    private final @Nullable SessionCookie sessionCookie;
    private final List<AddressRange> trustedProxies;
    private final ClientBundle clientBundle;
    private final @Nullable String healthPath;

    private HttpOptions(Builder chosen) {
        this.transports = chosen.transports;
        this.upgrades = chosen.upgrades;
        this.subprotocols = chosen.subprotocols;
        this.compression = chosen.compression;
        this.headerTimeout = chosen.headerTimeout;
        this.idleTimeout = chosen.idleTimeout;
        this.maxHeaderSize = chosen.maxHeaderSize;
        this.tlsHosts = chosen.tlsHosts;
        this.responseHeaders = chosen.responseHeaders;
        this.sessionCookie = chosen.sessionCookie;
        this.trustedProxies = List.copyOf(chosen.trustedProxies);
        this.clientBundle = chosen.clientBundle;
        this.healthPath = chosen.healthPath;
    }

    /** {@return the transports that clients may use: {@code polling}, {@code websocket} or both} */
    public Set<String> transports() {
        return transports;
    }

    /** {@return the value set by {@link Builder#headerTimeout}, or its default} */
    public Duration headerTimeout() {
        return headerTimeout;
    }

    /** {@return the value set by {@link Builder#idleTimeout}, or its default} */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** {@return the value set by {@link Builder#maxHeaderSize}, or its default} */
    public int maxHeaderSize() {
        return maxHeaderSize;
    }

    /** {@return the cookie set by {@link Builder#sessionCookie(SessionCookie)}; empty if none is} */
    public Optional<SessionCookie> sessionCookie() {
        return Optional.ofNullable(sessionCookie);
    }

    /** {@return the ranges set by {@link Builder#trustProxies}; empty if no proxy is trusted} */
    public List<AddressRange> trustedProxies() {
        return trustedProxies;
    }

    /** {@return the path set by {@link Builder#healthPath}; empty if none is} */
    public Optional<String> healthPath() {
        return Optional.ofNullable(healthPath);
    }

    /**
     * Checks what is known only when the engine is built.
     *
     * @param served whether clients connect to a path
     */
    void check(Predicate<String> served) {
        if (healthPath != null && served.test(healthPath)) {
            throw new IllegalArgumentException("healthPath(\"" + Quoted.of(healthPath)
                    + "\"): clients connect to this path, with Socket.IO or as plain WebSockets; choose another one");
        }
    }

    /** The settings of Engine.IO. */
    EngineIoSettings engineIo(Limits limits) {
        return new EngineIoSettings(
                limits.pingInterval(),
                limits.pingTimeout(),
                limits.upgradeTimeout(),
                limits.messageTimeout(),
                limits.maxPayload(),
                transports,
                upgrades);
    }

    /** The settings for serving requests below {@code path}. */
    HttpSettings settings(String path, OriginRule origins) {
        return new HttpSettings(
                path,
                origins,
                proxies(),
                responseHeaders.orNone(),
                sessionCookie == null ? null : cookie(sessionCookie),
                subprotocols,
                compression,
                clientBundle);
    }

    private TrustedProxies proxies() {
        return trustedProxies.isEmpty()
                ? TrustedProxies.NONE
                : TrustedProxies.of(address -> trustedProxies.stream().anyMatch(range -> range.contains(address)));
    }

    /** @throws IllegalArgumentException if browsers would drop the cookie */
    private static SidCookie cookie(SessionCookie cookie) {
        return new SidCookie(
                cookie.name(),
                cookie.path(),
                cookie.domain(),
                cookie.isHttpOnly(),
                cookie.isSecure(),
                switch (cookie.sameSite()) {
                    case STRICT -> SameSite.STRICT;
                    case LAX -> SameSite.LAX;
                    case NONE -> SameSite.NONE;
                },
                cookie.isPartitioned());
    }

    /**
     * The settings for the engine's own port.
     *
     * @throws IllegalArgumentException if an option is about TLS, but TLS is not set
     */
    StandaloneSettings standalone(@Nullable String host, int port, SslContextFactory.@Nullable Server tls) {
        if (tls == null && tlsHosts != TlsHosts.BY_CERTIFICATES) {
            throw new IllegalArgumentException((tlsHosts == TlsHosts.ANY ? "anyTlsHost()" : "strictTlsHost()")
                    + " needs tls(..), which is not set: leave it out; in an existing Jetty server, configure "
                    + "the connector's SecureRequestCustomizer instead");
        }
        return new StandaloneSettings(host, port, tls, tlsHosts, maxHeaderSize, headerTimeout, idleTimeout);
    }

    /** Sets how requests are served; refuses an invalid value at once. Not thread-safe. */
    public static final class Builder {
        private Set<String> transports = Set.of("polling", "websocket");
        private boolean upgrades = true;
        private SubprotocolRule subprotocols = SubprotocolRule.FIRST_OFFERED;
        private boolean compression = true;
        private Duration headerTimeout = StandaloneSettings.DEFAULT_HEAD_TIMEOUT;
        private Duration idleTimeout = StandaloneSettings.DEFAULT_IDLE_TIMEOUT;
        private int maxHeaderSize = StandaloneSettings.DEFAULT_MAX_HEADER_SIZE;
        private TlsHosts tlsHosts = TlsHosts.BY_CERTIFICATES;
        private FixedHeaders responseHeaders = FixedHeaders.NONE;
        private @Nullable SessionCookie sessionCookie;
        private final List<AddressRange> trustedProxies = new ArrayList<>();
        private ClientBundle clientBundle = ClientBundle.NONE;
        private @Nullable String healthPath;

        Builder() {}

        // ---- transports

        /**
         * Serves only WebSockets.
         *
         * @return this builder
         */
        public Builder webSocketOnly() {
            this.transports = Set.of("websocket");
            return this;
        }

        /**
         * Serves only long-polling.
         *
         * @return this builder
         */
        public Builder pollingOnly() {
            this.transports = Set.of("polling");
            return this;
        }

        /**
         * Serves both transports, without an upgrade between them.
         *
         * @return this builder
         */
        public Builder withoutUpgrades() {
            this.upgrades = false;
            return this;
        }

        /**
         * The WebSocket subprotocols that this engine supports. For a client that offers some ({@code protocols} of
         * stock clients), the response names the first of these that is among them; if none is, browsers and Node.js
         * close the WebSocket. Default: the client's first.
         *
         * @param supported names such as {@code chat-v1}, the preferred one first
         * @return this builder
         * @throws IllegalArgumentException if no name is given, or a name is repeated or not an HTTP token
         */
        public Builder subprotocols(String... supported) {
            this.subprotocols = SubprotocolRule.preferring(List.of(supported));
            return this;
        }

        /**
         * Chooses the WebSocket subprotocol for each client that offers some. Default: the client's first.
         *
         * @param choice chooses one of the subprotocols that the client offers
         * @return this builder
         */
        public Builder subprotocols(SubprotocolChoice choice) {
            Objects.requireNonNull(choice, "choice");
            this.subprotocols = (offered, request) ->
                    choice.choose(offered, Handshake.of(request)).orElse(null);
            return this;
        }

        /**
         * Sends long-polling responses uncompressed. By default responses of 1,024 bytes or more are gzipped, at the
         * fastest level, for clients whose {@code Accept-Encoding} allows it; this costs CPU time for each polling
         * client, even in a broadcast. If responses contain both a secret and text chosen by others, their compressed
         * length reveals the secret (BREACH): call this method then. WebSocket messages are never compressed.
         *
         * @return this builder
         */
        public Builder withoutCompression() {
            this.compression = false;
            return this;
        }

        // ---- connections of start()'s port

        /**
         * How long {@code start()}'s port keeps an idle connection. Default 75 s. Must be longer than a load balancer's
         * own timeout, often 60 s, or some of its requests get no response. A waiting poll, up to {@code pingInterval},
         * and a WebSocket are not idle; a POST whose body stalls is. In an existing Jetty server its own setting
         * applies, 30 s by default: {@code ServerConnector.setIdleTimeout}.
         *
         * @param time how long a connection may be idle
         * @return this builder
         */
        public Builder idleTimeout(Duration time) {
            this.idleTimeout = Waits.checked("idleTimeout", Objects.requireNonNull(time, "idleTimeout"));
            return this;
        }

        /**
         * How long a client of {@code start()}'s port may take to send a request's line and headers, from the first
         * byte, TLS handshake included; its connection is closed up to 5 s later. Default 20 s. In an existing Jetty
         * server nothing limits this: its idle timeout begins again with each byte. Put a proxy in front of it, which
         * collects requests before it passes them on.
         *
         * @param time the longest time
         * @return this builder
         */
        public Builder headerTimeout(Duration time) {
            this.headerTimeout = Waits.checked("headerTimeout", Objects.requireNonNull(time, "headerTimeout"));
            return this;
        }

        /**
         * The maximum size of a request's line (with its query) plus headers (mostly cookies) on {@code start()}'s
         * port, in bytes. A larger request is refused with 431, or 414 if the request line alone is larger, and logged
         * as WARN at most once a minute. Default 16 KiB, as in Node.js; at least 1 KiB. In an existing Jetty server its
         * own setting applies, 8 KiB by default: {@code HttpConfiguration.setRequestHeaderSize}.
         *
         * @param bytes the maximum number of bytes
         * @return this builder
         */
        public Builder maxHeaderSize(int bytes) {
            if (bytes < 1024) {
                throw new IllegalArgumentException("maxHeaderSize " + bytes
                        + " must be at least 1024, because browsers send nearly as much without cookies");
            }
            this.maxHeaderSize = bytes;
            return this;
        }

        /**
         * Serves TLS requests for any host. This is the default if all certificates have the same names. Clients check
         * the certificate in any case.
         *
         * @return this builder
         */
        public Builder anyTlsHost() {
            this.tlsHosts = TlsHosts.ANY;
            return this;
        }

        /**
         * Refuses TLS requests for a host that the certificate does not name, with 400 and one WARN per host. This
         * includes clients that use an IP address, and proxies that use another name. This is the default if
         * certificates have different names.
         *
         * @return this builder
         */
        public Builder strictTlsHost() {
            this.tlsHosts = TlsHosts.NAMED;
            return this;
        }

        /**
         * Answers {@code GET} of this path on {@code start()}'s port with the engine's health, for a load balancer: see
         * {@link Engine#healthHandler}, which is for an existing Jetty server. Whoever reaches the port can read it; it tells
         * no more than the engine's state and the cluster's. Default: no such path.
         *
         * @param path the path, such as {@code /health}
         * @return this builder
         * @throws IllegalArgumentException if no request can have this path
         */
        public Builder healthPath(String path) {
            this.healthPath = HttpSettings.checkedPath(Objects.requireNonNull(path, "path"));
            return this;
        }

        // ---- headers

        /**
         * Adds a header to every response below the engine's path. If called again with the same name, the last value
         * counts.
         *
         * @param name the header's name
         * @param value the value
         * @return this builder
         * @throws IllegalArgumentException if the header is invalid, or the engine sets it itself, such as
         *     {@code Content-Length}
         */
        public Builder responseHeader(String name, String value) {
            responseHeaders =
                    responseHeaders.with(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets a cookie with the session's id on the handshake of polling clients, for load balancers with sticky
         * sessions: {@code <name>=<sid>; Path=/; HttpOnly; SameSite=Lax}. Default: none.
         *
         * @param name the cookie's name
         * @return this builder
         * @throws IllegalArgumentException if the name is not a cookie name
         */
        public Builder sessionCookie(String name) {
            return sessionCookie(SessionCookie.named(name));
        }

        /**
         * Sets this cookie on the handshake of polling clients. Clients that begin with a WebSocket need none: they
         * send only one request.
         *
         * @param cookie the cookie
         * @return this builder
         * @throws IllegalArgumentException if browsers would drop the cookie, as they do one that is SameSite=None and
         *     not Secure
         */
        public Builder sessionCookie(SessionCookie cookie) {
            cookie(Objects.requireNonNull(cookie, "cookie")); // refuses an invalid cookie at this call
            this.sessionCookie = cookie;
            return this;
        }

        /**
         * Trusts these proxies' headers about the clients whose requests they forward: {@link Handshake#address()} is
         * then the client's own, {@link Handshake#secure()} tells whether it used TLS to the proxy, and the origin rule
         * compares with the host requested of the proxy. Default: no proxy is trusted. Further calls add proxies.
         *
         * <p>The engine reads {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code -Port}; without any of
         * the first three it reads {@code Forwarded} (RFC 7239). A proxy that sets {@code Forwarded} must remove the
         * others from clients' requests. At most 32 proxies are read, from the nearest to the first that is not trusted
         * or has no address. Nothing is looked up in DNS.
         *
         * @param ranges addresses or ranges, see {@link AddressRange}
         * @return this builder
         * @throws IllegalArgumentException if a range is invalid, naming it
         */
        public Builder trustProxies(String... ranges) {
            for (String range : ranges) {
                trustedProxies.add(AddressRange.of(range));
            }
            return this;
        }

        // ---- pages

        /**
         * Serves the JavaScript client to pages, below the engine's path, as in
         * {@code <script src="/socket.io/socket.io.js">}: the scripts of npm's {@code socket.io-client}
         * ({@code socket.io.js}, {@code .min.js}, {@code .esm.min.js}, {@code .msgpack.min.js}) and their source maps,
         * with entity tags, and gzipped unless {@link #withoutCompression}. They are served to everyone; pages of other
         * origins can load them as modules if {@code allowOrigins} allows those origins. Default: requests for them get
         * 404, with a text that names this method.
         *
         * <p>The files are read once, by this call, and kept in memory, 1.6 MB in total.
         *
         * @param directory such as {@code Path.of("node_modules/socket.io-client/dist")}
         * @return this builder
         * @throws IllegalArgumentException if it has no {@code socket.io.js}
         * @throws java.io.UncheckedIOException if a file cannot be read
         */
        public Builder clientBundle(Path directory) {
            this.clientBundle = ClientBundle.of(directory);
            return this;
        }

        /**
         * Serves the JavaScript client like {@link #clientBundle(Path)}, from a folder on the class path, found with
         * the thread's context class loader if it has one.
         *
         * @param folder such as {@code META-INF/resources/webjars/socket.io-client/4.8.1/dist}
         * @return this builder
         * @throws IllegalArgumentException if it has no {@code socket.io.js}
         * @throws java.io.UncheckedIOException if a file cannot be read
         */
        public Builder clientBundle(String folder) {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            this.clientBundle = ClientBundle.of(context != null ? context : HttpOptions.class.getClassLoader(), folder);
            return this;
        }

        /** @throws IllegalArgumentException if two options contradict each other */
        HttpOptions build() {
            if (sessionCookie != null && !transports.contains("polling")) {
                throw new IllegalArgumentException("sessionCookie(\"" + sessionCookie.name()
                        + "\") applies to polling clients, but webSocketOnly() admits none:"
                        + " leave out one of them");
            }
            return new HttpOptions(this);
        }
    }
}
