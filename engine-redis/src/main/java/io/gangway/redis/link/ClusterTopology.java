package io.gangway.redis.link;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.HostAndPortMapper;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A Redis Cluster: which node serves which slot, asked in the background of any node that replies. */
final class ClusterTopology implements Topology {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterTopology.class);
    /** Stands for the owner of all slots until they are discovered; has no address. */
    private static final String UNKNOWN = "(not discovered yet)";

    private final Set<HostAndPort> seeds;
    private final JedisClientConfig config;
    private final TopologyRefresher refresher;
    private final RateLimitedLog failures = new RateLimitedLog(LOG);

    private volatile Runnable changed = () -> {};
    /** Whether a refresh was requested, so that the listener is told even if nothing has changed. */
    private volatile boolean requested;

    private volatile Slots slots;

    /** The name of the master of each slot, and of all masters. */
    private record Slots(List<String> owners, Set<String> masters) {
        static Slots allOn(String node) {
            String[] owners = new String[Protocol.CLUSTER_HASHSLOTS];
            Arrays.fill(owners, node);
            return new Slots(List.of(owners), Set.of(node));
        }
    }

    ClusterTopology(Set<HostAndPort> seeds, JedisClientConfig config, Duration interval) {
        this.seeds = Set.copyOf(seeds);
        this.config = config;
        this.slots = Slots.allOn(UNKNOWN);
        this.refresher = new TopologyRefresher("slots", interval, this::discover);
    }

    @Override
    public void start(Runnable changed) {
        this.changed = changed;
        refresher.start();
    }

    @Override
    public String owner(String key) {
        return slots.owners().get(JedisClusterCRC16.getSlot(key));
    }

    @Override
    public Set<String> nodes() {
        return slots.masters();
    }

    @Override
    public HostAndPort address(String node) {
        if (node.equals(UNKNOWN)) {
            throw new UnknownTopologyException();
        }
        return HostAndPort.from(node);
    }

    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public void refresh() {
        requested = true;
        refresher.refresh();
    }

    @Override
    public void close() {
        refresher.close();
    }

    private void discover() {
        boolean wasRequested = requested;
        requested = false;
        Set<HostAndPort> candidates = new LinkedHashSet<>();
        for (String master : slots.masters()) {
            if (!master.equals(UNKNOWN)) {
                candidates.add(HostAndPort.from(master));
            }
        }
        candidates.addAll(seeds);
        JedisException why = new JedisException("there is no node to ask");
        for (HostAndPort candidate : candidates) {
            try {
                Slots found = ask(candidate);
                boolean differ = !found.equals(slots);
                slots = found;
                if (differ || wasRequested) {
                    changed.run();
                }
                return;
            } catch (JedisException unreachable) {
                why = unreachable;
            }
        }
        failures.warn(
                "cannot discover the nodes of the Redis Cluster: none of " + candidates + " replies, retrying",
                RateLimitedLog.describe(why));
    }

    private Slots ask(HostAndPort node) {
        try (RedisConnection connection = new RedisConnection(node, config)) {
            Object ranges = connection.ask(new CommandArguments(Protocol.Command.CLUSTER).add("SLOTS"));
            String[] owners = new String[Protocol.CLUSTER_HASHSLOTS];
            Arrays.fill(owners, UNKNOWN);
            Set<String> masters = new LinkedHashSet<>();
            for (Object range : (List<?>) ranges) {
                List<?> parts = (List<?>) range;
                String master = address(node, (List<?>) parts.get(2)).toString();
                masters.add(master);
                int first = ((Long) parts.get(0)).intValue();
                int last = ((Long) parts.get(1)).intValue();
                Arrays.fill(owners, first, last + 1, master);
            }
            if (masters.isEmpty()) {
                throw new JedisException(node
                        + " reports no node that serves slots; create the cluster with redis-cli --cluster create");
            }
            return new Slots(List.of(owners), Set.copyOf(masters));
        }
    }

    /** A node that does not know its own address reports an empty one: it is at the address that was asked. */
    private HostAndPort address(HostAndPort asked, List<?> parts) {
        String host = parts.get(0) instanceof byte[] name ? new String(name, Protocol.CHARSET) : "";
        int port = ((Long) parts.get(1)).intValue();
        HostAndPort reported = new HostAndPort(host.isEmpty() || host.equals("?") ? asked.getHost() : host, port);
        HostAndPortMapper mapper = config.getHostAndPortMapper();
        return mapper == null ? reported : mapper.getHostAndPort(reported);
    }
}
