package io.gangway.redis.link;

import io.gangway.redis.wire.OutgoingMessage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * An emitter's link to a cluster: the connections that it publishes over, and the thread that looks after them.
 * Thread-safe.
 */
public final class EmitterLink implements MessageSink {
    /** Between two pings on a silent connection; an emitter leaves no choice of it. */
    public static final Duration PING_INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(EmitterLink.class);
    private static final Duration FLUSH = Duration.ofSeconds(1);

    private final String name;
    private final ConnectionFactory connections;
    private final Topology topology;
    private final int offlineMessages;
    private final Duration offlineAge;
    private final long maxLen;
    private final Counters counters = new Counters();
    private final Publishers publishers;
    private final Watchdog watchdog;
    /** Reached once the nodes are known, so that messages can leave. */
    private final CountDownLatch discovered = new CountDownLatch(1);

    private volatile boolean closed;
    private volatile boolean ended;

    /**
     * Makes a link that is not started yet.
     *
     * @param name the URL of the Redis without credentials, for logs
     * @param offlineMessages how many messages are queued at most while Redis is unreachable
     * @param offlineAge how long a message is queued at most
     * @param maxLen about how many entries a stream keeps
     */
    public EmitterLink(
            String name, ConnectionFactory connections, int offlineMessages, Duration offlineAge, long maxLen) {
        this.name = name;
        this.connections = connections;
        this.topology = connections.topology();
        this.offlineMessages = offlineMessages;
        this.offlineAge = offlineAge;
        this.maxLen = maxLen;
        this.publishers = new Publishers(topology, this::newPublisher);
        this.watchdog = new Watchdog(
                "gangway-redis-emitter-" + name,
                "the emitter for Redis " + name,
                Duration.ofSeconds(1),
                publishers::watch);
    }

    /** Connects, in the background. */
    public EmitterLink start() {
        if (!topology.isCluster()) {
            discovered.countDown();
        }
        topology.start(this::topologyChanged);
        publishers.start();
        watchdog.start();
        return this;
    }

    private Publisher newPublisher(String node) {
        Publisher publisher = new Publisher(
                node,
                () -> connections.connect(node),
                new Backlog(offlineMessages, offlineAge, counters),
                PING_INTERVAL,
                counters,
                new PublisherListener());
        if (ended) {
            publisher.close(Duration.ZERO);
        } else {
            publisher.start();
        }
        return publisher;
    }

    /** Topology changed: failover or slot migration. */
    private void topologyChanged() {
        if (topology.isCluster()) {
            publishers.reroute();
            publishers.renew();
            discovered.countDown();
        } else {
            publishers.cut();
        }
    }

    @Override
    public void send(OutgoingMessage message, Delivery delivery) {
        if (closed) {
            throw new IllegalStateException("cannot emit: the emitter for Redis " + name + " is closed");
        }
        Command.Kind kind = delivery == Delivery.LOSSY ? Command.Kind.PROMPT_MESSAGE : Command.Kind.MESSAGE;
        publishers.send(Command.of(message, kind, maxLen));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        long deadline = System.nanoTime() + FLUSH.toNanos();
        awaitDiscovery();
        ended = true;
        publishers.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        topology.close();
        watchdog.close();
    }

    private void awaitDiscovery() {
        try {
            if (!discovered.await(FLUSH.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("the nodes of Redis {} were not discovered within {}; closing the emitter", name, FLUSH);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** An emitter subscribes to nothing, and has no engine to notify; publishers log their own failures. */
    private final class PublisherListener implements Publisher.Listener {
        @Override
        public void publisherChanged() {
            LOG.debug("a connection of the emitter for Redis {} has come up or gone down", name);
        }

        @Override
        public void publisherConnected(String node) {
            LOG.debug("the emitter is connected to Redis {}", node);
        }

        @Override
        public boolean isSubscribed(String node) {
            return true; // there is nothing to wait for
        }

        @Override
        public void published(Command message, long receivers) {
            LOG.trace("Redis delivered a message of an emitter to {} connections", receivers);
        }

        @Override
        public void refused(Command command, JedisDataException why) {
            LOG.debug("Redis refused a command of an emitter", why);
            topology.refresh();
        }
    }
}
