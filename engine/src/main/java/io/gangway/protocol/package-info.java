/**
 * Wire protocols: the form of Socket.IO v5 packets, as JSON text with attachments or as MessagePack, and the checks for
 * valid ones.
 *
 * <p>A {@link io.gangway.protocol.PacketCodec} is the wire of one kind of client. Values are independent of it: a {@link
 * io.gangway.protocol.JsonBinding} makes {@link io.gangway.protocol.Elements} of them, and an {@link
 * io.gangway.protocol.Emission} has these written once for each codec that a receiver has.
 *
 * <p>Sources: Socket.IO protocol revision 5, Node's socket.io-parser 4.2, and socket.io-msgpack-parser 3.0 with notepack.io
 * 2.2.
 *
 * <ol>
 *   <li>Malformed input causes only {@link io.gangway.protocol.MalformedPacketException}, and takes no more memory than
 *       its size justifies.
 *   <li>One strict scan decides whether JSON is valid, never the Gson that binds it to types.
 *   <li>Elements of one form can be written in every other: what would fail is refused where it is read or written first.
 * </ol>
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.protocol;

import org.jspecify.annotations.NullMarked;
