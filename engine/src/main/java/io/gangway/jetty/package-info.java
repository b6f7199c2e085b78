/**
 * HTTP and WebSocket on Jetty: the only room that knows Jetty.
 *
 * <p>{@link io.gangway.jetty.EngineIoHandler} takes the requests of one path and turns them into polling exchanges and
 * WebSockets of an {@link io.gangway.engineio.EngineIoServer}; {@link io.gangway.jetty.StandaloneServer} is the Jetty of an
 * engine that has none of its own. Framing and handshake of WebSockets are Jetty's; the bytes of our frames go past its
 * queues, in as few writes as the socket takes.
 *
 * <ol>
 *   <li>All bytes of a WebSocket, Jetty's control frames too, leave through its one GatheringEndPoint: one write at a time,
 *       and never into the middle of a frame.
 *   <li>Nothing here blocks a thread but stopping: not a slow client, not a parked poll, not a body on its way in.
 *   <li>What a client does wrong is answered with 4xx or a close code, and harms no other client.
 * </ol>
 */
@NullMarked
package io.gangway.jetty;

import org.jspecify.annotations.NullMarked;
