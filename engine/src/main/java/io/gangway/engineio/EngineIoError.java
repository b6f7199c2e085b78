package io.gangway.engineio;

/** The errors that answer a refused request, with the codes and texts of Node's engine.io. */
public enum EngineIoError {
    UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
    UNKNOWN_SESSION(400, 1, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
    BAD_REQUEST(400, 3, "Bad request"),
    FORBIDDEN(403, 4, "Forbidden"),
    UNSUPPORTED_PROTOCOL(400, 5, "Unsupported protocol version"),
    /**
     * The body is larger than {@code maxPayload}, and the session continues; or larger than a client may send that no
     * namespace has admitted, and the session ends.
     */
    PAYLOAD_TOO_LARGE(413, 3, "Payload too large"),
    /** The body has a Content-Encoding, such as gzip; the session continues. */
    UNSUPPORTED_ENCODING(415, 3, "Unsupported content encoding"),
    /** The session ends, because the server has no memory for more of its messages. */
    OUT_OF_MEMORY(503, 3, "Server out of memory for messages");

    private final int status;
    private final int code;
    private final String json;

    EngineIoError(int status, int code, String message) {
        this.status = status;
        this.code = code;
        this.json = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The error's number, as in the body. */
    public int code() {
        return code;
    }

    /** The response's body, {@code {"code":..,"message":..}}. */
    public String json() {
        return json;
    }
}
