/**
 * HTTP and WebSocket on Jetty: the only room that knows Jetty.
 *
 * <p>{@link io.gangway.jetty.EngineIoHandler} takes the requests of one path and turns them into polling exchanges and
 * WebSockets of an {@link io.gangway.engineio.EngineIoServer}; {@link io.gangway.jetty.StandaloneServer} is the Jetty
 * server of an engine that is not embedded in another one. Jetty does the framing and handshake of WebSockets; the
 * engine's own frames bypass Jetty's queues, in as few writes as the socket allows.
 *
 * <ol>
 *   <li>All bytes of a WebSocket, including Jetty's control frames, leave through its one GatheringEndPoint: one write
 *       at a time, never in the middle of a frame.
 *   <li>Only stopping blocks a thread: neither a slow client, nor a waiting poll, nor an arriving body does.
 *   <li>A client's mistake is answered with 4xx or a close code, and affects no other client.
 * </ol>
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.jetty;

import org.jspecify.annotations.NullMarked;
