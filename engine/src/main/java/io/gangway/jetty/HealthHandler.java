package io.gangway.jetty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers GET and HEAD of one path with the engine's health, and leaves all other requests alone. Thread-safe. */
public final class HealthHandler extends Handler.Abstract.NonBlocking {
    private final String path;
    private final Supplier<Report> report;

    /**
     * What is told.
     *
     * @param ready whether clients may come: 200, otherwise 503
     * @param json the body
     */
    public record Report(boolean ready, String json) {}

    public HealthHandler(String path, Supplier<Report> report) {
        this.path = path;
        this.report = report;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        boolean isAsked = path.equals(Request.getPathInContext(request))
                && (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod()));
        if (!isAsked) {
            return false;
        }
        Report now = report.get();
        response.setStatus(now.ready ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(now.json.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
