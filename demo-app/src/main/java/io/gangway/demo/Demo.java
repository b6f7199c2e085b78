package io.gangway.demo;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Recovery;
import io.gangway.admin.AdminUi;
import io.gangway.interceptors.AccessLog;
import io.gangway.redis.RedisCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The chat and its web page on one port: an engine beside the HTTP routes of an application. */
final class Demo implements AutoCloseable {
    /** The time over which clients are disconnected, so that they do not all reconnect at once. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** For how long the page gets back what it misses; it asks for that in the handshake's query. */
    private static final Duration ABSENCE = Duration.ofMinutes(2);

    /** Connects to the other nodes; closed by the engine. */
    private final Optional<RedisCluster> cluster;

    private final Engine engine;
    private final Server server = new Server();
    private final ServerConnector connector =
            new ServerConnector(server, new HttpConnectionFactory(quietAboutItself()));

    private Demo(Settings settings, Optional<RedisCluster> cluster) {
        this.cluster = cluster;
        Clock clock = Clock.tickMillis(ZoneOffset.UTC); // clients in every language can read milliseconds
        Tokens tokens = new Tokens(settings.jwtSecret());
        People people = new People();
        NotificationService notifications =
                new NotificationService(() -> engine().namespace(NotificationsGateway.NAMESPACE));
        EngineBuilder builder = cluster.map(Engine.builder()::cluster).orElseGet(Engine::builder);
        settings.adminPassword()
                .ifPresent(password ->
                        builder.extend(AdminUi.login(password::accepts).development()));
        engine = engine(
                settings,
                builder.http(http -> http.clientBundle("io/gangway/demo/client")) // from npm, put there by the build
                        .recovery(Recovery.window(ABSENCE)
                                .only(handshake -> handshake.query().containsKey("recovers")))
                        .intercept(new AccessLog())
                        .plainWebSocket("/ws/chat", "/")
                        .namespace("/", new ChatGateway(clock))
                        .namespace("/", new RoomsGateway(clock, people))
                        .namespace("/", new PeopleGateway(people, tokens, () -> "node on port " + port()))
                        .namespace("/secure", new SecureGateway(tokens, clock))
                        .namespace(NotificationsGateway.NAMESPACE, new NotificationsGateway(tokens, notifications)));
        connector.setPort(settings.port());
        server.addConnector(connector);

        // The engine handles the paths below /socket.io and passes other requests to the handler it wraps.
        Handler.Wrapper sockets = engine.handler();
        sockets.setHandler(new SafetyHeaders(new Handler.Sequence(
                engine.healthHandler("/health"),
                new MetricsRoute(engine),
                JsonRoutes.of(
                        settings.allowedOrigins(),
                        Map.of(
                                "/token", new SignIn(tokens),
                                "/notifications", new NotifyYourself(tokens, notifications, clock))),
                settings.adminPassword().isPresent() ? AdminPage.route() : new Handler.Sequence(),
                Page.route(),
                new NotFoundRoute())));
        server.setHandler(sockets);
    }

    /**
     * Starts the demo, which does not wait for Redis.
     *
     * @throws IllegalArgumentException if an entry of ALLOWED_ORIGINS is not an origin
     * @throws UncheckedIOException if the port cannot be opened, naming it
     */
    static Demo start(Settings settings) {
        Optional<RedisCluster> cluster = settings.redis().map(redis -> RedisCluster.connect(redis.value()));
        Demo demo;
        try {
            demo = new Demo(settings, cluster);
        } catch (RuntimeException refused) {
            cluster.ifPresent(RedisCluster::close);
            throw refused;
        }
        try {
            demo.server.start();
            return demo;
        } catch (Exception failure) {
            demo.close();
            throw failure.getCause() instanceof BindException refusal
                    ? taken(settings.port(), refusal)
                    : unexpected(failure);
        }
    }

    private static Engine engine(Settings settings, EngineBuilder builder) {
        if (settings.allowedOrigins().isEmpty()) {
            return builder.build();
        }
        settings.allowedOrigins().forEach(Demo::requireNoWildcard);
        try {
            return builder.allowOrigins(settings.allowedOrigins().toArray(String[]::new))
                    .allowCredentials()
                    .build();
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("ALLOWED_ORIGINS cannot be used: " + refused.getMessage(), refused);
        }
    }

    /** The engine's own message would advise a Pattern, which the variable cannot hold. */
    private static void requireNoWildcard(String origin) {
        if (origin.contains("*")) {
            throw new IllegalArgumentException("ALLOWED_ORIGINS cannot be used: \"" + origin
                    + "\" has a wildcard; list each origin, such as https://chat.example.com, separated by commas");
        }
    }

    private Engine engine() {
        return engine;
    }

    /** The port on which the demo listens. */
    int port() {
        return connector.getLocalPort();
    }

    /** The connection to the other nodes; empty if the demo runs alone. */
    Optional<RedisCluster> cluster() {
        return cluster;
    }

    /** Disconnects the clients; meanwhile {@code /health} answers 503 and new clients are told to try again later. */
    void drain() {
        engine.drain(DRAIN);
    }

    /** Drains, then frees the port. */
    @Override
    public void close() {
        if (server.isRunning()) {
            drain();
        }
        try {
            server.stop();
        } catch (Exception failure) {
            throw unexpected(failure);
        } finally {
            engine.close();
        }
    }

    private static HttpConfiguration quietAboutItself() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        return configuration;
    }

    private static UncheckedIOException taken(int port, IOException refusal) {
        return new UncheckedIOException(
                "cannot listen on port " + port + ": " + refusal.getMessage() + "; set PORT to another port", refusal);
    }

    private static IllegalStateException unexpected(Exception failure) {
        return new IllegalStateException("Jetty failed: " + failure, failure);
    }
}
