/**
 * An ordered line to one client: what the Socket.IO hall above and the transports below agree on.
 *
 * <p>The hall hands over {@linkplain io.gangway.connection.Frame frames}; each connection queues them in its one
 * {@link io.gangway.connection.Outbound}, and a {@link io.gangway.connection.Flusher} hands the queued frames to the
 * transport, as many as fit one write at a time. This room knows neither protocol, nor Jetty, nor JSON.
 *
 * <ol>
 *   <li>Everything a connection sends, including pings and close packets, passes through its one Outbound, in order.
 *   <li>Sending never blocks, and the bytes queued for a client are limited.
 *   <li>No lock is held while a transport, a listener or a timer's task runs.
 * </ol>
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.connection;

import org.jspecify.annotations.NullMarked;
