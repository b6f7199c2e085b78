package io.gangway.jetty;

import io.gangway.connection.RefusedRequest;
import io.gangway.connection.RefusedRequest.Rule;
import io.gangway.engineio.EngineIoError;
import io.gangway.engineio.EngineIoServer;
import io.gangway.engineio.Query;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Tells the hall of handshakes that are refused here, and of requests for unknown sessions. Thread-safe. */
final class RefusedHandshakes {
    /** Engine.IO's number for what an application or a server's state forbids. */
    private static final int FORBIDDEN = EngineIoError.FORBIDDEN.code();

    private final EngineIoServer server;
    private final HttpSettings settings;

    RefusedHandshakes(EngineIoServer server, HttpSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /** The request is refused with this error; says nothing of a request within a session that exists. */
    void tell(EngineIoError error, String detail, Request request, @Nullable Query query) {
        Query known = query == null ? Query.NONE : query;
        if (error == EngineIoError.UNKNOWN_SESSION) {
            tell(Rule.SESSION, error.status(), error.code(), detail, request, known);
        } else if (isHandshake(known)) {
            Rule rule = error == EngineIoError.FORBIDDEN ? Rule.ORIGIN : Rule.HANDSHAKE;
            tell(rule, error.status(), error.code(), detail, request, known);
        }
    }

    /** The engine is closing. */
    void tellClosing(Request request, Query query) {
        tell(Rule.CLOSING, HttpStatus.SERVICE_UNAVAILABLE_503, FORBIDDEN, "the engine is closing", request, query);
    }

    /** The application could not choose among the request's subprotocols. */
    void tellNoSubprotocol(Request request, Query query) {
        if (isHandshake(query)) {
            String detail = "the application's choice of a subprotocol failed";
            tell(Rule.APPLICATION, HttpStatus.INTERNAL_SERVER_ERROR_500, FORBIDDEN, detail, request, query);
        }
    }

    private static boolean isHandshake(Query query) {
        return query.parameters().getOrDefault("sid", "").isEmpty();
    }

    private void tell(Rule rule, int status, int code, String detail, Request request, Query query) {
        server.refused(new RefusedRequest(
                rule, status, code, detail, () -> RequestCopy.of(request, query, settings.proxies())));
    }
}
