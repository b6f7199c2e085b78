package io.gangway.jetty;

import io.gangway.connection.Rendering;
import java.nio.ByteBuffer;

/**
 * How a session's messages look on its WebSocket.
 *
 * @param rendering makes the bytes of a frame
 */
record WebSocketDialect(Rendering<ByteBuffer> rendering) {
    /** Engine.IO packets. */
    static final WebSocketDialect ENGINE_IO = new WebSocketDialect(WebSocketRendering.BYTES);
    /** Engine.IO packets, binary ones as base64 text. */
    static final WebSocketDialect ENGINE_IO_TEXT = new WebSocketDialect(WebSocketRendering.TEXT_ALONE);
}
