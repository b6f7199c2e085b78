package io.gangway.jetty;

import io.gangway.connection.Rendering;
import java.nio.ByteBuffer;

/**
 * How a session's messages look on its WebSocket.
 *
 * @param rendering makes the bytes of a frame
 * @param hasBase64 whether a client's text may be binary data in base64, of which the decoded size counts
 */
record WebSocketDialect(Rendering<ByteBuffer> rendering, boolean hasBase64) {
    /** Engine.IO packets. */
    static final WebSocketDialect ENGINE_IO = new WebSocketDialect(WebSocketRendering.BYTES, true);
    /** Engine.IO packets, binary ones as base64 text. */
    static final WebSocketDialect ENGINE_IO_TEXT = new WebSocketDialect(WebSocketRendering.TEXT_ALONE, true);
    /** Messages as they are, without Engine.IO; control packets are pings. */
    static final WebSocketDialect PLAIN = new WebSocketDialect(WebSocketRendering.PLAIN, false);
}
