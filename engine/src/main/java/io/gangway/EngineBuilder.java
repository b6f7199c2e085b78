package io.gangway;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.gangway.cluster.Cluster;
import io.gangway.connection.Flusher;
import io.gangway.engineio.EngineIoServer;
import io.gangway.engineio.EngineIoSettings;
import io.gangway.jetty.HttpSettings;
import io.gangway.jetty.OriginRule;
import io.gangway.jetty.PemKeys;
import io.gangway.jetty.StandaloneServer;
import io.gangway.jetty.StandaloneSettings;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.SocketIoCodec;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Engine-wide choices, then namespaces. Whatever cannot work is refused here, not when the first client comes.
 *
 * <p>Not thread-safe. One builder may build several engines.
 */
public final class EngineBuilder {
    /** The clusters that belong to engines. */
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
    private UnaryOperator<Handshake> sharedHandshake = SharedHandshake::withoutSecrets;
    private @Nullable Executor executor;
    private int handlerThreads = 64;
    private boolean handlerThreadsChosen;
    private @Nullable PayloadValidator validator;
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final Map<String, NamespaceDefinition> definitions = new LinkedHashMap<>();
    private final List<DynamicDefinition> dynamic = new ArrayList<>();

    private record DynamicDefinition(NamespaceRule rule, NamespaceDefinition definition) {}

    EngineBuilder() {
        definition("/"); // always there, as in Node; a client is in it only if it asks
    }

    // ---- where to listen

    /**
     * The port {@code start()} listens on; 0 picks a free one, which {@link Engine#port()} tells. Default 3000.
     *
     * @param port the port, 0 for any that is free
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
     * The name or address {@code start()} listens on. Default: all of them.
     *
     * @param host the interface's host name or address
     * @return this builder
     * @throws IllegalArgumentException for what is neither, such as a URL
     */
    public EngineBuilder host(String host) {
        this.host = StandaloneServer.checkedHost(Objects.requireNonNull(host, "host"));
        return this;
    }

    /**
     * The path clients connect to. Default {@code /socket.io}, which is what stock clients assume.
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
     * Serves {@code start()}'s port over TLS, in whatever way Jetty can.
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
     * @param certificates a PEM file with the certificate and those that lead to its root
     * @param key a PEM file with the private key, in PKCS#8 and not encrypted
     * @return this builder
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    public EngineBuilder tls(Path certificates, Path key) {
        return tls(PemKeys.load(certificates, key));
    }

    // ---- who may come

    /**
     * Pages of these origins may connect, by CORS and by WebSocket; {@code "*"} is every page. By default those of the same
     * host may, and whatever is no browser. Called again, it adds. Who is refused gets 403, and the log has a WARN with the
     * origin, once for each.
     *
     * @param origins such as {@code https://example.com} or {@code http://localhost:3000}; {@code null} is what pages of files
     *     and sandboxed frames have, and any page on the web can make itself one; {@code file://} is files in some web views
     * @return this builder
     * @throws IllegalArgumentException naming what is no origin
     */
    public EngineBuilder allowOrigins(String... origins) {
        for (String origin : origins) {
            Objects.requireNonNull(origin, "origin");
        }
        this.origins = this.origins.or(OriginRule.of(List.of(origins)));
        return this;
    }

    /**
     * Pages whose whole origin matches may connect, besides those listed.
     *
     * @param origins matches the whole of an origin
     * @return this builder
     */
    public EngineBuilder allowOrigins(Pattern origins) {
        this.origins = this.origins.or(OriginRule.matching(Objects.requireNonNull(origins, "origins")));
        return this;
    }

    /**
     * Allowed pages may send cookies. Not along with {@code allowOrigins("*")}.
     *
     * @return this builder
     */
    public EngineBuilder allowCredentials() {
        this.credentials = true;
        return this;
    }

    /**
     * Decides before there is a session; see {@link Admission}. Default: everyone may come.
     *
     * @param admission decides who may connect
     * @return this builder
     */
    public EngineBuilder admission(Admission admission) {
        this.admission = Objects.requireNonNull(admission, "admission");
        return this;
    }

    // ---- how long, how much, and how requests are served

    /**
     * How often a client is pinged. Default 25 s. With {@link #pingTimeout} it makes 24 days at most.
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
     * @param pingTimeout how long a pong may take
     * @return this builder
     */
    public EngineBuilder pingTimeout(Duration pingTimeout) {
        limits.pingTimeout(pingTimeout);
        return this;
    }

    /**
     * How long a connection may be in no namespace, and a late verdict of an interceptor take. Default 45 s.
     *
     * @param connectTimeout how long a client may take to join a namespace
     * @return this builder
     */
    public EngineBuilder connectTimeout(Duration connectTimeout) {
        limits.connectTimeout(connectTimeout);
        return this;
    }

    /**
     * How long an answer may take: a client's to {@code emitWithAck}, and a handler's {@link Ack#later}. Default 30 s.
     *
     * @param ackTimeout how long a client may take to answer
     * @return this builder
     */
    public EngineBuilder ackTimeout(Duration ackTimeout) {
        limits.ackTimeout(ackTimeout);
        return this;
    }

    /**
     * The largest message taken from a client, in bytes. Default 1,000,000.
     *
     * @param maxPayload the size of a message in bytes, at the most
     * @return this builder
     */
    public EngineBuilder maxPayload(int maxPayload) {
        limits.maxPayload(maxPayload);
        return this;
    }

    /**
     * The limits that are rarely changed, as in {@code limits(limits -> limits.maxAttachments(20))}. Called again, it adds.
     *
     * @param choices sets them
     * @return this builder
     * @throws IllegalArgumentException naming a value that cannot work
     */
    public EngineBuilder limits(Consumer<Limits.Builder> choices) {
        Objects.requireNonNull(choices, "choices").accept(limits);
        return this;
    }

    /**
     * How requests are served, as in {@code http(http -> http.webSocketOnly().trustProxies("10.0.0.0/8"))}. Called again, it
     * adds.
     *
     * @param choices sets them
     * @return this builder
     * @throws IllegalArgumentException naming a value that cannot work
     */
    public EngineBuilder http(Consumer<HttpOptions.Builder> choices) {
        Objects.requireNonNull(choices, "choices").accept(http);
        return this;
    }

    // ---- how to work

    /**
     * The application's own Gson, for arguments; {@code byte[]} and {@code ByteBuffer} stay binary. Of strings, maps and
     * collections that are not fields of an object it is not asked: these are written as what they are.
     *
     * @param gson reads and writes payloads
     * @return this builder
     */
    public EngineBuilder gson(Gson gson) {
        this.gson = Objects.requireNonNull(gson, "gson");
        return this;
    }

    /**
     * Joins other nodes. The engine owns the cluster once it is built, and closes it; another engine needs another one.
     *
     * @param cluster connects the nodes
     * @return this builder
     */
    public EngineBuilder cluster(Cluster cluster) {
        this.cluster = Objects.requireNonNull(cluster, "cluster");
        return this;
    }

    /**
     * What other nodes may know of how a client introduced itself, for their {@code fetchSockets}. Default: no cookies, no
     * credentials, no auth payload, nothing of the query but Engine.IO's own. {@code handshake -> handshake} shares all, as
     * Node.js does.
     *
     * @param filter returns what other nodes may see
     * @return this builder
     */
    public EngineBuilder shareHandshake(UnaryOperator<Handshake> filter) {
        this.sharedHandshake = Objects.requireNonNull(filter, "filter");
        return this;
    }

    /**
     * Checks what typed handlers are given. Default: jakarta.validation, if it is on the class path, else nothing.
     *
     * @param validator checks payloads
     * @return this builder
     */
    public EngineBuilder validate(PayloadValidator validator) {
        this.validator = Objects.requireNonNull(validator, "validator");
        return this;
    }

    /**
     * Runs handlers. Default: a pool of {@link #handlerThreads}; while all of them are busy, virtual threads where the JDK has
     * them (21 and later).
     *
     * <p>One that runs tasks on the thread that hands them over, as {@code Runnable::run} does, has handlers hold the thread
     * that reads from their client: they must not wait, least of all for that client's ack, which nobody reads meanwhile.
     *
     * @param executor runs handlers
     * @return this builder
     */
    public EngineBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * How many threads run handlers, apart from virtual ones. Each is started when all others are busy; where the JDK has no
     * virtual threads, events wait while all of them block. As many complete futures, and more while those are held. Default
     * 64.
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
     * Surrounds all that enters any namespace, inside of those before.
     *
     * @param interceptor surrounds connects, events and disconnects
     * @return this builder
     */
    public EngineBuilder intercept(Interceptor interceptor) {
        interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
        return this;
    }

    // ---- namespaces

    /**
     * Begins a namespace, or continues it. {@code "chat"} is {@code "/chat"}, {@code ""} is {@code "/"}.
     *
     * @param name the namespace's name
     * @return a builder of the namespace
     */
    public NamespaceBuilder namespace(String name) {
        return new NamespaceBuilder(this, definition(name), null);
    }

    /**
     * Has a gateway configure a namespace.
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
     * Has a gateway configure the dynamic namespaces whose whole name matches; each exists while clients are in it.
     *
     * @param names matches the whole of a name
     * @param gateway configures the namespace
     * @return this builder
     * @throws IllegalArgumentException if no name can match, since each begins with a slash and the pattern does not
     */
    public EngineBuilder namespaces(Pattern names, Gateway gateway) {
        Matcher slash = names.matcher("/");
        if (!slash.matches() && !slash.hitEnd()) { // so nothing that begins with it matches either
            throw new IllegalArgumentException("the pattern \"" + names
                    + "\" matches no namespace: each one's name begins with a slash, and it is the "
                    + "whole name that has to match, as in \"/chat-\\d+\"");
        }
        return namespaces(
                names.pattern(), (name, handshake) -> names.matcher(name).matches(), gateway);
    }

    /**
     * Has a gateway configure the dynamic namespaces that the rule allows; each exists while clients are in it.
     *
     * @param rule the rule
     * @param gateway configures the namespace
     * @return this builder
     */
    public EngineBuilder namespaces(NamespaceRule rule, Gateway gateway) {
        return namespaces("(dynamic)", Objects.requireNonNull(rule, "rule"), gateway);
    }

    private EngineBuilder namespaces(String label, NamespaceRule rule, Gateway gateway) {
        NamespaceDefinition definition = new NamespaceDefinition(label);
        new NamespaceBuilder(this, definition, null).configure(gateway);
        dynamic.add(new DynamicDefinition(rule, definition));
        return this;
    }

    private NamespaceDefinition definition(String name) {
        if (name.contains(",") || name.contains("?")) {
            throw new IllegalArgumentException(
                    "namespace \"" + name + "\" contains a comma or question mark, which no client can ask for");
        }
        if (name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new IllegalArgumentException(
                    "namespace \"" + name + "\" contains half a surrogate pair, which no client can ask for");
        }
        String normal = name.startsWith("/") ? name : "/" + name;
        return definitions.computeIfAbsent(normal, NamespaceDefinition::new);
    }

    // ---- the engine

    /**
     * {@return an engine that runs nowhere yet: {@link Engine#start()} runs it on a port of its own, {@link
     * Engine#handler()} in a Jetty that is already there}
     *
     * @throws IllegalArgumentException if two choices contradict each other, or Gson cannot read a handler's type
     * @throws IllegalStateException if the cluster belongs to another engine already
     */
    public Engine build() {
        Gson binding = gson == null ? Json.standard() : Json.withAttachments(gson);
        Limits chosenLimits = limits.build();
        HttpOptions chosenHttp = http.build();
        HttpSettings httpSettings = chosenHttp.settings(path, credentials ? origins.withCredentials() : origins);
        StandaloneSettings standalone = chosenHttp.standalone(host, port, tls);
        if (executor != null && handlerThreadsChosen) {
            throw new IllegalArgumentException("handlerThreads(" + handlerThreads
                    + ") are of the engine's own pool, and executor(..) takes its place: leave out one of them");
        }
        for (NamespaceDefinition definition : definitions.values()) {
            requireReachable(definition, chosenLimits);
        }
        for (DynamicDefinition entry : dynamic) {
            requireReachable(entry.definition(), chosenLimits);
        }
        definitions.values().forEach(definition -> requireReadable(binding, definition));
        dynamic.forEach(entry -> requireReadable(binding, entry.definition()));

        if (cluster != null && !OWNED.add(cluster)) {
            throw new IllegalStateException(
                    cluster + " belongs to an engine already: give each engine, also on one machine, one of its own");
        }
        Flusher flusher =
                new Flusher("gangway", Math.min(4, Runtime.getRuntime().availableProcessors()));
        Deadlines deadlines = new Deadlines("gangway");
        HandlerThreads handlers = new HandlerThreads(executor, handlerThreads, deadlines);
        PayloadValidator checking = validator != null ? validator : foundValidator();
        Map<String, Pipeline> pipelines = new LinkedHashMap<>();
        definitions.forEach(
                (name, definition) -> pipelines.put(name, new Pipeline(interceptors, definition, checking)));
        List<Namespaces.Dynamic> dynamicNamespaces = dynamic.stream()
                .map(entry ->
                        new Namespaces.Dynamic(entry.rule(), new Pipeline(interceptors, entry.definition(), checking)))
                .toList();
        JsonBinding values = new JsonBinding(binding, chosenLimits.ofPackets());
        PacketCodec json = new SocketIoCodec(values);
        Namespaces namespaces = new Namespaces(
                new NamespaceFactory(values, flusher, handlers, chosenLimits, cluster, sharedHandshake),
                pipelines,
                dynamicNamespaces);
        Clients clients = new Clients(
                new ClientSettings(new Codecs(json, json), chosenLimits), namespaces, handlers, deadlines, admission);
        EngineIoSettings settings = new EngineIoSettings(
                chosenLimits.pingInterval(),
                chosenLimits.pingTimeout(),
                chosenLimits.upgradeTimeout(),
                chosenLimits.maxPayload(),
                chosenLimits.maxBuffered(),
                chosenHttp.transports(),
                chosenHttp.upgrades());
        EngineIoServer server = new EngineIoServer(settings, clients, flusher, deadlines);
        return new Engine(
                clients,
                namespaces,
                new EngineThreads(flusher, deadlines, handlers),
                server,
                chosenLimits,
                chosenHttp,
                httpSettings,
                standalone);
    }

    private static PayloadValidator foundValidator() {
        return ServiceLoader.load(PayloadValidator.class, EngineBuilder.class.getClassLoader())
                .findFirst()
                .orElse((event, payload) -> {});
    }

    /**
     * Builds the engine and starts it on its port.
     *
     * @return the engine, running
     */
    public Engine start() {
        return build().start();
    }

    /** Requires that clients can name the namespace and its events. */
    private void requireReachable(NamespaceDefinition definition, Limits limits) {
        if (definitions.containsValue(definition) && definition.label().length() > limits.maxNamespaceLength()) {
            throw new IllegalArgumentException(
                    "namespace \"" + Quoted.of(definition.label()) + "\" is longer than maxNamespaceLength("
                            + limits.maxNamespaceLength() + "), so that no client gets into it");
        }
        for (String event : definition.handlers().keySet()) {
            if (event.length() > limits.maxEventNameLength()) {
                throw new IllegalArgumentException(
                        "event \"" + Quoted.of(event) + "\" of namespace " + definition.label()
                                + " is longer than maxEventNameLength(" + limits.maxEventNameLength()
                                + "), so that no client can send it");
            }
        }
    }

    private static void requireReadable(Gson gson, NamespaceDefinition definition) {
        definition.handlers().forEach((event, registration) -> {
            if (registration.type().getRawType() != Arguments.class) {
                requireReadable(
                        gson, "event \"" + event + "\" of namespace " + definition.label(), registration.type());
            }
        });
    }

    private static void requireReadable(Gson gson, String event, TypeToken<?> type) {
        String flaw;
        try {
            flaw = Json.flaw(gson, type);
        } catch (RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    event + ": Gson cannot read " + type + ": " + unreadable.getMessage() + "; " + remedy(type),
                    unreadable);
        }
        if (flaw != null) {
            throw new IllegalArgumentException(event + ": Gson cannot read " + type + ": " + flaw
                    + ", of which it can make no instance; put a record or class there, or give the builder a gson(..)"
                    + " with an adapter for it");
        }
    }

    /** What to do about a type that the Gson in use does not even know how to read. */
    private static String remedy(TypeToken<?> type) {
        Class<?> raw = type.getRawType();
        if (isStandard(type)) {
            return "the engine's own Gson reads it, without gson(..); yours needs an adapter for it";
        } else if (raw.getModule().isNamed() && !raw.getName().startsWith("java.")) {
            return "declare \"opens " + raw.getPackageName()
                    + " to com.google.gson;\" in the type's module, or give the"
                    + " builder a gson(..) with an adapter for it";
        }
        return "put a record of values there, or give the builder a gson(..) with an adapter for it";
    }

    private static boolean isStandard(TypeToken<?> type) {
        try {
            return Json.flaw(Json.standard(), type) == null;
        } catch (RuntimeException unreadable) {
            return false;
        }
    }
}
