package io.gangway.jetty;

import io.gangway.engineio.EngineIoError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what Jetty refuses before it is the engine's, in place of Jetty's page, which repeats the request's URI with the
 * tokens in it. Thread-safe.
 */
final class ErrorAnswer implements Request.Handler {
    private static final Logger log = LoggerFactory.getLogger(ErrorAnswer.class);

    /** Whoever sends heads that are too large may send many. */
    private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final int maxHeaderSize;
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

    ErrorAnswer(int maxHeaderSize) {
        this.maxHeaderSize = maxHeaderSize;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 || status == HttpStatus.URI_TOO_LONG_414) {
            tellTooLarge(status);
        }
        String json = status == EngineIoError.BAD_REQUEST.status()
                ? EngineIoError.BAD_REQUEST.json()
                : "{\"code\":3,\"message\":\"" + HttpStatus.getMessage(status) + "\"}";
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }

    private void tellTooLarge(int status) {
        long now = System.nanoTime();
        long next = nextWarning.get();
        if (now - next >= 0 && nextWarning.compareAndSet(next, now + NANOS_BETWEEN_WARNINGS)) {
            log.warn(
                    "a request is refused with {}: {} is more than {} bytes; cookies and queries that are so large need"
                            + " http(http -> http.maxHeaderSize(..)) on the builder",
                    status,
                    status == HttpStatus.URI_TOO_LONG_414 ? "its first line" : "its head",
                    maxHeaderSize);
        }
    }
}
