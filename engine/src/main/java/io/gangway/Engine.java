package io.gangway;

import io.gangway.engineio.EngineIoServer;
import io.gangway.jetty.EngineIoHandler;
import io.gangway.jetty.HealthHandler;
import io.gangway.jetty.HttpSettings;
import io.gangway.jetty.StandaloneServer;
import io.gangway.jetty.StandaloneSettings;
import io.gangway.plain.PlainServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO server, on its own port or embedded in an existing Jetty server. Thread-safe.
 *
 * <pre>
 *            start()                close()
 *   built ------------> running ---------------> closed
 *     |    handler()                                ^
 *     +--------------> mounted ---------------------+
 * </pre>
 */
public final class Engine implements AutoCloseable {
    private final Clients clients;
    private final Departure departure;
    private final Namespaces namespaces;
    private final Statistics statistics;
    private final Observers observers;
    private final EngineThreads threads;
    private final EngineIoServer server;
    private final PlainServer plain;
    private final EngineIoHandler handler;
    private final Limits limits;
    private final HttpOptions http;
    private final StandaloneSettings standaloneSettings;

    // Guarded by this.
    private State state = State.BUILT;
    private @Nullable StandaloneServer standalone;

    private enum State {
        BUILT,
        RUNNING,
        MOUNTED,
        CLOSED
    }

    Engine(
            Clients clients,
            Namespaces namespaces,
            Statistics statistics,
            Observers observers,
            EngineThreads threads,
            EngineIoServer server,
            PlainServer plain,
            Limits limits,
            HttpOptions http,
            HttpSettings settings,
            StandaloneSettings standaloneSettings) {
        this.clients = clients;
        this.departure = new Departure(clients, () -> !server.awaitsPolls(), namespaces::saved);
        this.namespaces = namespaces;
        this.statistics = statistics;
        this.observers = observers;
        this.threads = threads;
        this.server = server;
        this.plain = plain;
        this.limits = limits;
        this.http = http;
        this.standaloneSettings = standaloneSettings;
        this.handler =
                new EngineIoHandler(server, plain, settings, this::startThreads, this::letClientsGo, this::endThreads);
    }

    /**
     * Begins the configuration of an engine.
     *
     * @return a new builder
     */
    public static EngineBuilder builder() {
        return new EngineBuilder();
    }

    /**
     * Starts the engine on its own port and returns it.
     *
     * @return the engine, running
     * @throws java.io.UncheckedIOException if the port cannot be opened, naming host and port
     * @throws IllegalStateException if the engine is mounted with {@link #handler()}, running or closed
     */
    public synchronized Engine start() {
        require(State.BUILT, "start()");
        http.healthPath().ifPresent(path -> handler.setHandler(healthHandler(path)));
        standalone = StandaloneServer.start(standaloneSettings, handler);
        state = State.RUNNING;
        return this;
    }

    /**
     * {@return the engine as a handler for an existing Jetty server: it serves requests below its path, passes all
     * others to the handler that it wraps or to the next one, and starts and stops with that server}
     *
     * @throws IllegalStateException if the engine was started on its own port, is closed, or has {@code tls(..)} set
     */
    public synchronized Handler.Wrapper handler() {
        if (state != State.MOUNTED) {
            require(State.BUILT, "handler()");
            if (standaloneSettings.tls() != null) {
                throw new IllegalStateException(
                        "handler(): tls(..) applies only to start(); leave it out, and configure the"
                                + " certificate on the connector of the Jetty server in which the engine is mounted");
            }
            state = State.MOUNTED;
        }
        return handler;
    }

    private void require(State required, String method) {
        if (state != required) {
            throw new IllegalStateException(
                    switch (state) {
                        case BUILT -> method + ": the engine has not been started";
                        case RUNNING -> method + ": the engine is already running on port " + port();
                        case MOUNTED ->
                            method + ": the engine is mounted with handler(), so it cannot be started on its own"
                                    + " port as well";
                        case CLOSED -> method + ": the engine is closed; build a new one";
                    });
        }
    }

    /**
     * {@return the port the engine listens on}
     *
     * @throws IllegalStateException if the engine does not run on its own port
     */
    public synchronized int port() {
        StandaloneServer running = standalone;
        if (running == null) {
            throw new IllegalStateException("the engine does not run on a port of its own: it is " + state);
        }
        return running.port();
    }

    /**
     * {@return the namespace with this name}
     *
     * @param name the namespace's name
     * @throws NoSuchElementException if there is none with this name; a dynamic namespace exists only while clients are
     *     in it
     */
    public Namespace namespace(String name) {
        Namespace namespace = namespaces.find(name.startsWith("/") ? name : "/" + name);
        if (namespace == null) {
            throw new NoSuchElementException(
                    "no namespace \"" + name + "\"; there are " + new TreeSet<>(namespaces.names()));
        }
        return namespace;
    }

    /**
     * {@return the current namespaces, ordered by name: configured ones, and dynamic ones while clients are in them}
     * The list is immutable, and does not change with the engine.
     */
    public List<Namespace> namespaces() {
        return namespaces.all();
    }

    /**
     * {@return the current namespaces whose whole name matches, ordered by name} To send an event to all namespaces of one
     * rule, as through Node.js's parent namespace: {@code namespaces(pattern).forEach(child -> child.emit("closing"))}. The
     * list is immutable, and does not change with the engine.
     *
     * @param names the pattern
     */
    public List<Namespace> namespaces(Pattern names) {
        return namespaces.all().stream()
                .filter(namespace -> names.matcher(namespace.name()).matches())
                .toList();
    }

    /**
     * {@return what the engine has done since it was built, and what it holds now}
     *
     * <p>Takes some microseconds for each thousand clients. Reading it is the only cost: counting goes on anyway.
     */
    public EngineStats stats() {
        return statistics.take();
    }

    /** {@return whether clients may come, and the state of the connection to other nodes} */
    public EngineHealth health() {
        EngineHealth.Status status = !handler.isRunning()
                ? EngineHealth.Status.STOPPED
                : clients.isLeaving() ? EngineHealth.Status.DRAINING : EngineHealth.Status.READY;
        return new EngineHealth(status, clients.connections(), namespaces.clusterHealth());
    }

    /**
     * {@return a handler for an existing Jetty server that answers {@code GET} of this path with the engine's
     * {@linkplain #health() health}, and handles no other request} 200 and {@code {"status":"ok"}} if the engine is ready,
     * otherwise 503 and {@code "draining"} or {@code "stopped"}; with a cluster also its state, as {@code "cluster":"up"}.
     *
     * @param path the path within the handler's context, such as {@code /health}
     * @throws IllegalArgumentException if the path does not begin with a slash
     */
    public Handler healthHandler(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "healthHandler(\"" + Quoted.of(path) + "\"): a path begins with a slash, such as \"/health\"");
        }
        return new HealthHandler(path, () -> report(health()));
    }

    private static HealthHandler.Report report(EngineHealth health) {
        String status = health.isReady() ? "ok" : health.status().name().toLowerCase(Locale.ROOT);
        String cluster = health.cluster()
                .map(other -> ",\"cluster\":\"" + other.state().name().toLowerCase(Locale.ROOT) + "\"")
                .orElse("");
        return new HealthHandler.Report(health.isReady(), "{\"status\":\"" + status + "\"" + cluster + "}");
    }

    /** {@return this engine's timeouts and size limits} */
    public Limits limits() {
        return limits;
    }

    /** {@return what recovery has done so far and keeps now; all zero without {@link EngineBuilder#recovery}} */
    public RecoveryCounts recoveryCounts() {
        return namespaces.recoveryCounts().orElse(RecoveryCounts.NONE);
    }

    /** {@return this engine's HTTP options} */
    public HttpOptions http() {
        return http;
    }

    /**
     * Disconnects all clients before the engine is closed: new clients are told to try again later (503 with
     * Retry-After), and connected clients are disconnected in batches over {@code time}, so that they do not all
     * reconnect at once. Returns when all have been disconnected, earlier if there are few.
     *
     * <p>From the beginning on, no handler is begun for an event or a connect; acks, pongs and polls still act. A client
     * is disconnected once its running handler has returned and its {@linkplain Ack#later late} acks are sent. What is
     * not finished when the time is up loses its ack, and is logged with counts. Clients of the last batch are not served
     * during all of the time, so seconds are better than minutes. Whatever handlers call this, it does not wait for them.
     * An interrupt ends the waiting, and disconnects all clients at once. With {@linkplain EngineBuilder#recovery recovery}
     * among nodes, a client's connection is closed once its session is saved for the others: if the broker is slow, up to a
     * second later, and a quarter of a second after the time is up.
     *
     * @param time the time over which the batches are spread, and in which handlers and late acks may finish
     * @throws IllegalArgumentException if the time is more than 24 days
     */
    public void drain(Duration time) {
        departure.drain(Waits.bounded("the time to drain", time));
    }

    /**
     * Closes the engine: disconnects all clients, which will try to reconnect, and frees the port. As in
     * {@link #drain}, no handler is begun any more, and each client gets the acks that running handlers and
     * {@linkplain Ack#later late} acks owe it; all of that takes five seconds at most, after which handlers are
     * interrupted. After a drain that waited in vain it takes one second. May be called at any time, on any thread;
     * calling again has no effect.
     */
    @Override
    public void close() {
        StandaloneServer running;
        synchronized (this) {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            running = standalone;
        }
        letClientsGo();
        if (running != null) {
            running.stop();
        } else {
            handler.closeSessions();
            endThreads();
        }
        namespaces.closeCluster();
    }

    private Duration letClientsGo() {
        departure.close();
        return departure.left();
    }

    private void startThreads() {
        LogProvider.sayIfMissing();
        threads.start();
        namespaces.joinCluster();
        observers.started();
        departure.revoke();
    }

    /** Runs when the handler has stopped, after all transports are closed and their last packets sent. */
    private void endThreads() {
        server.abandon();
        // The handlers first: events that they emit when their clients leave are sent to the other nodes too.
        threads.closeHandlers(departure.left());
        observers.stopped();
        departure.awaitSaves();
        namespaces.leaveCluster();
        namespaces.forgetSessions();
        threads.close();
    }

    /** The resources held for clients, all zero once they have left. For tests and diagnosis. */
    Occupancy occupancy() {
        int sockets = 0;
        int rooms = 0;
        int acks = 0;
        int requests = 0;
        for (Namespace namespace : namespaces.all()) {
            sockets += namespace.sockets().size();
            rooms += namespace.roomNames().size();
            acks += namespace.here().pendingAcks().size();
            requests += namespace.pendingRequests();
        }
        return new Occupancy(
                server.sessions() + plain.sessions(),
                clients.all().size(),
                sockets,
                rooms,
                acks,
                requests,
                threads.deadlines().pending());
    }

    /**
     * @param requests unanswered requests to other nodes
     * @param timers pending deadlines
     */
    record Occupancy(int sessions, int clients, int sockets, int rooms, int acks, int requests, int timers) {
        static final Occupancy NONE = new Occupancy(0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public String toString() {
        return "Engine[" + state + ", " + new TreeSet<>(namespaces.names()) + "]";
    }
}
