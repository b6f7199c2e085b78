package io.gangway;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.gangway.cluster.Cluster;
import io.gangway.connection.Flusher;
import io.gangway.engineio.EngineIoServer;
import io.gangway.engineio.EngineIoSettings;
import io.gangway.jetty.ClientBundle;
import io.gangway.jetty.FixedHeaders;
import io.gangway.jetty.HttpSettings;
import io.gangway.jetty.OriginRule;
import io.gangway.jetty.PemKeys;
import io.gangway.jetty.SidCookie;
import io.gangway.jetty.StandaloneServer;
import io.gangway.jetty.StandaloneSettings;
import io.gangway.jetty.StandaloneSettings.TlsHosts;
import io.gangway.jetty.SubprotocolRule;
import io.gangway.jetty.TrustedProxies;
import io.gangway.protocol.Json;
import io.gangway.protocol.ParserLimits;
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
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpCookie.SameSite;
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
    private TlsHosts tlsHosts = TlsHosts.BY_CERTIFICATES;
    private int maxHeaderSize = StandaloneSettings.DEFAULT_MAX_HEADER_SIZE;
    private Duration httpIdleTimeout = StandaloneSettings.DEFAULT_IDLE_TIMEOUT;
    private OriginRule origins = OriginRule.sameHost();
    private boolean credentials;
    private @Nullable SidCookie cookie;
    private SubprotocolRule subprotocols = SubprotocolRule.FIRST_OFFERED;
    private boolean httpCompression = true;
    private ClientBundle clientBundle = ClientBundle.NONE;
    private FixedHeaders responseHeaders = FixedHeaders.NONE;
    private Duration pingInterval = Duration.ofSeconds(25);
    private Duration pingTimeout = Duration.ofSeconds(20);
    private Duration upgradeTimeout = Duration.ofSeconds(10);
    private Duration connectTimeout = Duration.ofSeconds(45);
    private Duration ackTimeout = Duration.ofSeconds(30);
    private Duration nodeTimeout = Duration.ofSeconds(5);
    private Duration attachmentsTimeout = Duration.ofSeconds(30);
    private int maxPayload = 1_000_000;
    private long maxBuffered = -1;
    private Set<String> transports = Set.of("polling", "websocket");
    private boolean upgrades = true;
    private int maxQueuedEvents = 1024;
    private int maxNamespacesPerConnection = 100;
    private int maxDynamicNamespaces = 10_000;
    private ParserLimits parserLimits = ParserLimits.DEFAULT;
    private @Nullable Gson gson;
    private @Nullable Admission admission;
    private final List<AddressRange> trustedProxies = new ArrayList<>();
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

    /** The port {@code start()} listens on; 0 picks a free one, which {@link Engine#port()} tells. Default 3000. */
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
     * @throws IllegalArgumentException for what is neither, such as a URL
     */
    public EngineBuilder host(String host) {
        this.host = StandaloneServer.checkedHost(Objects.requireNonNull(host, "host"));
        return this;
    }

    /**
     * The path clients connect to. Default {@code /socket.io}, which is what stock clients assume.
     *
     * @throws IllegalArgumentException if no request can have this path
     */
    public EngineBuilder path(String path) {
        this.path = HttpSettings.checkedPath(Objects.requireNonNull(path, "path"));
        return this;
    }

    /** Serves {@code start()}'s port over TLS, in whatever way Jetty can. */
    public EngineBuilder tls(SslContextFactory.Server tls) {
        this.tls = Objects.requireNonNull(tls, "tls");
        return this;
    }

    /**
     * Serves {@code start()}'s port over TLS.
     *
     * @param certificates a PEM file with the certificate and those that lead to its root
     * @param key a PEM file with the private key, in PKCS#8 and not encrypted
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    public EngineBuilder tls(Path certificates, Path key) {
        return tls(PemKeys.load(certificates, key));
    }

    /**
     * Serves requests over TLS whatever host they ask for. Default, if there is one certificate, or several of the same names.
     * The clients check the certificate in any case.
     */
    public EngineBuilder anyTlsHost() {
        this.tlsHosts = TlsHosts.ANY;
        return this;
    }

    /**
     * Refuses requests over TLS for a host that the certificate does not name, with 400 and a WARN, once for each host. That
     * includes clients that come by an IP address, and proxies that connect by a name of their own. Default, if there are
     * several certificates of different names.
     */
    public EngineBuilder strictTlsHost() {
        this.tlsHosts = TlsHosts.NAMED;
        return this;
    }

    /**
     * The largest head of a request that {@code start()}'s port takes, in bytes: the first line, with the query, and the
     * headers, cookies above all. A larger one is refused with 431, or 414 if the first line alone is, and a WARN, once a
     * minute. Default 16 KiB, as in Node.js; at least 1 KiB. In a Jetty that is already there its own setting holds, by default
     * 8 KiB: {@code HttpConfiguration.setRequestHeaderSize}.
     */
    public EngineBuilder maxHeaderSize(int maxHeaderSize) {
        if (maxHeaderSize < 1024) {
            throw new IllegalArgumentException("maxHeaderSize " + maxHeaderSize
                    + " has to be at least 1024: browsers send nearly as much without cookies");
        }
        this.maxHeaderSize = maxHeaderSize;
        return this;
    }

    /**
     * How long {@code start()}'s port keeps a connection on which nothing is asked. Default 75 s; should be more than a load
     * balancer's own, often 60 s, or some requests it sends get no answer. A poll that waits, for up to
     * {@link #pingInterval}, and a WebSocket do not count as idle; the body of a POST that stalls does. In a Jetty that is
     * already there its own setting holds, by default 30 s: {@code ServerConnector.setIdleTimeout}.
     */
    public EngineBuilder httpIdleTimeout(Duration httpIdleTimeout) {
        this.httpIdleTimeout = positive("httpIdleTimeout", httpIdleTimeout);
        return this;
    }

    // ---- who may come

    /**
     * Pages of these origins may connect, by CORS and by WebSocket; {@code "*"} is every page. By default those of the same
     * host may, and whatever is no browser. Called again, it adds. Who is refused gets 403, and the log has a WARN with the
     * origin, once for each.
     *
     * @param origins such as {@code https://example.com} or {@code http://localhost:3000}; {@code null} is what pages of files
     *     and sandboxed frames have, and any page on the web can make itself one; {@code file://} is files in some web views
     * @throws IllegalArgumentException naming what is no origin
     */
    public EngineBuilder allowOrigins(String... origins) {
        for (String origin : origins) {
            Objects.requireNonNull(origin, "origin");
        }
        this.origins = this.origins.or(OriginRule.of(List.of(origins)));
        return this;
    }

    /** Pages whose whole origin matches may connect, besides those listed. */
    public EngineBuilder allowOrigins(Pattern origins) {
        this.origins = this.origins.or(OriginRule.matching(Objects.requireNonNull(origins, "origins")));
        return this;
    }

    /** Allowed pages may send cookies. Not along with {@code allowOrigins("*")}. */
    public EngineBuilder allowCredentials() {
        this.credentials = true;
        return this;
    }

    /**
     * Sets a cookie with the session's id on the handshake of polling clients, for load balancers that go by it:
     * {@code <name>=<sid>; Path=/; HttpOnly; SameSite=Lax}. Default: none.
     *
     * @throws IllegalArgumentException for what is no cookie's name
     */
    public EngineBuilder sessionCookie(String name) {
        return sessionCookie(SessionCookie.named(name));
    }

    /**
     * Sets this cookie on the handshake of polling clients. Those that begin with a WebSocket get none: they come with one
     * request alone.
     *
     * @throws IllegalArgumentException if browsers would drop it, as they do one that is SameSite=None and not Secure
     */
    public EngineBuilder sessionCookie(SessionCookie cookie) {
        this.cookie = new SidCookie(
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
        return this;
    }

    /**
     * Sends a header with every response below the engine's path. Called again with the same name, the last value counts.
     *
     * @throws IllegalArgumentException if no such header can be sent, or it is one that says how the engine answers, such as
     *     {@code Content-Length}
     */
    public EngineBuilder responseHeader(String name, String value) {
        responseHeaders =
                responseHeaders.with(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Decides before there is a session; see {@link Admission}. Default: everyone may come. */
    public EngineBuilder admission(Admission admission) {
        this.admission = Objects.requireNonNull(admission, "admission");
        return this;
    }

    /**
     * Believes what these proxies say of the clients whose requests they forward: {@link Handshake#address()} is then the
     * client's own, {@link Handshake#secure()} whether it spoke TLS with the proxy, and pages of the host that it asked the
     * proxy for are of the same host. Default: nobody is believed. Called again, it adds.
     *
     * <p>Read are {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code -Port}; where there is none of the first
     * three, {@code Forwarded} (RFC 7239). A proxy that writes {@code Forwarded} has to remove the others from what clients
     * send. At most 32 proxies are read, from the nearest to the first that is not trusted or tells no address. Nothing is
     * looked up in DNS.
     *
     * @param ranges addresses or ranges, see {@link AddressRange}
     * @throws IllegalArgumentException naming what is none
     */
    public EngineBuilder trustProxies(String... ranges) {
        for (String range : ranges) {
            trustedProxies.add(AddressRange.of(range));
        }
        return this;
    }

    // ---- time, from a millisecond to 2,147,483,647 of them, which are 24 days: others are refused

    /** How often a client is pinged. Default 25 s. With {@link #pingTimeout} it makes 24 days at most. */
    public EngineBuilder pingInterval(Duration pingInterval) {
        this.pingInterval = positive("pingInterval", pingInterval);
        return this;
    }

    /** How long a client may take to answer a ping. Default 20 s. */
    public EngineBuilder pingTimeout(Duration pingTimeout) {
        this.pingTimeout = positive("pingTimeout", pingTimeout);
        return this;
    }

    /** How long a client may take to go from polling to WebSocket; then it stays on polling. Default 10 s. */
    public EngineBuilder upgradeTimeout(Duration upgradeTimeout) {
        this.upgradeTimeout = positive("upgradeTimeout", upgradeTimeout);
        return this;
    }

    /** How long a connection may be in no namespace, and a late verdict of an interceptor take. Default 45 s. */
    public EngineBuilder connectTimeout(Duration connectTimeout) {
        this.connectTimeout = positive("connectTimeout", connectTimeout);
        return this;
    }

    /** How long an answer may take: a client's to {@code emitWithAck}, and a handler's {@link Ack#later}. Default 30 s. */
    public EngineBuilder ackTimeout(Duration ackTimeout) {
        this.ackTimeout = positive("ackTimeout", ackTimeout);
        return this;
    }

    /** How long other nodes may take to answer {@code fetchSockets} and its like. Default 5 s, as in Node.js. */
    public EngineBuilder nodeTimeout(Duration nodeTimeout) {
        this.nodeTimeout = positive("nodeTimeout", nodeTimeout);
        return this;
    }

    /** How long a client may take for the binary attachments that it announced. Default 30 s. */
    public EngineBuilder attachmentsTimeout(Duration attachmentsTimeout) {
        this.attachmentsTimeout = positive("attachmentsTimeout", attachmentsTimeout);
        return this;
    }

    // ---- sizes

    /** The largest message taken from a client, in bytes. Default 1,000,000. */
    public EngineBuilder maxPayload(int maxPayload) {
        this.maxPayload = (int) positive("maxPayload", maxPayload);
        return this;
    }

    /**
     * How many bytes may wait for one client before it is cut off as too slow; for the moments in which the engine itself is
     * about to write them, twice as many. Default: 1 MiB, or {@code maxPayload} if that is more.
     */
    public EngineBuilder maxBuffered(long maxBuffered) {
        this.maxBuffered = positive("maxBuffered", maxBuffered);
        return this;
    }

    /** How many events of one connection may wait for their handlers before it is read no further. Default 1024. */
    public EngineBuilder maxQueuedEvents(int maxQueuedEvents) {
        this.maxQueuedEvents = (int) positive("maxQueuedEvents", maxQueuedEvents);
        return this;
    }

    /** How many namespaces one connection may be in. Default 100. */
    public EngineBuilder maxNamespacesPerConnection(int maximum) {
        this.maxNamespacesPerConnection = (int) positive("maxNamespacesPerConnection", maximum);
        return this;
    }

    /** How many namespaces rules may bring into being at one time. Default 10,000. */
    public EngineBuilder maxDynamicNamespaces(int maximum) {
        this.maxDynamicNamespaces = (int) positive("maxDynamicNamespaces", maximum);
        return this;
    }

    /** How many binary attachments one event may have. Default 10, as in Node. */
    public EngineBuilder maxAttachments(int maximum) {
        parserLimits = new ParserLimits(
                (int) positive("maxAttachments", maximum),
                parserLimits.depth(),
                parserLimits.namespaceLength(),
                parserLimits.eventNameLength());
        return this;
    }

    /** How deep a client's JSON may be nested. Default 255. */
    public EngineBuilder maxJsonDepth(int maximum) {
        parserLimits = new ParserLimits(
                parserLimits.attachments(),
                (int) positive("maxJsonDepth", maximum),
                parserLimits.namespaceLength(),
                parserLimits.eventNameLength());
        return this;
    }

    /** How many characters a namespace's name may have. Default 1024. */
    public EngineBuilder maxNamespaceLength(int maximum) {
        parserLimits = new ParserLimits(
                parserLimits.attachments(),
                parserLimits.depth(),
                (int) positive("maxNamespaceLength", maximum),
                parserLimits.eventNameLength());
        return this;
    }

    /** How many characters an event's name may have. Default 1024. */
    public EngineBuilder maxEventNameLength(int maximum) {
        parserLimits =
                new ParserLimits(parserLimits.attachments(), parserLimits.depth(), parserLimits.namespaceLength(), (int)
                        positive("maxEventNameLength", maximum));
        return this;
    }

    // ---- transports

    /** Serves WebSockets alone. */
    public EngineBuilder webSocketOnly() {
        this.transports = Set.of("websocket");
        return this;
    }

    /** Serves long-polling alone. */
    public EngineBuilder pollingOnly() {
        this.transports = Set.of("polling");
        return this;
    }

    /** Serves both transports, but offers no upgrade from one to the other. */
    public EngineBuilder withoutUpgrades() {
        this.upgrades = false;
        return this;
    }

    /**
     * The WebSocket subprotocols that this engine speaks: a client that offers some ({@code protocols} of stock clients) is
     * answered the first of these that is among them, or none, whereupon browsers and Node.js give the WebSocket up. Default:
     * whatever the client offers first.
     *
     * @param supported names such as {@code chat-v1}, the preferred one first
     * @throws IllegalArgumentException if there is none, one comes twice, or one is no token of HTTP
     */
    public EngineBuilder subprotocols(String... supported) {
        this.subprotocols = SubprotocolRule.preferring(List.of(supported));
        return this;
    }

    /** Chooses the WebSocket subprotocol of each client that offers some. Default: whatever the client offers first. */
    public EngineBuilder subprotocols(SubprotocolChoice choice) {
        Objects.requireNonNull(choice, "choice");
        this.subprotocols = (offered, request) ->
                choice.choose(offered, Handshake.of(request, Map.of())).orElse(null);
        return this;
    }

    /**
     * Sends long polling answers as they are. By default those of 1,024 bytes or more leave gzipped, at the fastest level, for
     * clients whose {@code Accept-Encoding} takes it: that costs CPU time for each client that polls, also of a broadcast.
     * Where answers carry both a secret and text that somebody else may choose, their length tells of it (BREACH): then call
     * this. WebSocket messages are never compressed.
     */
    public EngineBuilder withoutHttpCompression() {
        this.httpCompression = false;
        return this;
    }

    // ---- pages

    /**
     * Serves the JavaScript client to pages, below the engine's path, as in {@code <script src="/socket.io/socket.io.js">}: the
     * scripts of npm's {@code socket.io-client} ({@code socket.io.js}, {@code .min.js}, {@code .esm.min.js},
     * {@code .msgpack.min.js}) and their source maps, with entity tags, and gzipped unless {@link #withoutHttpCompression}.
     * Everybody gets them; pages of other origins can load them as modules if {@link #allowOrigins(String...)} names those.
     * Default: requests for them are answered with 404, and a text that tells of this method.
     *
     * <p>The files are read now, once, and kept in memory: all of them take 1.6 MB.
     *
     * @param directory such as {@code Path.of("node_modules/socket.io-client/dist")}
     * @throws IllegalArgumentException if there is no {@code socket.io.js} in it
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public EngineBuilder clientBundle(Path directory) {
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
    public EngineBuilder clientBundle(String folder) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        this.clientBundle = ClientBundle.of(context != null ? context : EngineBuilder.class.getClassLoader(), folder);
        return this;
    }

    // ---- how to work

    /**
     * The application's own Gson, for arguments; {@code byte[]} and {@code ByteBuffer} stay binary. Of strings, maps and
     * collections that are not fields of an object it is not asked: these are written as what they are.
     */
    public EngineBuilder gson(Gson gson) {
        this.gson = Objects.requireNonNull(gson, "gson");
        return this;
    }

    /** Joins other nodes. The engine owns the cluster once it is built, and closes it; another engine needs another one. */
    public EngineBuilder cluster(Cluster cluster) {
        this.cluster = Objects.requireNonNull(cluster, "cluster");
        return this;
    }

    /**
     * What other nodes may know of how a client introduced itself, for their {@code fetchSockets}. Default: no cookies, no
     * credentials, no auth payload, nothing of the query but Engine.IO's own. {@code handshake -> handshake} shares all, as
     * Node.js does.
     */
    public EngineBuilder shareHandshake(UnaryOperator<Handshake> filter) {
        this.sharedHandshake = Objects.requireNonNull(filter, "filter");
        return this;
    }

    /** Checks what typed handlers are given. Default: jakarta.validation, if it is on the class path, else nothing. */
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
     */
    public EngineBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * How many threads run handlers, apart from virtual ones. Each is started when all others are busy; where the JDK has no
     * virtual threads, events wait while all of them block. As many complete futures, and more while those are held. Default
     * 64.
     */
    public EngineBuilder handlerThreads(int handlerThreads) {
        this.handlerThreads = (int) positive("handlerThreads", handlerThreads);
        this.handlerThreadsChosen = true;
        return this;
    }

    /** Surrounds all that enters any namespace, inside of those before. */
    public EngineBuilder intercept(Interceptor interceptor) {
        interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
        return this;
    }

    // ---- namespaces

    /** Begins a namespace, or continues it. {@code "chat"} is {@code "/chat"}, {@code ""} is {@code "/"}. */
    public NamespaceBuilder namespace(String name) {
        return new NamespaceBuilder(this, definition(name), null);
    }

    /** Has a gateway configure a namespace. */
    public EngineBuilder namespace(String name, Gateway gateway) {
        namespace(name).configure(gateway);
        return this;
    }

    /**
     * Has a gateway configure all namespaces whose whole name matches; each exists while clients are in it.
     *
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

    /** Has a gateway configure all namespaces that the rule allows; each exists while clients are in it. */
    public EngineBuilder namespaces(NamespaceRule rule, Gateway gateway) {
        return namespaces("of a rule", Objects.requireNonNull(rule, "rule"), gateway);
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
     * An engine that runs nowhere yet: {@link Engine#start()} runs it on a port of its own, {@link Engine#handler()} in a
     * Jetty that is already there.
     *
     * @throws IllegalArgumentException if two choices contradict each other, or Gson cannot read a handler's type
     * @throws IllegalStateException if the cluster belongs to another engine already
     */
    public Engine build() {
        Gson binding = gson == null ? Json.standard() : Json.withAttachments(gson);
        requireNoContradiction();
        definitions.values().forEach(this::requireReachable);
        dynamic.forEach(entry -> requireReachable(entry.definition()));
        definitions.values().forEach(definition -> requireReadable(binding, definition));
        dynamic.forEach(entry -> requireReadable(binding, entry.definition()));
        HttpSettings http = new HttpSettings(
                path,
                credentials ? origins.withCredentials() : origins,
                proxies(List.copyOf(trustedProxies)),
                responseHeaders.orNone(),
                cookie,
                subprotocols,
                httpCompression,
                clientBundle);

        if (cluster != null && !OWNED.add(cluster)) {
            throw new IllegalStateException(
                    cluster + " belongs to an engine already: give each engine, also on one machine, one of its own");
        }
        Flusher flusher =
                new Flusher("gangway", Math.min(4, Runtime.getRuntime().availableProcessors()));
        Deadlines deadlines = new Deadlines("gangway");
        HandlerThreads threads = new HandlerThreads(executor, handlerThreads, deadlines);
        PayloadValidator checking = validator != null ? validator : foundValidator();
        Map<String, Pipeline> pipelines = new LinkedHashMap<>();
        definitions.forEach(
                (name, definition) -> pipelines.put(name, new Pipeline(interceptors, definition, checking)));
        List<Hall.Rule> rules = dynamic.stream()
                .map(entry -> new Hall.Rule(entry.rule(), new Pipeline(interceptors, entry.definition(), checking)))
                .toList();
        Hall hall = new Hall(
                new SocketIoCodec(binding, parserLimits),
                new HallLimits(
                        connectTimeout,
                        ackTimeout,
                        nodeTimeout,
                        attachmentsTimeout,
                        maxQueuedEvents,
                        Math.max(2L * maxPayload, 64 * 1024),
                        maxNamespacesPerConnection,
                        maxDynamicNamespaces),
                flusher,
                deadlines,
                threads,
                admission,
                cluster,
                sharedHandshake,
                pipelines,
                rules);
        EngineIoSettings settings = new EngineIoSettings(
                pingInterval,
                pingTimeout,
                upgradeTimeout,
                maxPayload,
                maxBuffered > 0 ? maxBuffered : Math.max(1 << 20, maxPayload),
                transports,
                upgrades);
        EngineIoServer server = new EngineIoServer(settings, hall, flusher, deadlines);
        return new Engine(
                hall, server, http, new StandaloneSettings(host, port, tls, tlsHosts, maxHeaderSize, httpIdleTimeout));
    }

    private static TrustedProxies proxies(List<AddressRange> ranges) {
        return ranges.isEmpty()
                ? TrustedProxies.NONE
                : TrustedProxies.of(address -> ranges.stream().anyMatch(range -> range.contains(address)));
    }

    private static PayloadValidator foundValidator() {
        return ServiceLoader.load(PayloadValidator.class, EngineBuilder.class.getClassLoader())
                .findFirst()
                .orElse((event, payload) -> {});
    }

    /** Builds the engine and starts it on its port. */
    public Engine start() {
        return build().start();
    }

    private void requireNoContradiction() {
        Duration heartbeat = pingInterval.plus(pingTimeout);
        if (heartbeat.compareTo(Waits.LONGEST) > 0) {
            throw new IllegalArgumentException("pingInterval and pingTimeout are " + heartbeat
                    + " together: clients wait for a ping as long, and 2147483647 ms (24 days) at most");
        }
        if (cookie != null && !transports.contains("polling")) {
            throw new IllegalArgumentException(
                    "sessionCookie(\"" + cookie.name()
                            + "\") is set on the handshake of polling clients, and webSocketOnly() lets none in: leave out one of them");
        }
        if (tls == null && tlsHosts != TlsHosts.BY_CERTIFICATES) {
            throw new IllegalArgumentException((tlsHosts == TlsHosts.ANY ? "anyTlsHost()" : "strictTlsHost()")
                    + " is about tls(..), which is not set: leave it out; in a Jetty that is already there the"
                    + " SecureRequestCustomizer of its connector decides");
        }
        if (executor != null && handlerThreadsChosen) {
            throw new IllegalArgumentException("handlerThreads(" + handlerThreads
                    + ") are of the engine's own pool, and executor(..) takes its place: leave out one of them");
        }
    }

    /** Requires that clients can name the namespace and its events. */
    private void requireReachable(NamespaceDefinition definition) {
        if (definitions.containsValue(definition) && definition.label().length() > parserLimits.namespaceLength()) {
            throw new IllegalArgumentException(
                    "namespace \"" + Quoted.of(definition.label()) + "\" is longer than maxNamespaceLength("
                            + parserLimits.namespaceLength() + "), so that no client gets into it");
        }
        for (String event : definition.handlers().keySet()) {
            if (event.length() > parserLimits.eventNameLength()) {
                throw new IllegalArgumentException(
                        "event \"" + Quoted.of(event) + "\" of namespace " + definition.label()
                                + " is longer than maxEventNameLength(" + parserLimits.eventNameLength()
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

    private static Duration positive(String name, Duration duration) {
        return Waits.checked(name, Objects.requireNonNull(duration, name));
    }

    private static long positive(String name, long number) {
        if (number <= 0) {
            throw new IllegalArgumentException(name + " " + number + " has to be more than 0");
        }
        return number;
    }
}
