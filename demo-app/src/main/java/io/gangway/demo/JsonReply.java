package io.gangway.demo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** An HTTP answer in JSON. */
record JsonReply(int status, String body) {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** A reply with one member. */
    static JsonReply of(int status, String name, String value) {
        return new JsonReply(status, GSON.toJson(Map.of(name, value)));
    }

    static JsonReply error(int status, String message) {
        return of(status, "error", message);
    }

    void send(Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (status == HttpStatus.UNAUTHORIZED_401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        Content.Sink.write(response, true, body, callback);
    }
}
