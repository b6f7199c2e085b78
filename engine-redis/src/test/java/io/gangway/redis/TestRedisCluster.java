package io.gangway.redis;

import io.gangway.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A Redis Cluster of three masters, the first of which has a replica. */
final class TestRedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;

    final List<TestRedis> masters = new ArrayList<>();
    final TestRedis replica;

    TestRedisCluster() {
        for (int i = 0; i < 3; i++) {
            TestRedis master = TestRedis.startClusterNode();
            master.command("CLUSTER", "ADDSLOTSRANGE", "" + SLOTS * i / 3, "" + (SLOTS * (i + 1) / 3 - 1));
            master.command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
            masters.add(master);
        }
        replica = TestRedis.startClusterNode();
        for (TestRedis other : List.of(masters.get(1), masters.get(2), replica)) {
            masters.get(0).command("CLUSTER", "MEET", "127.0.0.1", "" + other.port());
        }
        Eventually.holds(
                "they know each other",
                () -> all().stream()
                        .allMatch(node ->
                                TestRedis.text(node.command("CLUSTER", "INFO")).contains("cluster_known_nodes:4")));
        Eventually.holds("the replica takes its place", () -> {
            try {
                return "OK".equals(TestRedis.text(replica.command("CLUSTER", "REPLICATE", id(masters.get(0)))));
            } catch (redis.clients.jedis.exceptions.JedisDataException notYet) {
                return false;
            }
        });
        Eventually.holds("all is well", () -> all().stream().allMatch(TestRedisCluster::isWell));
        Eventually.holds(
                "the replica follows",
                () -> TestRedis.text(replica.command("INFO", "replication")).contains("master_link_status:up"));
    }

    private List<TestRedis> all() {
        List<TestRedis> all = new ArrayList<>(masters);
        all.add(replica);
        return all;
    }

    private static boolean isWell(TestRedis node) {
        return TestRedis.text(node.command("CLUSTER", "INFO")).contains("cluster_state:ok");
    }

    List<String> seeds() {
        return List.of(masters.get(1).url(), masters.get(2).url());
    }

    static String id(TestRedis node) {
        return TestRedis.text(node.command("CLUSTER", "MYID"));
    }

    int owner(String channel) {
        return JedisClusterCRC16.getSlot(channel) * 3 / SLOTS;
    }

    /** Gives a channel's slot to another master; there are no keys in it. */
    void move(String channel, int to) {
        String slot = "" + JedisClusterCRC16.getSlot(channel);
        masters.get(to).command("CLUSTER", "SETSLOT", slot, "NODE", id(masters.get(to)));
        for (TestRedis master : masters) {
            master.command("CLUSTER", "SETSLOT", slot, "NODE", id(masters.get(to)));
        }
        masters.get(to).command("CLUSTER", "BUMPEPOCH");
    }

    /**
     * Waits until each node knows the epoch of each master: a replica that does not know its master's last one gets
     * no votes when that dies, ever.
     */
    void awaitAgreement() {
        Eventually.holds(
                "all know all epochs",
                () -> masters.stream().allMatch(master -> {
                    String epoch = epoch(master, master);
                    return all().stream().allMatch(node -> epoch(node, master).equals(epoch));
                }));
    }

    /** The epoch of a master, as a node knows it. */
    private static String epoch(TestRedis node, TestRedis master) {
        return TestRedis.text(node.command("CLUSTER", "NODES"))
                .lines()
                .filter(line -> line.startsWith(id(master)))
                .map(line -> line.split(" ")[6])
                .findFirst()
                .orElse("unknown");
    }

    @Override
    public void close() {
        all().forEach(TestRedis::close);
    }
}
