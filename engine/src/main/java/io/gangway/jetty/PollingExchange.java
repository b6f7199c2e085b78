package io.gangway.jetty;

import io.gangway.engineio.EngineIoError;
import io.gangway.engineio.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.Deflater;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One HTTP request and its answer. Holds no thread while it waits. Thread-safe. */
final class PollingExchange implements HttpExchange {
    private static final String TEXT = "text/plain; charset=UTF-8";
    /** The content type that Node's engine.io gives its "ok". */
    private static final String HTML = "text/html";

    private static final String JSON = "application/json";

    /** Larger payloads are compressed on another thread: this one has other clients' answers to write. */
    private static final int FEW_BYTES = 16 * 1024;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final HttpSettings settings;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean bodyBeingRead;
    private volatile @Nullable HangUpWatch watch;
    private volatile @Nullable BodyWriter body;

    PollingExchange(Request request, Response response, Callback callback, HttpSettings settings, Occupancy occupancy) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.settings = settings;
        occupancy.enter();
        Request.addCompletionListener(request, failure -> occupancy.leave());
        // A poll may wait as long as the heartbeat allows. The idle timeout still applies to a body that is arriving:
        // Jetty does not call this listener while content is demanded.
        request.addIdleTimeoutListener(timeout -> false);
    }

    Request request() {
        return request;
    }

    /** The request's content is being read, until {@link #bodyRead}. */
    void bodyBeingRead() {
        bodyBeingRead = true;
    }

    void bodyRead() {
        bodyBeingRead = false;
    }

    /**
     * Runs {@code gone} if the client disconnects while the request {@link #waits}. Must be called before the request
     * can be answered.
     */
    void whenGone(Runnable gone) {
        watch = HangUpWatch.of(request, gone);
    }

    /** The request has been handed to its session, which answers it now or later. */
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
        // At the fastest level: each polling client's payload is compressed separately.
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

    /** Answers with headers only. */
    void noContent() {
        answer(204, null, new byte[0], () -> {}, () -> {});
    }

    /** Leaves the answer to the caller; false if the request has been answered already. */
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

    /** Writes the answer; only for the caller whose {@link #surrender} returned true. */
    private void write(int status, @Nullable String contentType, byte[] body, Runnable sent, Runnable failed) {
        BodyWriter writer = new BodyWriter(response, callback, body, sent, failed);
        try {
            HttpFields.Mutable headers = response.getHeaders();
            response.setStatus(status);
            headers.put(HttpHeader.CACHE_CONTROL, "no-store");
            if (contentType != null) {
                headers.put(HttpHeader.CONTENT_TYPE, contentType);
            }
            if (isInternetExplorer()) {
                // Internet Explorer's XSS filter mistook payloads for scripts and blocked them: Node's engine.io sends
                // this header too.
                headers.put("X-XSS-Protection", "0");
            }
            if (mustClose(status)) {
                headers.put(HttpFields.CONNECTION_CLOSE);
            }
            this.body = writer;
            writer.begin();
        } catch (Throwable broken) {
            writer.abort(broken);
        }
    }

    @Override
    public long progress() {
        BodyWriter writer = body;
        return writer == null ? 0 : writer.progress();
    }

    @Override
    public void abort() {
        ConnectionMetaData connection = request.getConnectionMetaData();
        if (connection.getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion()) {
            connection.getConnection().getEndPoint().close();
        }
    }

    private boolean isInternetExplorer() {
        String userAgent = request.getHeaders().get(HttpHeader.USER_AGENT);
        return userAgent != null && (userAgent.contains("MSIE") || userAgent.contains("Trident"));
    }

    /** Whether the connection must close because part of the request's body has not been read. */
    private boolean mustClose(int status) {
        boolean unread = status >= 400 && (bodyBeingRead || !request.consumeAvailable());
        return unread
                && request.getConnectionMetaData().getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion();
    }
}
