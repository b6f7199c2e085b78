/**
 * Engine.IO v4: sessions over long-polling and WebSocket, the upgrade from one to the other, and the heartbeat.
 *
 * <p>Sources: Engine.IO protocol revision 4, and the behaviour of Node's engine.io 6.6 where the protocol is silent.
 * This room sees HTTP exchanges and transports as small interfaces, and does not know who implements them.
 *
 * <ol>
 *   <li>A session's packets are handled one at a time, in the client's order, even across the upgrade.
 *   <li>A closed session leaves nothing behind except, on polling, the close packet for its next GET.
 * </ol>
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.engineio;

import org.jspecify.annotations.NullMarked;
