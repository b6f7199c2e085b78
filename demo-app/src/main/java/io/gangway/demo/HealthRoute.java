package io.gangway.demo;

import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Tells a load balancer, at {@code /health}, whether to send clients here. */
final class HealthRoute extends Handler.Abstract.NonBlocking {
    private static final JsonReply READY = new JsonReply(HttpStatus.OK_200, "{\"status\":\"ok\"}");
    private static final JsonReply DRAINING =
            new JsonReply(HttpStatus.SERVICE_UNAVAILABLE_503, "{\"status\":\"draining\"}");

    private final BooleanSupplier ready;

    HealthRoute(BooleanSupplier ready) {
        this.ready = ready;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        boolean asksForIt = Request.getPathInContext(request).equals("/health")
                && (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod()));
        if (!asksForIt) {
            return false;
        }
        (ready.getAsBoolean() ? READY : DRAINING).send(response, callback);
        return true;
    }
}
