/**
 * Wire protocols: the form of Socket.IO v5 packets as text and attachments, and the checks for valid ones.
 *
 * <p>Sources: Socket.IO protocol revision 5 and Node's socket.io-parser 4.2.
 *
 * <ol>
 *   <li>Malformed input causes only {@link io.gangway.protocol.MalformedPacketException}, and takes no more memory than
 *       its size justifies.
 *   <li>One strict scan decides whether JSON is valid, never the Gson that binds it to types.
 * </ol>
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.protocol;

import org.jspecify.annotations.NullMarked;
