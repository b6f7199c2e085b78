package io.gangway.admin;

import io.gangway.EngineBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The server side of the Socket.IO Admin UI 0.5, the page that is at <a href="https://admin.socket.io">admin.socket.io</a> and
 * in the npm package {@code @socket.io/admin-ui}:
 *
 * <pre>{@code
 * Engine.builder()
 *         .extend(AdminUi.login("admin", PasswordHash.parse(System.getenv("ADMIN_PASSWORD_HASH"))))
 * }</pre>
 *
 * <p>The page connects to the namespace {@code /admin}. Its origin must be {@linkplain EngineBuilder#allowOrigins allowed},
 * with {@linkplain EngineBuilder#allowCredentials credentials}, unless it is the server's own. Interceptors of the engine
 * surround this namespace too.
 *
 * <p>By default it shows servers, numbers of clients and traffic, for all nodes of the cluster, and costs nothing but the
 * reading of {@link io.gangway.Engine#stats()}, every second while an administrator is connected to any node. In
 * {@linkplain #development() development} it also shows clients, sockets, rooms and events. Beside Node.js servers with
 * {@code instrument()} in one cluster, the page sees both kinds from either.
 *
 * <p>Immutable: each method returns another one. To be passed to one builder, for one engine.
 */
public final class AdminUi implements Consumer<EngineBuilder> {
    private final AdminSettings settings;

    private AdminUi(AdminSettings settings) {
        this.settings = settings;
    }

    /**
     * Asks for a user's name and password. Failed logins are limited to five a minute from one address and a hundred in all.
     *
     * @param login decides who may administer
     * @return the admin UI's server side, for {@link EngineBuilder#extend}
     */
    public static AdminUi login(AdminLogin login) {
        return new AdminUi(AdminSettings.of(Objects.requireNonNull(login, "login")));
    }

    /**
     * Asks for the password of one user. See {@link #login(AdminLogin)}.
     *
     * @param user the user's name
     * @param password the password's hash
     * @return the admin UI's server side, for {@link EngineBuilder#extend}
     */
    public static AdminUi login(String user, PasswordHash password) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        Objects.requireNonNull(password, "password");
        return login((typed, secret) -> {
            // Both in any case, so that the time does not tell whether the name is right.
            boolean isUser = MessageDigest.isEqual(name, typed.getBytes(StandardCharsets.UTF_8));
            boolean isPassword = password.matches(secret);
            return isUser && isPassword;
        });
    }

    /**
     * Lets in everybody who can reach the server, without a password. For tests, and for servers that only administrators can
     * reach; logged as a warning.
     *
     * @return the admin UI's server side, for {@link EngineBuilder#extend}
     */
    public static AdminUi insecure() {
        return new AdminUi(AdminSettings.of(null));
    }

    /**
     * Uses another namespace, which the page then has to name.
     *
     * @param namespace the namespace; default {@code /admin}
     * @return the admin UI with this namespace
     */
    public AdminUi namespace(String namespace) {
        return new AdminUi(settings.with(namespace.startsWith("/") ? namespace : "/" + namespace));
    }

    /**
     * Names this server. All servers of a cluster need different names.
     *
     * @param serverId the name that the page shows; default: the host's name and the process's number, as
     *     {@code web-1#4711}, so that engines in one process need one
     * @return the admin UI with this name
     */
    public AdminUi serverId(String serverId) {
        if (serverId.isEmpty()) {
            throw new IllegalArgumentException("serverId(..): the name is empty");
        }
        return new AdminUi(settings.with(Optional.of(serverId)));
    }

    /**
     * Shows everything, and does nothing: the page cannot emit, change rooms or disconnect clients.
     *
     * @return the admin UI without commands
     */
    public AdminUi readOnly() {
        return new AdminUi(settings.with(AdminSettings.Rights.READ));
    }

    /**
     * Also shows clients, sockets, rooms and events, while an administrator is connected to any node; of events at most 200 a
     * second from each node, the first 2,000 characters of their arguments, and no {@linkplain io.gangway.Preview secrets}.
     * Other nodes learn the transports of this node's sockets, even when nobody is connected. For development, and for small
     * servers: with many clients the page itself becomes slow.
     *
     * @return the admin UI in development mode
     */
    public AdminUi development() {
        return new AdminUi(settings.with(AdminSettings.Mode.DEVELOPMENT));
    }

    /**
     * Keeps sessions elsewhere, so that an administrator who has logged in at one node can go on at another. Default: in
     * memory, for one day.
     *
     * @param sessions keeps the sessions
     * @return the admin UI with these sessions
     */
    public AdminUi sessions(AdminSessions sessions) {
        return new AdminUi(settings.with(Objects.requireNonNull(sessions, "sessions")));
    }

    /** Reports in shorter intervals than of seconds; for tests. */
    AdminUi tick(Duration tick) {
        return new AdminUi(settings.with(tick));
    }

    /**
     * Adds the namespace to the engine's builder; called by {@link EngineBuilder#extend}.
     *
     * @param engine the builder
     */
    @Override
    public void accept(EngineBuilder engine) {
        AdminServer server = new AdminServer(settings);
        engine.namespace(settings.namespace(), new AdminGateway(settings, server))
                .observe(server)
                .whenBuilt(server::join);
    }
}
