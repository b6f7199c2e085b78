package io.gangway;

import com.google.gson.Gson;
import io.gangway.cluster.Cluster;
import io.gangway.connection.Flusher;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.Laggards;
import io.gangway.engineio.EngineIoServer;
import io.gangway.engineio.Upgrades;
import io.gangway.jetty.HttpSettings;
import io.gangway.jetty.OriginRule;
import io.gangway.jetty.PemKeys;
import io.gangway.jetty.StandaloneServer;
import io.gangway.jetty.StandaloneSettings;
import io.gangway.plain.PlainServer;
import io.gangway.plain.PlainSettings;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.MessagePackCodec;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.SocketIoCodec;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Configures an engine and its namespaces. Refuses settings that cannot work at once, rather than when the first client
 * connects.
 *
 * <p>Not thread-safe. One builder may build several engines.
 */
public final class EngineBuilder {
    /** The clusters that already belong to an engine. */
    private static final Set<Cluster> OWNED =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private @Nullable String host;
    private int port = 3000;
    private String path = "/socket.io";
    private SslContextFactory.@Nullable Server tls;
    private OriginRule origins = OriginRule.sameHost();
    private boolean credentials;
    private final Limits.Builder limits = new Limits.Builder();
    private final HttpOptions.Builder http = new HttpOptions.Builder();
    private @Nullable Gson gson;
    private @Nullable Admission admission;
    private @Nullable Cluster cluster;
    private @Nullable ClusterTracing tracing;
    private @Nullable Recovery recovery;
    private UnaryOperator<Handshake> sharedHandshake = SharedHandshake::withoutSecrets;
    private @Nullable Executor executor;
    private int handlerThreads = 64;
    private boolean handlerThreadsChosen;
    private @Nullable PayloadValidator validator;
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final NamespaceDefinitions definitions = new NamespaceDefinitions();
    private final List<EngineObserver> observers = new ArrayList<>(0);
    private Consumer<Engine> whenBuilt = engine -> {};
    private final List<RefusalListener> refusalListeners = new ArrayList<>();
    private final PlainRoutes plainRoutes = new PlainRoutes();

    EngineBuilder() {
        definitions.named("/"); // always exists, as in Node.js; clients join it only on request
    }

    // ---- where to listen

    /**
     * The port on which {@code start()} listens; 0 picks a free one, which {@link Engine#port()} returns. Default 3000.
     *
     * @param port the port, 0 to 65535
     * @return this builder
     */
    public EngineBuilder port(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not one of 0 to 65535");
        }
        this.port = port;
        return this;
    }

    /**
     * The host name or address on which {@code start()} listens. Default: all addresses.
     *
     * @param host the host name or address
     * @return this builder
     * @throws IllegalArgumentException if it is neither, such as a URL
     */
    public EngineBuilder host(String host) {
        this.host = StandaloneServer.checkedHost(Objects.requireNonNull(host, "host"));
        return this;
    }

    /**
     * The path to which clients connect. Default {@code /socket.io}, the default of stock clients.
     *
     * @param path the path
     * @return this builder
     * @throws IllegalArgumentException if no request can have this path
     */
    public EngineBuilder path(String path) {
        this.path = HttpSettings.checkedPath(Objects.requireNonNull(path, "path"));
        return this;
    }

    /**
     * Serves {@code start()}'s port over TLS, configured with Jetty's own class.
     *
     * @param tls keys, certificates and protocols
     * @return this builder
     */
    public EngineBuilder tls(SslContextFactory.Server tls) {
        this.tls = Objects.requireNonNull(tls, "tls");
        return this;
    }

    /**
     * Serves {@code start()}'s port over TLS.
     *
     * @param certificates a PEM file with the certificate and its chain up to the root
     * @param key a PEM file with the private key, unencrypted in PKCS#8
     * @return this builder
     * @throws IllegalArgumentException if a file cannot be used, naming it
     */
    public EngineBuilder tls(Path certificates, Path key) {
        return tls(PemKeys.load(certificates, key));
    }

    // ---- access

    /**
     * Allows pages of these origins to connect, over CORS and WebSocket; {@code "*"} allows every page. By default
     * pages of the same host may connect, and clients other than browsers. Further calls add origins. Other pages get
     * 403, and the log a WARN for each origin, once.
     *
     * @param origins such as {@code https://example.com} or {@code http://localhost:3000}; {@code null} is the origin
     *     of files and sandboxed frames, which any page on the web can take; {@code file://} is that of files in some
     *     web views
     * @return this builder
     * @throws IllegalArgumentException if an entry is not an origin, naming it
     */
    public EngineBuilder allowOrigins(String... origins) {
        for (String origin : origins) {
            Objects.requireNonNull(origin, "origin");
        }
        this.origins = this.origins.or(OriginRule.of(List.of(origins)));
        return this;
    }

    /**
     * Also allows pages whose whole origin matches the pattern.
     *
     * @param origins the pattern
     * @return this builder
     */
    public EngineBuilder allowOrigins(Pattern origins) {
        this.origins = this.origins.or(OriginRule.matching(Objects.requireNonNull(origins, "origins")));
        return this;
    }

    /**
     * Lets allowed pages send cookies. Cannot be combined with {@code allowOrigins("*")}.
     *
     * @return this builder
     */
    public EngineBuilder allowCredentials() {
        this.credentials = true;
        return this;
    }

    /**
     * Tells the listener of each client that cannot connect, as Node.js's {@code connection_error} does: refused by
     * {@link #admission}, for its origin, by a drain, as malformed, or because its session is unknown. A namespace's refusal
     * is no such thing: see {@link Interceptor#aroundConnect}.
     *
     * @param listener is told; runs on the thread that reads requests and must not block
     * @return this builder
     */
    public EngineBuilder onRefused(RefusalListener listener) {
        refusalListeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Decides whether a client may connect, before a session exists; see {@link Admission}. Default: every client may.
     *
     * @param admission decides who may connect
     * @return this builder
     */
    public EngineBuilder admission(Admission admission) {
        this.admission = Objects.requireNonNull(admission, "admission");
        return this;
    }

    // ---- limits and HTTP options

    /**
     * How often a client is pinged. Default 25 s. Together with {@link #pingTimeout} at most 24 days.
     *
     * @param pingInterval the time between pings
     * @return this builder
     */
    public EngineBuilder pingInterval(Duration pingInterval) {
        limits.pingInterval(pingInterval);
        return this;
    }

    /**
     * How long a client may take to answer a ping. Default 20 s.
     *
     * @param pingTimeout the time to wait for a pong
     * @return this builder
     */
    public EngineBuilder pingTimeout(Duration pingTimeout) {
        limits.pingTimeout(pingTimeout);
        return this;
    }

    /**
     * How long a connection may stay without a namespace, and how long an interceptor's late decision may take. Default
     * 45 s.
     *
     * @param connectTimeout the longest time, for either
     * @return this builder
     */
    public EngineBuilder connectTimeout(Duration connectTimeout) {
        limits.connectTimeout(connectTimeout);
        return this;
    }

    /**
     * How long an ack may take, both a client's for {@code emitWithAck} and a handler's {@link Ack#later}. Default 30
     * s.
     *
     * @param ackTimeout the longest time, for either
     * @return this builder
     */
    public EngineBuilder ackTimeout(Duration ackTimeout) {
        limits.ackTimeout(ackTimeout);
        return this;
    }

    /**
     * The largest message accepted from a client, in bytes. Default 1,000,000.
     *
     * @param maxPayload the maximum number of bytes
     * @return this builder
     */
    public EngineBuilder maxPayload(int maxPayload) {
        limits.maxPayload(maxPayload);
        return this;
    }

    /**
     * Sets limits that are rarely changed, as in {@code limits(limits -> limits.maxAttachments(20))}. Further calls
     * change further limits.
     *
     * @param choices sets limits
     * @return this builder
     * @throws IllegalArgumentException if a value is invalid, naming it
     */
    public EngineBuilder limits(Consumer<Limits.Builder> choices) {
        Objects.requireNonNull(choices, "choices").accept(limits);
        return this;
    }

    /**
     * Sets how requests are served, as in {@code http(http -> http.webSocketOnly().trustProxies("10.0.0.0/8"))}.
     * Further calls change further options.
     *
     * @param choices sets options
     * @return this builder
     * @throws IllegalArgumentException if a value is invalid, naming it
     */
    public EngineBuilder http(Consumer<HttpOptions.Builder> choices) {
        Objects.requireNonNull(choices, "choices").accept(http);
        return this;
    }

    // ---- components

    /**
     * The application's own Gson for arguments; {@code byte[]} and {@code ByteBuffer} stay binary. It is not used for
     * strings, maps and collections outside of an object's fields, which are written as JSON directly.
     *
     * @param gson reads and writes the arguments of events
     * @return this builder
     */
    public EngineBuilder gson(Gson gson) {
        this.gson = Objects.requireNonNull(gson, "gson");
        return this;
    }

    /**
     * Gives stock clients back what they missed while they were away: their id, rooms, shared data and events. Off by
     * default. Each event then ends in one more argument, a string, for the clients that {@link Recovery#only} chooses.
     * {@link NamespaceBuilder#withoutRecovery} excludes a namespace.
     *
     * @param recovery for how long, and how much is kept
     * @return this builder
     */
    public EngineBuilder recovery(Recovery recovery) {
        this.recovery = Objects.requireNonNull(recovery, "recovery");
        return this;
    }

    /**
     * Joins other nodes. Once built, the engine owns the cluster and closes it; each engine needs its own.
     *
     * @param cluster connects the nodes
     * @return this builder
     */
    public EngineBuilder cluster(Cluster cluster) {
        this.cluster = Objects.requireNonNull(cluster, "cluster");
        return this;
    }

    /**
     * Lets traces go on across nodes: an event that this node emits carries its trace to the other nodes, and events that
     * carry one are delivered here within it. Off by default. Node.js servers ignore the trace, and send none.
     *
     * @param tracing reads and continues traces
     * @return this builder
     */
    public EngineBuilder clusterTracing(ClusterTracing tracing) {
        this.tracing = Objects.requireNonNull(tracing, "tracing");
        return this;
    }

    /**
     * Filters the handshake that other nodes see in {@code fetchSockets}. Default: without cookies, credentials, auth
     * payload and the application's query parameters. {@code handshake -> handshake} shares all of it, as Node.js does.
     *
     * @param filter returns the handshake that other nodes may see
     * @return this builder
     */
    public EngineBuilder shareHandshake(UnaryOperator<Handshake> filter) {
        this.sharedHandshake = Objects.requireNonNull(filter, "filter");
        return this;
    }

    /**
     * Checks the payloads of typed handlers. Default: with jakarta.validation if it is on the class path, otherwise not
     * at all.
     *
     * @param validator checks payloads
     * @return this builder
     */
    public EngineBuilder validate(PayloadValidator validator) {
        this.validator = Objects.requireNonNull(validator, "validator");
        return this;
    }

    /**
     * Runs handlers. Default: a pool of {@link #handlerThreads} and, while all of them are busy, virtual threads on JDK
     * 21 and later.
     *
     * <p>With an executor that runs tasks on the calling thread, such as {@code Runnable::run}, handlers occupy the
     * thread that reads from their client: they must not wait, least of all for that client's ack, which is not read
     * meanwhile.
     *
     * @param executor runs handlers
     * @return this builder
     */
    public EngineBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * How many threads run handlers, besides virtual ones. Each is started when all others are busy; on a JDK without
     * virtual threads, events wait while all of them block; after five seconds a warning says how many, and where the
     * threads are. The same number completes futures, and more while those are blocked. Default 64.
     *
     * @param handlerThreads how many threads run handlers
     * @return this builder
     */
    public EngineBuilder handlerThreads(int handlerThreads) {
        this.handlerThreads = (int) Limits.positive("handlerThreads", handlerThreads);
        this.handlerThreadsChosen = true;
        return this;
    }

    /**
     * Adds an interceptor around all namespaces, inside those added before.
     *
     * @param interceptor surrounds connects, events and disconnects
     * @return this builder
     */
    public EngineBuilder intercept(Interceptor interceptor) {
        interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
        return this;
    }

    /**
     * Lets an extension configure this builder, such as a page for administrators, which takes more than a namespace.
     *
     * @param extension configures this builder at once
     * @return this builder
     */
    public EngineBuilder extend(Consumer<EngineBuilder> extension) {
        Objects.requireNonNull(extension, "extension").accept(this);
        return this;
    }

    /**
     * Tells an observer what happens in all namespaces.
     *
     * @param observer is told while it {@linkplain EngineObserver#isWatching watches}
     * @return this builder
     */
    public EngineBuilder observe(EngineObserver observer) {
        observers.add(Objects.requireNonNull(observer, "observer"));
        return this;
    }

    /**
     * Gives each engine that this builder builds to an extension that needs it. If {@code whenBuilt} fails, so does
     * {@link #build()}.
     *
     * @param whenBuilt is called with the engine, which is not running yet
     * @return this builder
     */
    public EngineBuilder whenBuilt(Consumer<Engine> whenBuilt) {
        this.whenBuilt = this.whenBuilt.andThen(whenBuilt);
        return this;
    }

    // ---- namespaces

    /**
     * Configures a namespace, or continues its configuration. {@code "chat"} means {@code "/chat"}, {@code ""} means
     * {@code "/"}.
     *
     * @param name the namespace's name
     * @return the namespace's builder
     */
    public NamespaceBuilder namespace(String name) {
        return new NamespaceBuilder(this, definitions.named(name), null);
    }

    /**
     * Lets a gateway configure a namespace.
     *
     * @param name the namespace's name
     * @param gateway configures the namespace
     * @return this builder
     */
    public EngineBuilder namespace(String name, Gateway gateway) {
        namespace(name).configure(gateway);
        return this;
    }

    /**
     * Lets a gateway configure the dynamic namespaces whose whole name matches the pattern; each exists while clients
     * are in it.
     *
     * @param names the pattern
     * @param gateway configures the namespace
     * @return this builder
     * @throws IllegalArgumentException if no name can match, because each begins with a slash and the pattern does not
     */
    public EngineBuilder namespaces(Pattern names, Gateway gateway) {
        return namespaces(definitions.add(names), gateway);
    }

    /**
     * Lets a gateway configure the dynamic namespaces that the rule allows; each exists while clients are in it.
     *
     * @param rule decides which names clients may ask for
     * @param gateway configures the namespace
     * @return this builder
     */
    public EngineBuilder namespaces(NamespaceRule rule, Gateway gateway) {
        return namespaces(definitions.add("(dynamic)", Objects.requireNonNull(rule, "rule")), gateway);
    }

    private EngineBuilder namespaces(NamespaceDefinition dynamic, Gateway gateway) {
        new NamespaceBuilder(this, dynamic, null).configure(gateway);
        return this;
    }

    /**
     * Accepts WebSockets without Socket.IO on this path, as members of a namespace. Their messages are JSON texts,
     * {@code {"event": .., "data": ..}}; the README has the whole table.
     *
     * @param route the path, such as {@code /ws/chat}; one that ends with {@code /*} stands for all paths below it
     * @param namespace the namespace that the path opens onto; with such a route it ends with {@code *} too, which
     *     stands for the same text, and may be a dynamic namespace
     * @return this builder
     * @throws IllegalArgumentException if the path cannot be served, or has been given before
     */
    public EngineBuilder plainWebSocket(String route, String namespace) {
        return plainWebSocket(route, namespace, options -> {});
    }

    /**
     * Accepts WebSockets without Socket.IO on this path, with options.
     *
     * @param route the path, as without options
     * @param namespace the namespace that the path opens onto, as without options
     * @param options sets the route's options
     * @return this builder
     * @throws IllegalArgumentException if the path cannot be served, or has been given before
     */
    public EngineBuilder plainWebSocket(String route, String namespace, Consumer<PlainWebSocket> options) {
        plainRoutes.add(route, namespace, options);
        return this;
    }

    // ---- the engine

    /**
     * {@return an engine that is not running yet: {@link Engine#start()} starts it on its own port, {@link
     * Engine#handler()} embeds it in an existing Jetty server}
     *
     * @throws IllegalArgumentException if two settings contradict each other, or Gson cannot read a handler's type
     * @throws IllegalStateException if the cluster already belongs to another engine
     */
    public Engine build() {
        Gson binding = gson == null ? Json.standard() : Json.withAttachments(gson);
        Limits chosenLimits = limits.build();
        HttpOptions chosenHttp = http.build();
        HttpSettings httpSettings = chosenHttp.settings(path, credentials ? origins.withCredentials() : origins);
        StandaloneSettings standalone = chosenHttp.standalone(host, port, tls);
        if (executor != null && handlerThreadsChosen) {
            throw new IllegalArgumentException("handlerThreads(" + handlerThreads
                    + ") configures the engine's own pool, but executor(..) replaces it: leave out one of them");
        }
        definitions.check(new NamespaceChecks(chosenLimits, binding));
        plainRoutes.check(httpSettings.path(), definitions::mayExist);
        chosenHttp.check(requested -> httpSettings.owns(requested) || plainRoutes.serve(requested));
        if (cluster != null && !OWNED.add(cluster)) {
            throw new IllegalStateException(cluster
                    + " already belongs to an engine: create a cluster for each engine, even on the same machine");
        }
        Flusher flusher =
                new Flusher("gangway", Math.min(4, Runtime.getRuntime().availableProcessors()));
        Deadlines deadlines = new Deadlines("gangway");
        HandlerThreads handlers = new HandlerThreads(executor, handlerThreads, deadlines);
        Surroundings around = Surroundings.of(interceptors, observers, validator);
        JsonBinding values = new JsonBinding(binding, chosenLimits.ofPackets());
        PacketCodec json = new SocketIoCodec(values);
        Namespaces namespaces = new Namespaces(
                new NamespaceFactory(
                        values,
                        flusher,
                        handlers,
                        chosenLimits,
                        cluster,
                        sharedHandshake,
                        tracing,
                        recovery == null ? null : new EngineRecovery(recovery, chosenLimits, deadlines)),
                definitions.pipelines(around),
                definitions.rules(around));
        Clients clients = new Clients(
                new ClientSettings(new Codecs(json, new MessagePackCodec(values)), chosenLimits),
                namespaces,
                handlers,
                deadlines,
                admission,
                new Reception(refusalListeners));
        Laggards laggards =
                new Laggards(chosenLimits.ofQueues(), (delay, task) -> deadlines.after(delay, task)::cancel);
        EngineThreads threads = new EngineThreads(flusher, deadlines, handlers);
        InboundBudget budget = threads.budget(chosenLimits);
        PlainServer plain = new PlainServer(
                plainRoutes.routes(values, clients),
                new PlainSettings(chosenLimits.pingInterval(), chosenLimits.pingTimeout(), chosenLimits.maxPayload()),
                flusher,
                laggards,
                deadlines,
                budget);
        EngineIoServer server =
                new EngineIoServer(chosenHttp.engineIo(chosenLimits), clients, flusher, laggards, deadlines, budget);
        Statistics statistics =
                new Statistics(clients, namespaces, flusher, laggards, budget, handlers, () -> upgrades(server));
        Engine engine = new Engine(
                clients,
                namespaces,
                statistics,
                around.observers(),
                threads,
                server,
                plain,
                chosenLimits,
                chosenHttp,
                httpSettings,
                standalone);
        whenBuilt.accept(engine);
        return engine;
    }

    private static EngineStats.Upgrades upgrades(EngineIoServer server) {
        Upgrades upgrades = server.upgrades();
        return new EngineStats.Upgrades(upgrades.succeeded(), upgrades.timedOut(), upgrades.failed());
    }

    /**
     * Builds the engine and starts it on its port.
     *
     * @return the engine, running
     */
    public Engine start() {
        return build().start();
    }
}
