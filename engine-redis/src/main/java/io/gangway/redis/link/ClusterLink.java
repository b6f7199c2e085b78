package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import io.gangway.redis.wire.Subscription;
import io.gangway.redis.wire.WireFormat;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A node's link to the other nodes of its cluster over Redis: the connections, the channels of the namespaces, and how
 * messages get from one to the other. Thread-safe; only {@link #awaitUp} and {@link #close} wait for Redis.
 *
 * <p>Two threads serve the link as a whole: the worker subscribes, pings and notifies the engine, one task at a time;
 * the watchdog looks after the connections, and never waits for Redis.
 */
public final class ClusterLink implements Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);
    private static final Duration FLUSH = Duration.ofSeconds(1);
    private static final Duration LATE = Duration.ofSeconds(1);

    private final String nodeId = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    private final LinkSettings settings;
    private final ConnectionFactory connections;
    private final Topology topology;
    private final Counters counters = new Counters();
    private final MessageErrors errors = new MessageErrors(counters);
    private final RateLimitedLog lateness = new RateLimitedLog(LOG);
    private final Map<String, NamespaceChannel> channels = new ConcurrentHashMap<>();
    private final Router router = new Router(this::receiver, counters, errors);
    private final Publishers publishers;
    private final Subscribers subscribers;
    private final StreamReaders readers;
    private final Outbox outbox;
    private final LostSubscriptions lostSubscriptions;
    private final Worker worker = new Worker("gangway-redis-worker");
    private final SessionStores sessions;
    private final Watchdog watchdog;
    private final LinkState state;
    private volatile Batches batches = () -> () -> {};

    public ClusterLink(LinkSettings settings, ConnectionFactory connections) {
        this.settings = settings;
        this.connections = connections;
        this.topology = connections.topology();
        this.publishers = new Publishers(topology, this::newPublisher);
        this.subscribers = new Subscribers(topology, this::newSubscriber);
        this.readers = new StreamReaders(this::newReader);
        this.outbox = new Outbox(publishers, counters, settings.maxLen());
        this.sessions = new SessionStores(settings, outbox, readers, errors);
        this.lostSubscriptions = new LostSubscriptions(router, subscribers, counters, toString());
        this.state = new LinkState(
                toString(),
                () -> publishers.areUp() && subscribers.areUp() && readers.areUp() && isCounted(),
                subscribers::lag,
                publishers::isRefused);
        long checks = Math.max(10, Math.min(1_000, settings.pingInterval().toMillis() / 4));
        this.watchdog = new Watchdog("gangway-redis-watchdog", toString(), Duration.ofMillis(checks), this::check);
    }

    /** Connects, in the background. */
    public ClusterLink start() {
        topology.start(this::topologyChanged);
        subscribers.start();
        publishers.start();
        watchdog.start();
        return this;
    }

    /**
     * Waits until the link is up.
     *
     * @throws io.gangway.cluster.ClusterUnavailableException if it is not up in time, or the thread is interrupted
     */
    public void awaitUp(Duration timeout) {
        state.awaitUp(timeout);
    }

    @Override
    public void batches(Batches batches) {
        this.batches = Objects.requireNonNull(batches, "batches");
    }

    @Override
    public Channel open(String namespace, Inbound inbound) {
        WireFormat format = settings.formats().format(Objects.requireNonNull(namespace, "namespace"), nodeId);
        NamespaceInbound receiver = new NamespaceInbound(
                namespace, nodeId, format, Objects.requireNonNull(inbound, "inbound"), outbox, counters, errors);
        NamespaceSubscriptions subscriptions =
                new NamespaceSubscriptions(format, receiver, router, subscribers, readers, worker);
        NamespaceChannel channel = new NamespaceChannel(
                namespace,
                nodeId,
                format,
                receiver,
                subscriptions,
                outbox,
                errors,
                sessions,
                closed -> channels.remove(namespace, closed));
        if (!state.isClosed()) {
            NamespaceChannel former = channels.put(namespace, channel);
            worker.execute(
                    () -> subscriptions.open(former == null ? null : former.subscriptions(), this::notifyNamespaces));
        }
        return channel;
    }

    /** Values that Redis keeps for a while, over this link's connections. */
    public ExpiringKeys keys() {
        return new ExpiringKeys(outbox);
    }

    private Router.@Nullable Receiver receiver(String namespace) {
        NamespaceChannel channel = channels.get(namespace);
        return channel == null ? null : channel.inbound();
    }

    @Override
    public Health health() {
        return counters.health(state.read(), subscribers.lag());
    }

    /**
     * Leaves the cluster: other nodes stop counting this one, queued messages are sent for at most a second, and the
     * connections are closed. Closing again has no effect.
     */
    @Override
    public void close() {
        if (!state.close()) {
            return;
        }
        long deadline = System.nanoTime() + FLUSH.toNanos();
        Retirement.of(channels.values(), worker).await(deadline);
        publishers.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        subscribers.close();
        readers.close();
        watchdog.close();
        worker.close();
        sessions.close();
        topology.close();
        channels.clear();
        router.clear();
    }

    // ---- the worker and the watchdog

    private boolean isCounted() {
        return channels.values().stream()
                .allMatch(channel -> channel.subscriptions().isCounted());
    }

    /** Rechecks the link's state and notifies namespaces; on the worker. */
    private void notifyNamespaces() {
        boolean up = state.read().isUp();
        channels.values().forEach(channel -> channel.subscriptions().notifyLink(up));
    }

    private void connectionChanged() {
        state.read();
        worker.execute(this::notifyNamespaces);
    }

    /** On the watchdog: waits for nothing. */
    private void check() {
        publishers.watch();
        subscribers.watch();
        readers.watch();
        worker.execute(subscribers::ping);
        Duration lag = subscribers.lag();
        if (lag.compareTo(LATE) >= 0) {
            lateness.warn(this + " reads messages late", "it is " + lag.toMillis() + " ms behind");
        }
        worker.execute(this::notifyNamespaces);
        worker.execute(
                () -> channels.values().forEach(channel -> channel.inbound().settleOwnEntries(readers)));
    }

    /** Topology changed: failover or slot migration. */
    private void topologyChanged() {
        if (topology.isCluster()) {
            worker.execute(() -> {
                publishers.reroute();
                subscribers.reroute();
                publishers.renew();
                subscribers.closeObsolete();
                notifyNamespaces(); // closing an obsolete connection may have brought the link up
            });
            readers.moveOn();
        } else {
            publishers.cut();
            subscribers.cut();
            readers.cut();
        }
    }

    // ---- connections

    private Publisher newPublisher(String node) {
        Backlog backlog = new Backlog(settings.offlineMessages(), settings.offlineAge(), counters);
        Publisher publisher = new Publisher(
                node,
                () -> connections.connect(node),
                backlog,
                settings.pingInterval(),
                counters,
                new PublisherListener());
        if (state.isClosed()) {
            publisher.close(Duration.ZERO);
        } else {
            publisher.start();
        }
        return publisher;
    }

    private Subscriber newSubscriber(String node) {
        Subscriber subscriber = new Subscriber(
                node, () -> connections.connect(node), settings.pingInterval(), counters, new SubscriberListener());
        if (state.isClosed()) {
            subscriber.close();
        } else {
            subscriber.start();
        }
        return subscriber;
    }

    private StreamReader newReader(String stream) {
        StreamReader reader = new StreamReader(
                stream,
                () -> connections.connect(topology.owner(stream)),
                new StreamReader.Settings(settings.readCount(), settings.block(), settings.pingInterval()),
                counters,
                new StreamListener());
        if (state.isClosed()) {
            reader.close();
        } else {
            reader.start();
        }
        return reader;
    }

    private final class PublisherListener implements Publisher.Listener {
        @Override
        public void publisherChanged() {
            connectionChanged();
        }

        @Override
        public void publisherConnected(String node) {
            retrySoon(node);
            readers.retrySoon();
        }

        @Override
        public boolean isSubscribed(String node) {
            return subscribers.isUp(node);
        }

        @Override
        public void published(Command message, long receivers) {
            counters.receivers.set(receivers);
            if (!topology.isCluster()) {
                lostSubscriptions.published(message, receivers);
            }
        }

        @Override
        public void refused(Command command, JedisDataException why) {
            topology.refresh();
        }
    }

    private final class SubscriberListener implements Subscriber.Listener {
        @Override
        public void subscriberChanged(String node) {
            if (subscribers.isUp(node)) {
                retrySoon(node);
            }
            connectionChanged();
        }

        @Override
        public Runnable beginBatch() {
            return batches.begin();
        }

        @Override
        public void message(Subscription subscription, String channel, byte[] body) {
            router.message(subscription, channel, body);
        }

        @Override
        public void moved(Subscription subscription) {
            topology.refresh();
        }
    }

    private void retrySoon(String node) {
        publishers.retrySoon(node);
        subscribers.retrySoon(node);
    }

    private final class StreamListener implements StreamReader.Listener {
        @Override
        public void streamChanged() {
            connectionChanged();
        }

        @Override
        public Runnable beginBatch() {
            return batches.begin();
        }

        @Override
        public void entry(String stream, String id, Map<String, byte[]> fields) {
            router.entry(stream, id, fields);
        }

        @Override
        public @Nullable CommandArguments anchor(String stream) {
            return sessions.anchor(stream);
        }

        @Override
        public void refused(String stream, JedisDataException why) {
            topology.refresh();
        }
    }

    /** For tests: ends the connections that read streams. */
    public void cutReaders() {
        readers.cut();
    }

    /** For tests: how many commands are queued, or await a reply. */
    public int pending() {
        return publishers.pending();
    }

    /** For tests: everything that a namespace always subscribes to. */
    public List<Subscription> subscriptions(String namespace) {
        return Objects.requireNonNull(channels.get(namespace), namespace)
                .format()
                .subscriptions();
    }

    @Override
    public String toString() {
        return "RedisCluster[" + settings.name() + ", node " + nodeId + "]";
    }
}
