package io.gangway.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisDataException;

/** The connections of a {@link RedisEmitter}, and the thread that looks after them. Thread-safe. */
final class EmitterConnection implements RedisEmitter.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(EmitterConnection.class);
    private static final Duration FLUSH = Duration.ofSeconds(1);
    static final Duration PING_INTERVAL = Duration.ofSeconds(5);
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Topology topology;
    private final JedisClientConfig config;
    private final Supplier<Backlog> backlogs;
    private final Tally tally;
    private final long maxLen;
    private final Publishers publishers;
    private final Thread watch;
    /** Whether it is known who has what, so that there are connections over which something can leave. */
    private final CountDownLatch placed = new CountDownLatch(1);

    private volatile boolean closed;
    private volatile boolean ended;

    /** @param maxLen about how many entries a stream keeps */
    EmitterConnection(
            String name,
            Topology topology,
            JedisClientConfig config,
            int offlineCount,
            Duration offlineAge,
            long maxLen) {
        this.name = name;
        this.topology = topology;
        this.config = config;
        this.maxLen = maxLen;
        this.tally = new Tally();
        this.backlogs = () -> new Backlog(offlineCount, offlineAge, tally);
        this.publishers = new Publishers(topology, this::newPublisher);
        this.watch = new Thread(this::watch, "gangway-redis-emitter-" + name);
        watch.setDaemon(true);
    }

    EmitterConnection start() {
        if (!topology.isSpread()) {
            placed.countDown();
        }
        topology.start(this::rearrange);
        publishers.start();
        watch.start();
        return this;
    }

    private Publisher newPublisher(String node) {
        Publisher publisher = new Publisher(
                node, () -> topology.connect(node, config), backlogs.get(), PING_INTERVAL, tally, new Unheard());
        if (ended) {
            publisher.close(Duration.ZERO);
        } else {
            publisher.start();
        }
        return publisher;
    }

    /** Topology changed: failover or slot migration. */
    private void rearrange() {
        if (topology.isSpread()) {
            publishers.reroute();
            publishers.renew();
            placed.countDown();
        } else {
            publishers.cut();
        }
    }

    @Override
    public void send(Outgoing command, RedisEmitter.Delivery delivery) {
        if (closed) {
            throw new IllegalStateException("the emitter for Redis " + name + " is closed");
        }
        Command.Kind kind =
                delivery == RedisEmitter.Delivery.LOSSY ? Command.Kind.PROMPT_MESSAGE : Command.Kind.MESSAGE;
        publishers.send(Command.of(command, kind, maxLen));
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(TICK);
            try {
                publishers.watch();
            } catch (RuntimeException ourFault) {
                LOG.error("the emitter for Redis {} failed to watch its connections; it tries again", name, ourFault);
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        long deadline = System.nanoTime() + FLUSH.toNanos();
        awaitPlaces();
        ended = true;
        publishers.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        topology.close();
        LockSupport.unpark(watch);
    }

    private void awaitPlaces() {
        try {
            if (!placed.await(FLUSH.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("the nodes of Redis {} were not found before the emitter closed", name);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** An emitter has nobody to tell; the publishers themselves log what goes wrong. */
    private final class Unheard implements Publisher.Events {
        @Override
        public void publisherChanged() {
            LOG.debug("a connection of an emitter has come or gone");
        }

        @Override
        public void publisherConnected(String node) {
            LOG.debug("an emitter is connected to Redis {}", node);
        }

        /** It hears nothing itself. */
        @Override
        public boolean isHeard(String node) {
            return true;
        }

        @Override
        public void published(Command message, long receivers) {
            LOG.trace("{} connections hear a message of an emitter", receivers);
        }

        @Override
        public void refused(Command command, JedisDataException why) {
            LOG.debug("Redis refused a command of an emitter", why);
            topology.suspect();
        }
    }
}
