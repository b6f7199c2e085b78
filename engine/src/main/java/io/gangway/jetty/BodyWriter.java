package io.gangway.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of one response, a large one in parts: so it shows whether the client reads, and how fast. Used once.
 */
final class BodyWriter extends IteratingCallback {
    private static final int PART = 16 * 1024;

    private final Response response;
    private final Callback callback;
    private final ByteBuffer body;
    private final Runnable sent;
    private final Runnable failed;
    private boolean complete;
    private int part;
    private int gone;
    /** The same as {@link #gone}, for the timer. */
    private volatile int progress;

    /**
     * @param callback completes the request
     * @param sent runs when the body has been written
     * @param failed runs instead if it could not be written
     */
    BodyWriter(Response response, Callback callback, byte[] body, Runnable sent, Runnable failed) {
        this.response = response;
        this.callback = callback;
        this.body = ByteBuffer.wrap(body);
        this.sent = sent;
        this.failed = failed;
    }

    void begin() {
        if (body.remaining() > PART) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        }
        iterate();
    }

    /** How many bytes of the body have left so far. */
    int progress() {
        return progress;
    }

    @Override
    protected Action process() {
        gone += part;
        progress = gone;
        if (complete) {
            return Action.SUCCEEDED;
        }
        part = Math.min(body.remaining(), PART);
        complete = part == body.remaining();
        ByteBuffer next = body.slice(body.position(), part);
        body.position(body.position() + part);
        response.write(complete, next, this);
        return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
        callback.succeeded();
        sent.run();
    }

    @Override
    protected void onCompleteFailure(@Nullable Throwable cause) {
        callback.failed(cause);
        failed.run();
    }

    @Override
    public InvocationType getInvocationType() {
        return callback.getInvocationType();
    }
}
