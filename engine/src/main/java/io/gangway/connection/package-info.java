/**
 * An ordered line to one client: what the Socket.IO hall above and the transports below agree on.
 *
 * <p>The hall hands over {@linkplain io.gangway.connection.Frame frames}; each connection keeps them in its one
 * {@link io.gangway.connection.Outbound}, and a {@link io.gangway.connection.Flusher} offers what has gathered there to
 * the transport, as much as fits one write at a time. This room knows neither protocol, nor Jetty, nor JSON.
 *
 * <ol>
 *   <li>Everything a connection sends, pings and close packets too, passes its one Outbound, in the order of the sends.
 *   <li>Sending never blocks, and what waits for a client is bounded in bytes.
 *   <li>No lock is held while a transport, a listener or a timer's task runs.
 * </ol>
 */
@NullMarked
package io.gangway.connection;

import org.jspecify.annotations.NullMarked;
