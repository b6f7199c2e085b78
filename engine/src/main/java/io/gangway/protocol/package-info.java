/**
 * Wire protocols: what Socket.IO v5 packets look like as text and attachments, and which of them are sound.
 *
 * <p>Sources: Socket.IO protocol revision 5 and Node's socket.io-parser 4.2.
 *
 * <ol>
 *   <li>Whatever comes in, only {@link io.gangway.protocol.MalformedPacketException} leaves this room, and no more memory
 *       is taken than the input's size accounts for.
 *   <li>Whether JSON is valid is decided here by one strict scan, never by the Gson that binds it to types.
 * </ol>
 */
@NullMarked
package io.gangway.protocol;

import org.jspecify.annotations.NullMarked;
