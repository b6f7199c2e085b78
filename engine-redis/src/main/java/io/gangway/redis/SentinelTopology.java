package io.gangway.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** One Redis whose place the sentinels know: they are asked before each connection is made, and from time to time. */
final class SentinelTopology implements Topology {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelTopology.class);

    private final String master;
    private final List<RedisUrl> sentinels;
    private final Scout scout;
    private final SparseLog failures = new SparseLog(LOG);

    private volatile Runnable changed = () -> {};
    /** Where the last connection was made. */
    private volatile @Nullable HostAndPort current;

    SentinelTopology(String master, List<RedisUrl> sentinels, Duration interval) {
        this.master = master;
        this.sentinels = List.copyOf(sentinels);
        this.scout = new Scout(master, interval, this::look);
    }

    @Override
    public void start(Runnable changed) {
        this.changed = changed;
        scout.start();
    }

    @Override
    public String owner(String key) {
        return master;
    }

    @Override
    public Set<String> nodes() {
        return Set.of(master);
    }

    @Override
    public HostAndPort address(String node) {
        HostAndPort found = ask();
        current = found;
        return found;
    }

    @Override
    public boolean isSpread() {
        return false;
    }

    @Override
    public void suspect() {
        scout.ask();
    }

    @Override
    public void close() {
        scout.close();
    }

    /** A former master may live on, cut off from the others: whoever is connected to it would never know. */
    private void look() {
        try {
            HostAndPort before = current;
            HostAndPort now = ask();
            if (before != null && !before.equals(now) && before.equals(current)) {
                LOG.warn("the sentinels say that {} is at {}, no more at {}", master, now, before);
                changed.run();
            }
        } catch (JedisException unknown) {
            failures.warn("the sentinels do not tell where " + master + " is", Connector.describe(unknown));
        }
    }

    private HostAndPort ask() {
        JedisConnectionException nobody =
                new JedisConnectionException("none of the sentinels " + sentinels + " knows where " + master + " is");
        for (RedisUrl sentinel : sentinels) {
            JedisClientConfig config =
                    RedisConnection.resp2(sentinel.config().timeoutMillis(RedisClusterBuilder.HANDSHAKE_MILLIS));
            try (RedisConnection connection = new RedisConnection(sentinel.address(), config)) {
                Object address = connection.ask(new CommandArguments(Protocol.Command.SENTINEL)
                        .add("GET-MASTER-ADDR-BY-NAME")
                        .add(master));
                if (address instanceof List<?> parts && parts.size() == 2) {
                    return new HostAndPort(text(parts.get(0)), Integer.parseInt(text(parts.get(1))));
                }
            } catch (JedisException unreachable) {
                nobody.addSuppressed(unreachable);
            }
        }
        throw nobody;
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
