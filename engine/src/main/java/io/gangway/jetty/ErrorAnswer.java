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
 * Answers requests that Jetty refuses before the engine sees them. Replaces Jetty's error page, which repeats the
 * request's URI and any token in it. Thread-safe.
 */
final class ErrorAnswer implements Request.Handler {
    private static final Logger log = LoggerFactory.getLogger(ErrorAnswer.class);

    /** A client that sends oversized headers may send many: one warning per minute is enough. */
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
                    "refused a request with {}: {} is larger than {} bytes; to allow larger cookies and queries, "
                            + "raise http(http -> http.maxHeaderSize(..)) on the engine's builder",
                    status,
                    status == HttpStatus.URI_TOO_LONG_414 ? "its request line" : "its header section",
                    maxHeaderSize);
        }
    }
}
