package io.gangway.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisDataException;

/** The connection of a {@link RedisEmitter}, and the thread that looks after it. Thread-safe. */
final class EmitterConnection implements RedisEmitter.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(EmitterConnection.class);
    private static final Duration FLUSH = Duration.ofSeconds(1);
    private static final Duration PING_INTERVAL = Duration.ofSeconds(5);
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final long maxLen;
    private final Publisher publisher;
    private final Thread watch;
    private volatile boolean closed;

    /** @param maxLen about how many entries a stream keeps */
    EmitterConnection(
            String name,
            HostAndPort address,
            JedisClientConfig config,
            int offlineCount,
            Duration offlineAge,
            long maxLen) {
        this.name = name;
        this.maxLen = maxLen;
        Tally tally = new Tally();
        this.publisher = new Publisher(
                name,
                () -> new RedisConnection(address, config),
                new Backlog(offlineCount, offlineAge, tally),
                PING_INTERVAL,
                tally,
                new Unheard());
        this.watch = new Thread(this::watch, "gangway-redis-emitter-" + name);
        watch.setDaemon(true);
    }

    EmitterConnection start() {
        publisher.start();
        watch.start();
        return this;
    }

    @Override
    public void send(Outgoing command, RedisEmitter.Delivery delivery) {
        if (closed) {
            throw new IllegalStateException("the emitter for Redis " + name + " is closed");
        }
        Command.Kind kind =
                delivery == RedisEmitter.Delivery.LOSSY ? Command.Kind.PROMPT_MESSAGE : Command.Kind.MESSAGE;
        publisher.send(Command.of(command, kind, maxLen));
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(TICK);
            try {
                publisher.watch();
            } catch (RuntimeException ourFault) {
                LOG.error("the emitter for Redis {} does not look after its connection as it should", name, ourFault);
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        publisher.close(FLUSH);
        LockSupport.unpark(watch);
    }

    /** An emitter has nobody to tell; the publisher itself logs what goes wrong. */
    private static final class Unheard implements Publisher.Events {
        @Override
        public void publisherChanged() {
            LOG.debug("the connection of an emitter has come or gone");
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
        }
    }
}
