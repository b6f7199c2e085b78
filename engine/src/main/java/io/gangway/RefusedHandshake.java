package io.gangway;

/**
 * A client that could not connect, and why.
 *
 * @param outcome the kind of refusal
 * @param status the HTTP status of the answer
 * @param code the number of the error in Engine.IO, 0 to 5
 * @param message the reason, without anything that the client sent
 * @param handshake the request, without an auth payload: its address, headers and query. They may hold cookies and tokens:
 *     do not log them
 */
public record RefusedHandshake(HandshakeOutcome outcome, int status, int code, String message, Handshake handshake) {
    /** Shows the outcome, the reason and the client's address, and nothing that could be a token. */
    @Override
    public String toString() {
        return "RefusedHandshake[" + outcome + ", " + status + ", " + message + ", " + handshake.address() + "]";
    }
}
