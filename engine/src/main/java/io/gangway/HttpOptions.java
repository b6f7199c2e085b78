package io.gangway;

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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpCookie.SameSite;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * How an engine serves requests: transports and subprotocols, connections and headers, cookies, proxies, and the JavaScript
 * client for pages. Chosen by {@link EngineBuilder#http}, read back by {@link Engine#http}. Immutable.
 *
 * <pre>
 *   Engine.builder()
 *           .allowOrigins("https://app.example.com")
 *           .http(http -> http.trustProxies("10.0.0.0/8").sessionCookie("io"))
 * </pre>
 *
 * <p>Where the engine listens ({@code port}, {@code host}, {@code path}, {@code tls}) and whose pages may connect
 * ({@code allowOrigins}, {@code allowCredentials}) is chosen on the engine's builder itself.
 */
public final class HttpOptions {
    private final Set<String> transports;
    private final boolean upgrades;
    private final SubprotocolRule subprotocols;
    private final boolean compression;
    private final Duration idleTimeout;
    private final int maxHeaderSize;
    private final TlsHosts tlsHosts;
    private final FixedHeaders responseHeaders;
    private final @Nullable SessionCookie sessionCookie;
    private final List<AddressRange> trustedProxies;
    private final ClientBundle clientBundle;

    private HttpOptions(Builder chosen) {
        this.transports = chosen.transports;
        this.upgrades = chosen.upgrades;
        this.subprotocols = chosen.subprotocols;
        this.compression = chosen.compression;
        this.idleTimeout = chosen.idleTimeout;
        this.maxHeaderSize = chosen.maxHeaderSize;
        this.tlsHosts = chosen.tlsHosts;
        this.responseHeaders = chosen.responseHeaders;
        this.sessionCookie = chosen.sessionCookie;
        this.trustedProxies = List.copyOf(chosen.trustedProxies);
        this.clientBundle = chosen.clientBundle;
    }

    /** Those that clients may use, of {@code polling} and {@code websocket}. */
    public Set<String> transports() {
        return transports;
    }

    /** See {@link Builder#idleTimeout}. */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** See {@link Builder#maxHeaderSize}. */
    public int maxHeaderSize() {
        return maxHeaderSize;
    }

    /** See {@link Builder#sessionCookie(SessionCookie)}; empty if none is set. */
    public Optional<SessionCookie> sessionCookie() {
        return Optional.ofNullable(sessionCookie);
    }

    /** See {@link Builder#trustProxies}; empty if nobody is believed. */
    public List<AddressRange> trustedProxies() {
        return trustedProxies;
    }

    /** Whether a session may go from polling to WebSocket. */
    boolean upgrades() {
        return upgrades;
    }

    /** How requests below the path are served. */
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

    /** @throws IllegalArgumentException if browsers would drop it */
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
     * How a port of the engine's own is served.
     *
     * @throws IllegalArgumentException if there is a choice about TLS, and no TLS
     */
    StandaloneSettings standalone(@Nullable String host, int port, SslContextFactory.@Nullable Server tls) {
        if (tls == null && tlsHosts != TlsHosts.BY_CERTIFICATES) {
            throw new IllegalArgumentException((tlsHosts == TlsHosts.ANY ? "anyTlsHost()" : "strictTlsHost()")
                    + " is about tls(..), which is not set: leave it out; in a Jetty that is already there the"
                    + " SecureRequestCustomizer of its connector decides");
        }
        return new StandaloneSettings(host, port, tls, tlsHosts, maxHeaderSize, idleTimeout);
    }

    /** Chooses how requests are served; what cannot work is refused at once. Not thread-safe. */
    public static final class Builder {
        private Set<String> transports = Set.of("polling", "websocket");
        private boolean upgrades = true;
        private SubprotocolRule subprotocols = SubprotocolRule.FIRST_OFFERED;
        private boolean compression = true;
        private Duration idleTimeout = StandaloneSettings.DEFAULT_IDLE_TIMEOUT;
        private int maxHeaderSize = StandaloneSettings.DEFAULT_MAX_HEADER_SIZE;
        private TlsHosts tlsHosts = TlsHosts.BY_CERTIFICATES;
        private FixedHeaders responseHeaders = FixedHeaders.NONE;
        private @Nullable SessionCookie sessionCookie;
        private final List<AddressRange> trustedProxies = new ArrayList<>();
        private ClientBundle clientBundle = ClientBundle.NONE;

        Builder() {}

        // ---- transports

        /** Serves WebSockets alone. */
        public Builder webSocketOnly() {
            this.transports = Set.of("websocket");
            return this;
        }

        /** Serves long-polling alone. */
        public Builder pollingOnly() {
            this.transports = Set.of("polling");
            return this;
        }

        /** Serves both transports, but offers no upgrade from one to the other. */
        public Builder withoutUpgrades() {
            this.upgrades = false;
            return this;
        }

        /**
         * The WebSocket subprotocols that this engine speaks: a client that offers some ({@code protocols} of stock clients)
         * is answered the first of these that is among them, or none, whereupon browsers and Node.js give the WebSocket up.
         * Default: whatever the client offers first.
         *
         * @param supported names such as {@code chat-v1}, the preferred one first
         * @throws IllegalArgumentException if there is none, one comes twice, or one is no token of HTTP
         */
        public Builder subprotocols(String... supported) {
            this.subprotocols = SubprotocolRule.preferring(List.of(supported));
            return this;
        }

        /** Chooses the WebSocket subprotocol of each client that offers some. Default: whatever the client offers first. */
        public Builder subprotocols(SubprotocolChoice choice) {
            Objects.requireNonNull(choice, "choice");
            this.subprotocols = (offered, request) ->
                    choice.choose(offered, Handshake.of(request, Map.of())).orElse(null);
            return this;
        }

        /**
         * Sends long polling answers as they are. By default those of 1,024 bytes or more leave gzipped, at the fastest level,
         * for clients whose {@code Accept-Encoding} takes it: that costs CPU time for each client that polls, also of a
         * broadcast. Where answers carry both a secret and text that somebody else may choose, their length tells of it
         * (BREACH): then call this. WebSocket messages are never compressed.
         */
        public Builder withoutCompression() {
            this.compression = false;
            return this;
        }

        // ---- connections of start()'s port

        /**
         * How long {@code start()}'s port keeps a connection on which nothing is asked. Default 75 s; should be more than a
         * load balancer's own, often 60 s, or some requests it sends get no answer. A poll that waits, for up to
         * {@code pingInterval}, and a WebSocket do not count as idle; the body of a POST that stalls does. In a Jetty that is
         * already there its own setting holds, by default 30 s: {@code ServerConnector.setIdleTimeout}.
         */
        public Builder idleTimeout(Duration time) {
            this.idleTimeout = Waits.checked("idleTimeout", Objects.requireNonNull(time, "idleTimeout"));
            return this;
        }

        /**
         * The largest head of a request that {@code start()}'s port takes, in bytes: the first line, with the query, and the
         * headers, cookies above all. A larger one is refused with 431, or 414 if the first line alone is, and a WARN, once a
         * minute. Default 16 KiB, as in Node.js; at least 1 KiB. In a Jetty that is already there its own setting holds, by
         * default 8 KiB: {@code HttpConfiguration.setRequestHeaderSize}.
         */
        public Builder maxHeaderSize(int bytes) {
            if (bytes < 1024) {
                throw new IllegalArgumentException("maxHeaderSize " + bytes
                        + " has to be at least 1024: browsers send nearly as much without cookies");
            }
            this.maxHeaderSize = bytes;
            return this;
        }

        /**
         * Serves requests over TLS whatever host they ask for. Default, if there is one certificate, or several of the same
         * names. The clients check the certificate in any case.
         */
        public Builder anyTlsHost() {
            this.tlsHosts = TlsHosts.ANY;
            return this;
        }

        /**
         * Refuses requests over TLS for a host that the certificate does not name, with 400 and a WARN, once for each host.
         * That includes clients that come by an IP address, and proxies that connect by a name of their own. Default, if there
         * are several certificates of different names.
         */
        public Builder strictTlsHost() {
            this.tlsHosts = TlsHosts.NAMED;
            return this;
        }

        // ---- headers

        /**
         * Sends a header with every response below the engine's path. Called again with the same name, the last value counts.
         *
         * @throws IllegalArgumentException if no such header can be sent, or it is one that says how the engine answers, such
         *     as {@code Content-Length}
         */
        public Builder responseHeader(String name, String value) {
            responseHeaders =
                    responseHeaders.with(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets a cookie with the session's id on the handshake of polling clients, for load balancers that go by it:
         * {@code <name>=<sid>; Path=/; HttpOnly; SameSite=Lax}. Default: none.
         *
         * @throws IllegalArgumentException for what is no cookie's name
         */
        public Builder sessionCookie(String name) {
            return sessionCookie(SessionCookie.named(name));
        }

        /**
         * Sets this cookie on the handshake of polling clients. Those that begin with a WebSocket get none: they come with one
         * request alone.
         *
         * @throws IllegalArgumentException if browsers would drop it, as they do one that is SameSite=None and not Secure
         */
        public Builder sessionCookie(SessionCookie cookie) {
            cookie(Objects.requireNonNull(cookie, "cookie")); // refuses it now, where it was chosen
            this.sessionCookie = cookie;
            return this;
        }

        /**
         * Believes what these proxies say of the clients whose requests they forward: {@link Handshake#address()} is then the
         * client's own, {@link Handshake#secure()} whether it spoke TLS with the proxy, and pages of the host that it asked
         * the proxy for are of the same host. Default: nobody is believed. Called again, it adds.
         *
         * <p>Read are {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code -Port}; where there is none of the
         * first three, {@code Forwarded} (RFC 7239). A proxy that writes {@code Forwarded} has to remove the others from what
         * clients send. At most 32 proxies are read, from the nearest to the first that is not trusted or tells no address.
         * Nothing is looked up in DNS.
         *
         * @param ranges addresses or ranges, see {@link AddressRange}
         * @throws IllegalArgumentException naming what is none
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
         * {@code <script src="/socket.io/socket.io.js">}: the scripts of npm's {@code socket.io-client} ({@code socket.io.js},
         * {@code .min.js}, {@code .esm.min.js}, {@code .msgpack.min.js}) and their source maps, with entity tags, and gzipped
         * unless {@link #withoutCompression}. Everybody gets them; pages of other origins can load them as modules if
         * {@code allowOrigins} names those. Default: requests for them are answered with 404, and a text that tells of this
         * method.
         *
         * <p>The files are read now, once, and kept in memory: all of them take 1.6 MB.
         *
         * @param directory such as {@code Path.of("node_modules/socket.io-client/dist")}
         * @throws IllegalArgumentException if there is no {@code socket.io.js} in it
         * @throws java.io.UncheckedIOException if a file cannot be read
         */
        public Builder clientBundle(Path directory) {
            this.clientBundle = ClientBundle.of(directory);
            return this;
        }

        /**
         * Serves the JavaScript client to pages, as {@link #clientBundle(Path)} does, from a folder of the class path; where a
         * thread has a context class loader, that one looks for it.
         *
         * @param folder such as {@code META-INF/resources/webjars/socket.io-client/4.8.1/dist}
         * @throws IllegalArgumentException if there is no {@code socket.io.js} in it
         * @throws java.io.UncheckedIOException if a file cannot be read
         */
        public Builder clientBundle(String folder) {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            this.clientBundle = ClientBundle.of(context != null ? context : HttpOptions.class.getClassLoader(), folder);
            return this;
        }

        /** @throws IllegalArgumentException if two of them contradict each other */
        HttpOptions build() {
            if (sessionCookie != null && !transports.contains("polling")) {
                throw new IllegalArgumentException(
                        "sessionCookie(\"" + sessionCookie.name()
                                + "\") is set on the handshake of polling clients, and webSocketOnly() lets none in: leave out one of them");
            }
            return new HttpOptions(this);
        }
    }
}
