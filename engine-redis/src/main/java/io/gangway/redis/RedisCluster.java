package io.gangway.redis;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterUnavailableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The way to the other nodes over Redis, which may be Java or Node.js servers. Thread-safe.
 *
 * <p>It is there at once, and connects by itself, again and again as often as the connection breaks: {@link #health} tells
 * how it is. Nothing that is called here waits for Redis but {@link #awaitUp} and {@link #close}.
 *
 * <pre>{@code
 * Engine.builder().cluster(RedisCluster.connect("redis://localhost:6379"))
 * }</pre>
 */
public final class RedisCluster implements Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(RedisCluster.class);
    private static final Duration FLUSH = Duration.ofSeconds(1);
    private static final Duration LATE = Duration.ofSeconds(1);

    private final String nodeId = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    private final RedisSettings settings;
    private final Topology topology;
    private final Tally tally = new Tally();
    private final SparseLog handlerErrors = new SparseLog(LOG);
    private final SparseLog lateness = new SparseLog(LOG);
    private final SparseLog deafness = new SparseLog(LOG);
    private final Routing routing = new Routing(tally);
    private final Lanes lanes;
    private final Map<String, StreamReader> readers = new ConcurrentHashMap<>();
    private final Shared shared = new Shared();
    /** Does what may wait for Redis, and tells the engine. */
    private final ExecutorService desk;
    /** Looks after the connections; never waits. */
    private final Thread watch;

    private final LinkState state;
    private volatile Batches batches = () -> () -> {};

    RedisCluster(RedisSettings settings, Topology topology) {
        this.settings = settings;
        this.topology = topology;
        this.lanes = new Lanes(topology, this::newPublisher, this::newSubscriber);
        this.state = new LinkState(
                toString(),
                () -> lanes.isUp() && readers.values().stream().allMatch(StreamReader::isUp),
                lanes::lag,
                lanes::isRefused);
        this.desk = Executors.newSingleThreadExecutor(daemon("gangway-redis-desk"));
        this.watch = daemon("gangway-redis-watch").newThread(this::watch);
    }

    private static ThreadFactory daemon(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Connects to a Redis, with the defaults of a builder.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS
     * @return the cluster
     * @throws IllegalArgumentException if the URL makes no sense; whether anybody is there is not asked
     */
    public static RedisCluster connect(String url) {
        return builder(url).connect();
    }

    /**
     * One Redis, by its URL as in {@link #connect}.
     *
     * @param url Redis's address
     * @return a new builder
     */
    public static RedisClusterBuilder builder(String url) {
        return new RedisClusterBuilder(Place.standalone(url));
    }

    /**
     * {@return a Redis that sentinels watch}
     *
     * @param master its name with them
     * @param sentinels their URLs, with credentials for them alone if they ask for some; {@code rediss://} is for Redis
     *     too
     */
    public static RedisClusterBuilder sentinels(String master, List<String> sentinels) {
        return new RedisClusterBuilder(Place.sentinels(master, sentinels));
    }

    /**
     * {@return a Redis Cluster}
     *
     * @param seeds URLs of some of its nodes, which tell of the others; the first one's credentials are for all
     */
    public static RedisClusterBuilder seeds(List<String> seeds) {
        return new RedisClusterBuilder(Place.seeds(seeds));
    }

    RedisCluster start() {
        topology.start(this::rearrange);
        lanes.start();
        watch.start();
        return this;
    }

    /**
     * Waits until messages come and go, for applications that do not want to run without.
     *
     * @param patience how long to wait, at the most
     * @return this
     * @throws IllegalArgumentException if {@code patience} is longer than 24 days
     * @throws ClusterUnavailableException if they do not in time, or the thread is interrupted
     */
    public RedisCluster awaitUp(Duration patience) {
        state.awaitUp(Ranges.bounded("awaitUp", patience));
        return this;
    }

    @Override
    public void batches(Batches batches) {
        this.batches = Objects.requireNonNull(batches, "batches");
    }

    @Override
    public Channel open(String namespace, Inbound inbound) {
        WireFormat format = settings.formats().format(Objects.requireNonNull(namespace, "namespace"), nodeId);
        Line line = new Line(namespace, nodeId, format, Objects.requireNonNull(inbound, "inbound"), shared);
        if (!state.isClosed()) {
            Line former = routing.open(line);
            onDesk(() -> line.listen(former));
        }
        return line;
    }

    @Override
    public Health health() {
        LinkState.Reading now = state.read();
        // What is settled is read before what was offered, so that no message seems to be settled and not offered.
        long published = tally.published.sum();
        long dropped = tally.dropped();
        long unknown = tally.unknown.sum();
        long offered = tally.offered.sum();
        return new Health(
                now.state(),
                now.since(),
                lanes.lag(),
                offered,
                published,
                dropped,
                unknown,
                offered - published - dropped - unknown,
                tally.received.sum(),
                tally.malformed.sum(),
                tally.details());
    }

    private void watch() {
        long tick = Math.max(10, Math.min(1_000, settings.pingInterval().toMillis() / 4));
        while (!state.isClosed()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(tick));
            try {
                tick();
            } catch (RuntimeException ourFault) {
                LOG.error("{} failed to watch its connections; it tries again", this, ourFault);
            }
        }
    }

    private void tick() {
        lanes.watch();
        readers.values().forEach(StreamReader::watch);
        onDesk(lanes::ping);
        Duration lag = lanes.lag();
        if (lag.compareTo(LATE) >= 0) {
            lateness.warn(this + " reads late", lag.toMillis() + " ms behind");
        }
        onDesk(this::tellLines);
    }

    /** Topology changed: failover or slot migration. */
    private void rearrange() {
        if (topology.isSpread()) {
            onDesk(() -> {
                lanes.reroute();
                tellLines(); // what is not needed any more may have been all that was not up
            });
            readers.values().forEach(StreamReader::moveOn);
        } else {
            lanes.cut();
            readers.values().forEach(StreamReader::cut);
        }
    }

    /** On the desk. */
    private void tellLines() {
        boolean up = state.read().isUp();
        routing.lines().forEach(line -> line.tell(up));
    }

    private void onDesk(Runnable work) {
        try {
            desk.execute(work);
        } catch (RejectedExecutionException isClosed) {
            LOG.debug("{} is closed", this);
        }
    }

    /**
     * Leaves: other nodes count this one no more, what is to be said is said, for a second at most, and the connections are
     * closed. May be called again.
     */
    @Override
    public void close() {
        if (!state.close()) {
            return;
        }
        long deadline = System.nanoTime() + FLUSH.toNanos();
        // Whoever is not counted is not waited for; what came before that is still answered.
        CompletableFuture<Void> retired = new CompletableFuture<>();
        onDesk(() -> {
            CompletionStage<Void> all = CompletableFuture.completedStage(null);
            for (Line line : routing.lines()) {
                all = all.thenCombine(line.retire(), (one, other) -> null);
            }
            all.whenComplete((done, failure) -> retired.complete(null));
        });
        await(retired, deadline);
        lanes.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        lanes.deafen();
        readers.values().forEach(StreamReader::close);
        LockSupport.unpark(watch);
        desk.shutdown();
        topology.close();
        routing.clear();
    }

    private static void await(CompletableFuture<Void> stage, long deadline) {
        try {
            stage.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.debug("Redis does not confirm that nobody listens any more", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- connections

    private Publisher newPublisher(String node) {
        Backlog backlog = new Backlog(settings.offlineCount(), settings.offlineAge(), tally);
        Publisher publisher =
                new Publisher(node, () -> connection(node), backlog, settings.pingInterval(), tally, shared);
        if (state.isClosed()) {
            publisher.close(Duration.ZERO);
        } else {
            publisher.start();
        }
        return publisher;
    }

    private Subscriber newSubscriber(String node) {
        Subscriber subscriber = new Subscriber(node, () -> connection(node), settings.pingInterval(), tally, shared);
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
                () -> connection(topology.owner(stream)),
                new StreamReader.Settings(settings.readCount(), settings.block(), settings.pingInterval()),
                tally,
                shared);
        if (state.isClosed()) {
            reader.close();
        } else {
            reader.start();
        }
        return reader;
    }

    private RedisConnection connection(String node) {
        return settings.connect(topology, node);
    }

    /** For tests: ends the connections that read streams. */
    void cutReaders() {
        readers.values().forEach(StreamReader::cut);
    }

    /** For tests: how many commands have no answer yet. */
    int unsettled() {
        return lanes.unsettled();
    }

    List<Line> lines() {
        return List.copyOf(routing.lines());
    }

    @Override
    public String toString() {
        return "RedisCluster[" + settings.name() + ", node " + nodeId + "]";
    }

    /** What the connections and the lines see of the cluster. */
    private final class Shared implements Line.Home, Publisher.Events, Subscriber.Events, StreamReader.Events {
        @Override
        public Executor desk() {
            return RedisCluster.this::onDesk;
        }

        @Override
        public Lanes lanes() {
            return lanes;
        }

        @Override
        public Tally tally() {
            return tally;
        }

        @Override
        public SparseLog malformed() {
            return routing.malformed();
        }

        @Override
        public SparseLog handlerErrors() {
            return handlerErrors;
        }

        @Override
        public long maxLen() {
            return settings.maxLen();
        }

        @Override
        public void attach(Subscription subscription, Line line) {
            if (subscription.kind() == Subscription.Kind.STREAM) {
                readers.computeIfAbsent(subscription.channel(), RedisCluster.this::newReader);
                return;
            }
            routing.attach(subscription, line);
        }

        @Override
        public boolean detach(Subscription subscription, Line line) {
            return routing.detach(subscription, line);
        }

        @Override
        public void closed(Line line) {
            routing.close(line);
        }

        @Override
        public void linkMayHaveChanged() {
            tellLines();
        }

        @Override
        public void publisherChanged() {
            changed();
        }

        @Override
        public void publisherConnected(String node) {
            lanes.hurry(node);
            readers.values().forEach(StreamReader::hurry);
        }

        @Override
        public boolean isHeard(String node) {
            return lanes.isHeard(node);
        }

        @Override
        public void subscriberChanged(String node) {
            if (lanes.isHeard(node)) {
                lanes.hurry(node);
            }
            changed();
        }

        private void changed() {
            state.read();
            onDesk(RedisCluster.this::tellLines);
        }

        @Override
        public void published(Command message, long receivers) {
            tally.receivers.set(receivers);
            if (receivers == 0 && !topology.isSpread()) {
                // Nobody hears what we hear: so we do not.
                routing.subscriptionTo(message, lanes).ifPresent(subscription -> listenAgain(subscription, message));
            }
        }

        private void listenAgain(Subscription subscription, Command message) {
            tally.deaf.increment();
            deafness.warn(
                    RedisCluster.this + " does not hear "
                            + message.destination().channel(),
                    "subscribing again");
            lanes.resubscribe(subscription);
        }

        @Override
        public void refused(Command command, JedisDataException why) {
            topology.suspect();
        }

        @Override
        public Runnable beginBatch() {
            return batches.begin();
        }

        @Override
        public void message(Subscription subscription, String channel, byte[] body) {
            routing.message(subscription, channel, body);
        }

        @Override
        public void streamChanged() {
            changed();
        }

        @Override
        public void entry(String stream, String id, Map<String, byte[]> fields) {
            routing.entry(stream, id, fields);
        }

        @Override
        public void refused(String stream, JedisDataException why) {
            topology.suspect();
        }

        @Override
        public void moved(Subscription subscription) {
            topology.suspect();
        }
    }
}
