package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionAcceptor;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Flusher;
import io.gangway.connection.Refusal;
import io.gangway.connection.UpgradeRequest;
import io.gangway.protocol.JsonBinding;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All clients and namespaces of one engine, and what they share. Thread-safe. */
final class Hall implements ConnectionAcceptor, Admission.Load {
    private static final Logger log = LoggerFactory.getLogger(Hall.class);

    /** A rule, and what namespaces are like that it allows. */
    record Rule(NamespaceRule rule, Pipeline pipeline) {}

    private final Codecs codecs;
    private final JsonBinding binding;
    private final Limits limits;
    private final Flusher flusher;
    private final Deadlines deadlines;
    private final HandlerThreads threads;
    private final @Nullable Admission admission;
    private final @Nullable Cluster cluster;
    private final UnaryOperator<Handshake> sharedHandshake;
    private final List<Rule> rules;
    private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();
    private final AtomicInteger transients = new AtomicInteger();

    /** How long a client is told to stay away; null while clients are let in. */
    private volatile @Nullable Duration draining;

    Hall(
            Codecs codecs,
            JsonBinding binding,
            Limits limits,
            Flusher flusher,
            Deadlines deadlines,
            HandlerThreads threads,
            @Nullable Admission admission,
            @Nullable Cluster cluster,
            UnaryOperator<Handshake> sharedHandshake,
            Map<String, Pipeline> pipelines,
            List<Rule> rules) {
        this.codecs = codecs;
        this.binding = binding;
        this.limits = limits;
        this.flusher = flusher;
        this.deadlines = deadlines;
        this.threads = threads;
        this.admission = admission;
        this.cluster = cluster;
        this.sharedHandshake = sharedHandshake;
        this.rules = List.copyOf(rules);
        if (cluster != null) {
            cluster.batches(() -> {
                flusher.hold();
                return flusher::release;
            });
        }
        pipelines.forEach((name, pipeline) -> namespaces.put(name, namespace(name, pipeline, false)));
    }

    // ---- clients

    @Override
    public @Nullable Refusal refuse(UpgradeRequest request) {
        Duration away = draining;
        if (away != null) {
            return new Refusal(503, away);
        }
        if (admission == null) {
            return null;
        }
        try {
            Admission.Verdict verdict = admission.admit(Handshake.of(request, Map.of()), this);
            return verdict.isAccepted() ? null : new Refusal(verdict.status(), verdict.retryAfter());
        } catch (RuntimeException failure) {
            log.error("the admission failed: the client is refused", failure);
            return new Refusal(503, null);
        }
    }

    @Override
    public ConnectionListener accept(Connection connection) {
        Client client = new Client(this, codecs, connection);
        clients.add(client);
        addresses.merge(client.address(), 1, Integer::sum);
        return client;
    }

    void gone(Client client) {
        if (clients.remove(client)) {
            addresses.computeIfPresent(client.address(), (address, count) -> count == 1 ? null : count - 1);
        }
    }

    @Override
    public int connections() {
        return clients.size();
    }

    @Override
    public int connectionsFrom(String address) {
        return addresses.getOrDefault(address, 0);
    }

    /** Those connected now. */
    Set<Client> clients() {
        return clients;
    }

    /** Lets nobody in any more. */
    void drain(Duration retryAfter) {
        draining = retryAfter;
    }

    /** Lets clients in, again if the embedding server was started anew. */
    void open() {
        draining = null;
    }

    // ---- namespaces

    @Nullable
    Namespace namespace(String name) {
        return namespaces.get(name);
    }

    /** Those there are now, by name. */
    List<Namespace> namespaces() {
        return namespaces.values().stream()
                .sorted(Comparator.comparing(Namespace::name))
                .toList();
    }

    Set<String> namespaceNames() {
        return Set.copyOf(namespaces.keySet());
    }

    /**
     * The namespace a client asks for, into being if a rule allows it; the caller has entered it.
     *
     * @throws EngineException if there is none
     */
    Namespace enter(String name, Handshake handshake) throws Exception {
        while (true) {
            Namespace there = namespaces.get(name);
            if (there == null) {
                there = create(name, handshake);
            }
            if (there.enter()) {
                return there;
            }
            // Its last client left just now: look again.
            namespaces.remove(name, there);
        }
    }

    private Namespace create(String name, Handshake handshake) throws Exception {
        for (Rule rule : rules) {
            if (rule.rule().allows(name, handshake)) {
                if (transients.get() >= limits.maxDynamicNamespaces()) {
                    log.warn("{} namespaces are more than rules may bring into being", transients.get());
                    throw new EngineException("Too many namespaces");
                }
                Namespace created = namespace(name, rule.pipeline(), true);
                Namespace earlier = namespaces.putIfAbsent(name, created);
                if (earlier != null) {
                    return earlier;
                }
                transients.incrementAndGet();
                created.join();
                return created;
            }
        }
        throw new EngineException("Invalid namespace");
    }

    private Namespace namespace(String name, Pipeline pipeline, boolean transientName) {
        return new Namespace(this, name, new Emissions(name, binding), pipeline, transientName);
    }

    void retire(Namespace namespace) {
        namespaces.remove(namespace.name(), namespace);
        transients.decrementAndGet();
        namespace.leave();
    }

    /** Joins the other nodes, if there are any. */
    void joinCluster() {
        namespaces.values().forEach(Namespace::join);
    }

    /** Leaves the other nodes. */
    void leaveCluster() {
        namespaces.values().forEach(Namespace::leave);
    }

    /** Gives the way to the other nodes up, for good. */
    void closeCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    // ---- what all share

    Limits limits() {
        return limits;
    }

    Flusher flusher() {
        return flusher;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    @Nullable
    Cluster cluster() {
        return cluster;
    }

    /** What other nodes may know of a client's handshake. */
    UnaryOperator<Handshake> sharedHandshake() {
        return sharedHandshake;
    }

    HandlerThreads threads() {
        return threads;
    }
}
