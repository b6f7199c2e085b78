package io.gangway.connection;

import java.util.function.Supplier;

/**
 * A request for a connection that was refused by rules that the hall does not know.
 *
 * @param rule the rule that the request broke
 * @param status the HTTP status of the answer
 * @param code Engine.IO's number for the error
 * @param detail the reason, for the log; without anything the client sent
 * @param request the request, copied only if somebody asks
 */
public record RefusedRequest(Rule rule, int status, int code, String detail, Supplier<UpgradeRequest> request) {
    /** Why a request may be refused. */
    public enum Rule {
        /** It comes from a page of a foreign origin. */
        ORIGIN,
        /** It is not a valid handshake. */
        HANDSHAKE,
        /** It names a session that does not exist, or no longer. */
        SESSION,
        /** The application refused its subprotocols. */
        APPLICATION,
        /** The engine is closing. */
        CLOSING
    }
}
