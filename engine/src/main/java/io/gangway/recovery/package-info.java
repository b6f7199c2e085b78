/**
 * Connection state recovery: what was sent to a namespace, kept for a while, and the sessions of clients that are away. It
 * knows no sockets, only the sessions that they leave behind.
 *
 * <ol>
 *   <li>Each kept event has a place. Giving a place, queueing the event for its receivers, joins and leaves happen under
 *       the one lock of a {@link io.gangway.recovery.History}: so each client's queue has the order of the places, and who
 *       was in an event's audience is exact.
 *   <li>Under that lock nothing calls handlers, clusters or other histories, except the methods of a cluster's {@link
 *       io.gangway.cluster.SessionStore} that wait for nothing: those about offsets.
 *   <li>What is kept is bounded in bytes, packets and time for the engine as a whole.
 * </ol>
 *
 * <p>Not part of the API.
 */
@NullMarked
package io.gangway.recovery;

import org.jspecify.annotations.NullMarked;
