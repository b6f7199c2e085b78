package io.gangway.redis.link;

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

/** One Redis whose address the Sentinels know: they are asked before each connection is made, and at intervals. */
final class SentinelTopology implements Topology {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelTopology.class);

    private final String master;
    private final List<RedisUrl> sentinels;
    private final TopologyRefresher refresher;
    private final RateLimitedLog failures = new RateLimitedLog(LOG);

    private volatile Runnable changed = () -> {};
    /** The address of the last connection. */
    private volatile @Nullable HostAndPort current;

    SentinelTopology(String master, List<RedisUrl> sentinels, Duration interval) {
        this.master = master;
        this.sentinels = List.copyOf(sentinels);
        this.refresher = new TopologyRefresher(master, interval, this::check);
    }

    @Override
    public void start(Runnable changed) {
        this.changed = changed;
        refresher.start();
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
    public boolean isCluster() {
        return false;
    }

    @Override
    public void refresh() {
        refresher.refresh();
    }

    @Override
    public void close() {
        refresher.close();
    }

    /**
     * A former master that was partitioned off keeps its connections, and nothing else would tell that it is not the
     * master.
     */
    private void check() {
        try {
            HostAndPort before = current;
            HostAndPort now = ask();
            if (before != null && !before.equals(now) && before.equals(current)) {
                LOG.warn(
                        "failover: the Sentinels say that the master of {} moved from {} to {}; reconnecting",
                        master,
                        before,
                        now);
                changed.run();
            }
        } catch (JedisException unknown) {
            failures.warn(
                    "cannot get the address of master " + master + " from the Sentinels, retrying",
                    RateLimitedLog.describe(unknown));
        }
    }

    private HostAndPort ask() {
        JedisConnectionException nobody = new JedisConnectionException(
                "none of the Sentinels " + sentinels + " knows the address of master " + master);
        for (RedisUrl sentinel : sentinels) {
            JedisClientConfig config =
                    RedisConnection.resp2(sentinel.config().timeoutMillis(RedisConnection.TIMEOUT_MILLIS));
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
