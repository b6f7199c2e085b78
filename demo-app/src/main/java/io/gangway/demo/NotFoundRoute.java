package io.gangway.demo;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests that no other route handled. */
final class NotFoundRoute extends Handler.Abstract.NonBlocking {
    private static final JsonReply NOT_FOUND = new JsonReply(HttpStatus.NOT_FOUND_404, "{\"error\":\"Not found\"}");

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        SmallBody.read(request, response, callback, body -> NOT_FOUND);
        return true;
    }
}
