/**
 * The connections to Redis, and how messages get over them.
 *
 * <p>{@link io.gangway.redis.link.ClusterLink} is a node's link to its cluster, {@link
 * io.gangway.redis.link.EmitterLink} an emitter's. A message goes out like this: NamespaceChannel encodes it, Outbox
 * counts it, Publishers choose the Redis node, its Backlog queues it, its Publisher writes it. One comes in like
 * this: a Subscriber or StreamReader reads it, Router finds the namespace, NamespaceInbound decodes it for the
 * engine. A Topology tells which node serves what.
 *
 * <p>For clients that were away, RedisSessions keeps sessions; StreamHistory reads what they missed, and StreamTail holds
 * it for the next who asks; OwnEntries finds a node's own messages among those of others; Recalls asks other nodes for a
 * session whose client they still have.
 *
 * <p>Each connection has a thread that reads; a publisher has one that writes, too. No thread of the application ever
 * waits for Redis: emits are queued, and subscriptions are made by the link's worker.
 *
 * <p>Not part of the API: what is here may change in any release.
 */
@NullMarked
package io.gangway.redis.link;

import org.jspecify.annotations.NullMarked;
