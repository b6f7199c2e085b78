/**
 * The wire formats of the Node.js adapters: what a message looks like, and on which channel or stream it goes.
 *
 * <p>{@link io.gangway.redis.wire.WireFormat} is the way in, with one implementation for each adapter: a
 * {@link io.gangway.cluster.ClusterMessage} goes in and an {@link io.gangway.redis.wire.OutgoingMessage} comes out,
 * and the other way round. {@link io.gangway.redis.wire.SessionFormat} does the same for sessions. Nothing here knows
 * a connection, or Redis's client library, so that another backend can use it.
 *
 * <p>Decoding fails with {@link io.gangway.redis.wire.MalformedMessageException}, which names the field and quotes no
 * data; encoding fails with an {@link java.lang.IllegalArgumentException}, which names the value.
 *
 * <p>Not part of the API: what is here may change in any release.
 */
@NullMarked
package io.gangway.redis.wire;

import org.jspecify.annotations.NullMarked;
