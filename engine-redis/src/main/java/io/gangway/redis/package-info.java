/**
 * Clusters over Redis, in the wire formats of the Node.js adapters: Java nodes join each other, and a running cluster
 * of Node.js or NestJS servers.
 *
 * <p>This package is the API. {@code io.gangway.redis.wire} encodes and decodes messages, and knows no Redis;
 * {@code io.gangway.redis.link} keeps the connections. The two are not part of the API: what is public in them is so
 * for the other packages of this module alone, and may change at any time.
 *
 * <ol>
 *   <li>Every message sent has passed an encoder that cannot express what a Node.js server could not read.
 *   <li>Every message received is checked type by type; an invalid one is counted, and has no effect.
 *   <li>A message is sent once: what may have been sent when a connection broke is not sent again.
 * </ol>
 */
@NullMarked
package io.gangway.redis;

import org.jspecify.annotations.NullMarked;
