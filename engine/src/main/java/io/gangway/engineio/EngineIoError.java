package io.gangway.engineio;

/** What a refused request is told, with the codes and words of engine.io. */
public enum EngineIoError {
    UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
    UNKNOWN_SESSION(400, 1, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
    BAD_REQUEST(400, 3, "Bad request"),
    FORBIDDEN(403, 4, "Forbidden"),
    UNSUPPORTED_PROTOCOL(400, 5, "Unsupported protocol version"),
    /** The body is larger than {@code maxPayload}; the session lives on. */
    PAYLOAD_TOO_LARGE(413, 3, "Payload too large"),
    /** The body is compressed, or encoded in some other way; the session lives on. */
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

    /** The body, {@code {"code":..,"message":..}}. */
    public String json() {
        return json;
    }
}
