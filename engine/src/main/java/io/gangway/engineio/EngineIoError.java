package io.gangway.engineio;

/** The errors that answer a refused request, with the codes and texts of Node's engine.io. */
public enum EngineIoError {
    UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
    UNKNOWN_SESSION(400, 1, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
    BAD_REQUEST(400, 3, "Bad request"),
    FORBIDDEN(403, 4, "Forbidden"),
    UNSUPPORTED_PROTOCOL(400, 5, "Unsupported protocol version"),
    /** The body is larger than {@code maxPayload}; the session continues. */
    PAYLOAD_TOO_LARGE(413, 3, "Payload too large"),
    /** The body has a Content-Encoding, such as gzip; the session continues. */
    UNSUPPORTED_ENCODING(415, 3, "Unsupported content encoding");

    private final int status;
    private final String json;

    EngineIoError(int status, int code, String message) {
        this.status = status;
        this.json = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The response's body, {@code {"code":..,"message":..}}. */
    public String json() {
        return json;
    }
}
