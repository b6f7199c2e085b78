/**
 * The hall: Socket.IO as its users know it.
 *
 * <p>An {@link io.gangway.Engine} is built once, with its namespaces and what they do; each client that joins one is a
 * {@link io.gangway.Socket} there. Everything public here is the vocabulary of Socket.IO; the rest is package-private.
 *
 * <ol>
 *   <li>A connection's events are handled one at a time, in order; its outgoing packets leave in the order of the emits,
 *       also across the upgrade from polling to WebSocket.
 *   <li>{@code emit} never blocks, never throws for a client's sake, and its memory is bounded.
 *   <li>A broadcast is serialised once, whatever the number of receivers.
 *   <li>Nothing holds a lock while it calls a handler, an interceptor or the cluster.
 *   <li>After a disconnect nothing of a socket is left: rooms, timers, pending acks, which fail, and buffers.
 *   <li>What concerns this node's sockets never waits for the other nodes.
 * </ol>
 */
@NullMarked
package io.gangway;

import org.jspecify.annotations.NullMarked;
