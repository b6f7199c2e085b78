package io.gangway.jetty;

import io.gangway.engineio.EngineIoError;
import io.gangway.engineio.HttpExchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.Deflater;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One HTTP request and its one answer. While it waits for that it holds no thread. Thread-safe. */
final class PollingExchange implements HttpExchange {
    private static final String TEXT = "text/plain; charset=UTF-8";
    /** What engine.io says of its "ok", and clients have seen ever since. */
    private static final String HTML = "text/html";

    private static final String JSON = "application/json";

    /** More than this takes too long to compress for a thread that other clients' answers wait for. */
    private static final int FEW_BYTES = 16 * 1024;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final HttpSettings settings;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean bodyBeingRead;
    private volatile @Nullable HangUpWatch watch;

    PollingExchange(Request request, Response response, Callback callback, HttpSettings settings, Occupancy occupancy) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.settings = settings;
        occupancy.enter();
        Request.addCompletionListener(request, failure -> occupancy.leave());
        // A poll waits for as long as the heartbeat lets it. A body on its way in is under the idle timeout all the
        // same:
        // Jetty does not ask while content is demanded.
        request.addIdleTimeoutListener(timeout -> false);
    }

    Request request() {
        return request;
    }

    /** From now on until it has been read, the request's content is somebody's business. */
    void bodyBeingRead() {
        bodyBeingRead = true;
    }

    void bodyRead() {
        bodyBeingRead = false;
    }

    /** Has {@code gone} run if the client goes while the request {@link #waits}; to be called before it may be answered. */
    void whenGone(Runnable gone) {
        watch = HangUpWatch.of(request, gone);
    }

    /** The request has been handed over; it is answered, or will be. */
    void waits() {
        HangUpWatch prepared = watch;
        if (prepared != null) {
            prepared.begin();
        }
    }

    boolean isAnswered() {
        return answered.get();
    }

    @Override
    public void opens(String sid) {
        SidCookie cookie = settings.cookie();
        if (cookie != null) {
            Response.addCookie(response, cookie.of(sid));
        }
    }

    @Override
    public void payload(byte[] utf8, Runnable sent, Runnable failed) {
        if (!surrender()) {
            return;
        }
        if (!settings.compression() || utf8.length < GzipEncoding.THRESHOLD) {
            write(200, TEXT, utf8, sent, failed);
            return;
        }
        response.getHeaders().add(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());
        if (!GzipEncoding.isAccepted(request.getHeaders())) {
            write(200, TEXT, utf8, sent, failed);
        } else if (utf8.length <= FEW_BYTES) {
            compress(utf8, sent, failed);
        } else {
            try {
                request.getComponents().getExecutor().execute(() -> compress(utf8, sent, failed));
            } catch (RejectedExecutionException stopping) {
                write(200, TEXT, utf8, sent, failed);
            }
        }
    }

    private void compress(byte[] utf8, Runnable sent, Runnable failed) {
        // At the fastest level: each client that polls has its own.
        byte[] gzip = GzipEncoding.compress(utf8, Deflater.BEST_SPEED);
        boolean shorter = gzip.length < utf8.length;
        if (shorter) {
            response.getHeaders().put(HttpHeader.CONTENT_ENCODING, GzipEncoding.NAME);
        }
        write(200, TEXT, shorter ? gzip : utf8, sent, failed);
    }

    @Override
    public void ok() {
        answer(200, HTML, new byte[] {'o', 'k'}, () -> {}, () -> {});
    }

    @Override
    public void refuse(EngineIoError error) {
        refuse(error.status(), error.json());
    }

    /** Refuses the request with a body of JSON. */
    void refuse(int status, String json) {
        answer(status, JSON, json.getBytes(StandardCharsets.UTF_8), () -> {}, () -> {});
    }

    /** Answers with headers alone. */
    void noContent() {
        answer(204, null, new byte[0], () -> {}, () -> {});
    }

    /** Leaves the answer to somebody else; false if there has been one. */
    boolean surrender() {
        boolean first = answered.compareAndSet(false, true);
        HangUpWatch needless = watch;
        if (first && needless != null) {
            needless.cancel();
        }
        return first;
    }

    private void answer(int status, @Nullable String contentType, byte[] body, Runnable sent, Runnable failed) {
        if (surrender()) {
            write(status, contentType, body, sent, failed);
        }
    }

    /** The one answer; for whoever has {@link #surrender}ed the exchange. */
    private void write(int status, @Nullable String contentType, byte[] body, Runnable sent, Runnable failed) {
        Callback whenWritten = new Callback.Nested(callback) {
            @Override
            public void succeeded() {
                super.succeeded();
                sent.run();
            }

            @Override
            public void failed(Throwable cause) {
                super.failed(cause);
                failed.run();
            }
        };
        try {
            HttpFields.Mutable headers = response.getHeaders();
            response.setStatus(status);
            headers.put(HttpHeader.CACHE_CONTROL, "no-store");
            if (contentType != null) {
                headers.put(HttpHeader.CONTENT_TYPE, contentType);
            }
            if (isInternetExplorer()) {
                // Its filter took payloads for scripting, and blocked them: engine.io does the same.
                headers.put("X-XSS-Protection", "0");
            }
            if (mustClose(status)) {
                headers.put(HttpFields.CONNECTION_CLOSE);
            }
            response.write(true, ByteBuffer.wrap(body), whenWritten);
        } catch (Throwable broken) {
            whenWritten.failed(broken);
        }
    }

    private boolean isInternetExplorer() {
        String userAgent = request.getHeaders().get(HttpHeader.USER_AGENT);
        return userAgent != null && (userAgent.contains("MSIE") || userAgent.contains("Trident"));
    }

    /** Whether what is left of the request's body keeps the connection from being used again. */
    private boolean mustClose(int status) {
        boolean unread = status >= 400 && (bodyBeingRead || !request.consumeAvailable());
        return unread
                && request.getConnectionMetaData().getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion();
    }
}
