/**
 * The hall: the public API of Socket.IO on this engine.
 *
 * <p>An {@link io.gangway.Engine} is built once, with its namespaces and their handlers; each client that joins a
 * namespace is a {@link io.gangway.Socket} there. The public types use the vocabulary of Socket.IO; all others are
 * package-private.
 *
 * <p>Inside, dependencies point one way. {@code Engine} and its builders wire the rest; {@code Clients} and {@code Client}
 * take what comes in, through a {@code ConnectRequest} and the namespace's {@code Pipeline}, to handlers; handlers know
 * the public {@code Socket}, {@code Namespace} and operators. These rest on {@code Member} and {@code LocalNamespace}, which
 * are a socket and a namespace without that vocabulary: rooms, acks and the {@code ClusterBridge} know only them. No class
 * asks another for its collaborators: constructors are given them.
 *
 * <ol>
 *   <li>A connection's events are handled one at a time, in order; its packets are sent in the order of the emits, even
 *       across the upgrade from polling to WebSocket.
 *   <li>{@code emit} never blocks, never throws because of a client's state, and queues a limited number of bytes.
 *   <li>A broadcast is serialised once for each codec that a receiver has, whatever the number of receivers.
 *   <li>No lock is held while a handler, an interceptor or the cluster is called.
 *   <li>A disconnect removes everything that belongs to a socket: rooms, timers, buffers, and pending acks, which fail.
 *   <li>Work for this node's sockets never waits for the other nodes.
 * </ol>
 */
@NullMarked
package io.gangway;

import org.jspecify.annotations.NullMarked;
