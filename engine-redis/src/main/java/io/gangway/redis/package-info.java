/**
 * The cluster over Redis, in the wire formats of the Node.js adapters: Java nodes join each other, and a running cluster
 * of Node.js or NestJS servers.
 *
 * <p>{@link io.gangway.redis.WireFormat} says what a message looks like and where it goes; the rest is connections: one
 * thread reads, one writes, and neither ever holds up an emit.
 *
 * <ol>
 *   <li>Whatever is sent has passed an encoder that cannot express what a Node.js server could not read.
 *   <li>Whatever is received is checked type by type; what makes no sense is counted and has no effect.
 *   <li>A message is sent once: what may have been sent when a connection broke is not sent again.
 * </ol>
 */
@NullMarked
package io.gangway.redis;

import org.jspecify.annotations.NullMarked;
