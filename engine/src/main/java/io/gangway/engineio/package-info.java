/**
 * Engine.IO v4: sessions over long-polling and WebSocket, the upgrade from one to the other, and the heartbeat.
 *
 * <p>Sources: Engine.IO protocol revision 4, and the behaviour of Node's engine.io 6.6 where the protocol is silent. This
 * room knows HTTP exchanges and transports as small interfaces; who serves them is not its business.
 *
 * <ol>
 *   <li>A session's packets are handled one at a time, in the client's order, also across the upgrade.
 *   <li>A session that is over leaves nothing behind but, on polling, its close packet for the next poll.
 * </ol>
 */
@NullMarked
package io.gangway.engineio;

import org.jspecify.annotations.NullMarked;
