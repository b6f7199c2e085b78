package io.gangway.demo;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Adds security headers to the page: it may load from and connect to only its own server, and cannot be framed. */
final class SafetyHeaders extends Handler.Wrapper {
    static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self' ws: wss:", // not every browser treats a WebSocket to the same host as 'self'
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");

    SafetyHeaders(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("Content-Security-Policy", POLICY);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "same-origin");
        return super.handle(request, response, callback);
    }
}
