package io.gangway.jetty;

import io.gangway.engineio.EngineIoServer;
import io.gangway.engineio.PollingPost;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Reads a POST's body as it arrives, without holding a thread in between. Confined to its request's reading. */
final class PostBody implements Runnable {
    private static final int FIRST_BYTES = 4096;
    private static final int FEW_BYTES = 16 * 1024;
    private static final byte[] NOTHING = {};

    private final Request request;
    private final PollingExchange exchange;
    private final PollingPost post;
    private final EngineIoServer server;
    private final int maxBytes;
    private byte[] bytes = NOTHING;
    private int length;

    /** Set if the body did not arrive together with the request's headers, as most do. */
    private @Nullable UnfinishedMessage unfinished;

    private volatile boolean suspended;

    private PostBody(PollingExchange exchange, PollingPost post, EngineIoServer server) {
        this.request = exchange.request();
        this.exchange = exchange;
        this.post = post;
        this.server = server;
        this.maxBytes = post.maxBytes();
    }

    /**
     * Whether the body is compressed. No Engine.IO client does that, and a few compressed bytes could expand until
     * memory is full.
     */
    static boolean isEncoded(Request request) {
        return request.getHeaders().getCSV(HttpHeader.CONTENT_ENCODING, false).stream()
                .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
    }

    /** Reads the body and passes it, or the reason why it cannot be read, to {@code post}. */
    static void read(PollingExchange exchange, PollingPost post, EngineIoServer server) {
        String contentType = exchange.request().getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("application/octet-stream")) {
            // Engine.IO v4 sends binary data as base64; only v3 sent binary bodies.
            post.fail("the POST has a binary body, as only Engine.IO 3 sends it");
        } else if (exchange.request().getLength() > post.maxBytes()) {
            exchange.bodyBeingRead();
            post.tooLarge();
        } else {
            exchange.bodyBeingRead();
            new PostBody(exchange, post, server).run();
        }
    }

    /** Called by Jetty whenever more content has arrived. */
    @Override
    public void run() {
        suspended = false;
        try {
            readOn();
        } catch (IllegalStateException completed) {
            // Jetty reports in this way that the request has been answered meanwhile: the session has ended.
            if (!exchange.isAnswered()) {
                throw completed;
            }
        }
    }

    private void readOn() {
        while (mayRead()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                mustEndInTime();
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                ended();
                post.fail("the POST's body ended early: " + chunk.getFailure());
                return;
            }
            boolean fits = chunk.remaining() <= maxBytes - length;
            if (fits) {
                append(chunk.getByteBuffer());
            }
            chunk.release();
            if (!fits) {
                ended();
                post.tooLarge();
                return;
            }
            if (chunk.isLast()) {
                ended();
                exchange.bodyRead();
                if (length <= FEW_BYTES) {
                    complete();
                } else {
                    // The body may hold many packets: too much work for a selector's thread.
                    request.getComponents().getExecutor().execute(this::complete);
                }
                return;
            }
        }
    }

    private boolean mayRead() {
        suspended = true; // before it is so: run() may be called at once, on another thread
        boolean may = post.mayRead(this);
        if (may) {
            suspended = false;
        }
        return may;
    }

    /** Jetty's idle timeout begins again with each byte. */
    private void mustEndInTime() {
        if (unfinished == null) {
            UnfinishedMessage begun = new UnfinishedMessage(
                    server.deadlines(),
                    server.settings().messageTimeout(),
                    post.account(),
                    () -> suspended,
                    () -> post.fail("the client did not finish a POST's body within messageTimeout"));
            unfinished = begun;
            // If the request is answered before its body ends, the timer must not keep what has arrived.
            Request.addCompletionListener(request, failure -> begun.ended());
        }
    }

    private void ended() {
        if (unfinished != null) {
            unfinished.ended();
        }
    }

    private void append(ByteBuffer content) {
        int needed = length + content.remaining();
        if (needed > bytes.length) {
            // Grows with the bytes received, not with the Content-Length announced.
            long grown = Math.max(Math.max(needed, FIRST_BYTES), 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, grown));
        }
        post.holds(bytes.length);
        content.get(bytes, length, content.remaining());
        length = needed;
    }

    private void complete() {
        post.received(length);
        String body;
        try {
            body = StrictUtf8.decode(bytes, length);
        } catch (CharacterCodingException malformed) {
            post.fail("the POST's body is not UTF-8");
            return;
        }
        bytes = NOTHING; // the body may have to wait until its session is read again
        post.complete(body);
    }
}
