/**
 * Tests of clusters over a real Redis, and the fixtures that they share. Here stands which fixture is for what; those
 * that know no Redis, such as clients, waiting, logs and faults of the network, are described in the engine's {@link io.gangway.testing}.
 *
 * <h2>Where a test stands</h2>
 *
 * <ul>
 *   <li>{@code io.gangway.redis}: what applications configure, and what a cluster does when Redis, a node or the
 *       network fails.
 *   <li>{@code io.gangway.redis.wire}: encoding and decoding of messages; no Redis runs.
 *   <li>{@code io.gangway.redis.link}: one connection, its queue, its subscriptions and its reconnects.
 *   <li>{@code io.gangway.redis.mixed}: Node.js and Java servers in one cluster, and how fast such clusters are.
 * </ul>
 *
 * <h2>Redis</h2>
 *
 * <ul>
 *   <li>{@link io.gangway.redis.TestRedis}: a real redis-server on a free port, which a test can stop and start again.
 *       {@code RedisBinary} finds the executable.
 *   <li>{@code TestRedisCluster}: a Redis Cluster of three masters and a replica, for slots and failovers.
 * </ul>
 *
 * <h2>Nodes</h2>
 *
 * <p>The first that will do is the right one:
 *
 * <ul>
 *   <li>{@link io.gangway.redis.Node}: one node without an engine; records the messages and link changes that it
 *       receives.
 *   <li>{@code Traffic}: numbered broadcasts between two nodes, counted as received, lost or repeated.
 *   <li>{@code NodeJvm}: an engine in a process of its own, a {@code ClusterNode}, which a test can kill.
 *   <li>{@code RecoveringNode}: an engine whose clients can be recovered, here or in a process of its own.
 *   <li>{@code MixedCluster} in {@code mixed}: two Node.js and two Java servers with stock clients. A {@code Peer} is a
 *       server in either language, an {@code Emitter} a sender without a server, {@code AdapterMode} the adapter and
 *       its options, {@code Direction} who sends and who receives. One Node.js process serves all tests.
 *   <li>{@code SpeedProcess} and {@code FrameCounter} in {@code mixed}: a server in a process of its own, and many
 *       clients that only count, for measurements.
 * </ul>
 *
 * <h2>Messages</h2>
 *
 * <ul>
 *   <li>{@code TinyFormat}: the smallest wire format, for tests of connections.
 *   <li>{@link io.gangway.redis.wire.Messages}: one of each message, for many targets and values.
 *   <li>{@link io.gangway.redis.wire.Capture}: recorded traffic of Node.js servers and other emitters, from
 *       {@code src/test/resources/vectors}.
 *   <li>{@link io.gangway.redis.wire.NodeRules}: what a Node.js server requires of a message, without any code of this
 *       module.
 *   <li>{@link io.gangway.redis.wire.Same}: compares values as JavaScript does. {@code MessageText} shows a message in
 *       a few words, {@code Allocation} measures the memory that decoding takes.
 * </ul>
 */
package io.gangway.redis;
