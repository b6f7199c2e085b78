package io.gangway.redis;

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

/** A Redis Cluster: its slots and who has them, found out in the background, from any node that answers. */
final class ClusterTopology implements Topology {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterTopology.class);
    /** Has everything until it is known who has what; never has a connection. */
    private static final String UNKNOWN = "of unknown nodes";

    private final Set<HostAndPort> seeds;
    private final JedisClientConfig config;
    private final Scout scout;
    private final SparseLog failures = new SparseLog(LOG);

    private volatile Runnable changed = () -> {};
    private volatile boolean suspected;
    private volatile Slots slots;

    /** Who has which slot. */
    private record Slots(List<String> owners, Set<String> masters) {
        static Slots allAt(String node) {
            String[] owners = new String[Protocol.CLUSTER_HASHSLOTS];
            Arrays.fill(owners, node);
            return new Slots(List.of(owners), Set.of(node));
        }
    }

    ClusterTopology(Set<HostAndPort> seeds, JedisClientConfig config, Duration interval) {
        this.seeds = Set.copyOf(seeds);
        this.config = config;
        this.slots = Slots.allAt(UNKNOWN);
        this.scout = new Scout("slots", interval, this::look);
    }

    @Override
    public void start(Runnable changed) {
        this.changed = changed;
        scout.start();
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
            throw new Undiscovered();
        }
        return HostAndPort.from(node);
    }

    @Override
    public boolean isSpread() {
        return true;
    }

    @Override
    public void suspect() {
        suspected = true;
        scout.ask();
    }

    @Override
    public void close() {
        scout.close();
    }

    private void look() {
        boolean wasSuspected = suspected;
        suspected = false;
        Set<HostAndPort> candidates = new LinkedHashSet<>();
        for (String master : slots.masters()) {
            if (!master.equals(UNKNOWN)) {
                candidates.add(HostAndPort.from(master));
            }
        }
        candidates.addAll(seeds);
        JedisException why = new JedisException("no seeds");
        for (HostAndPort candidate : candidates) {
            try {
                Slots found = ask(candidate);
                boolean differ = !found.equals(slots);
                slots = found;
                if (differ || wasSuspected) {
                    changed.run();
                }
                return;
            } catch (JedisException unreachable) {
                why = unreachable;
            }
        }
        failures.warn("no node of the Redis Cluster answers, of " + candidates, Connector.describe(why));
    }

    private Slots ask(HostAndPort node) {
        try (RedisConnection connection = new RedisConnection(node, config)) {
            Object ranges = connection.ask(new CommandArguments(Protocol.Command.CLUSTER).add("SLOTS"));
            String[] owners = new String[Protocol.CLUSTER_HASHSLOTS];
            Arrays.fill(owners, UNKNOWN);
            Set<String> masters = new LinkedHashSet<>();
            for (Object range : (List<?>) ranges) {
                List<?> parts = (List<?>) range;
                String master = place(node, (List<?>) parts.get(2)).toString();
                masters.add(master);
                int first = ((Long) parts.get(0)).intValue();
                int last = ((Long) parts.get(1)).intValue();
                Arrays.fill(owners, first, last + 1, master);
            }
            if (masters.isEmpty()) {
                throw new JedisException(node + " knows of no node that has a slot");
            }
            return new Slots(List.of(owners), Set.copyOf(masters));
        }
    }

    /** A node that does not know its own address leaves it empty: it is where it was asked. */
    private HostAndPort place(HostAndPort asked, List<?> parts) {
        String host = parts.get(0) instanceof byte[] name ? new String(name, Protocol.CHARSET) : "";
        int port = ((Long) parts.get(1)).intValue();
        HostAndPort said = new HostAndPort(host.isEmpty() || host.equals("?") ? asked.getHost() : host, port);
        HostAndPortMapper mapper = config.getHostAndPortMapper();
        return mapper == null ? said : mapper.getHostAndPort(said);
    }
}
