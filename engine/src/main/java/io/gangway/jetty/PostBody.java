package io.gangway.jetty;

import io.gangway.engineio.PollingPost;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads a POST's body as it comes, and holds no thread in between. Confined to its request's reading. */
final class PostBody implements Runnable {
    private static final int FIRST_BYTES = 4096;
    private static final int FEW_BYTES = 16 * 1024;

    private final Request request;
    private final PollingExchange exchange;
    private final PollingPost post;
    private final int maxPayload;
    private byte[] bytes = {};
    private int length;

    private PostBody(PollingExchange exchange, PollingPost post, int maxPayload) {
        this.request = exchange.request();
        this.exchange = exchange;
        this.post = post;
        this.maxPayload = maxPayload;
    }

    /** Whether the body is compressed, which none of Engine.IO's clients does: a few bytes could be made to fill the memory. */
    static boolean isEncoded(Request request) {
        return request.getHeaders().getCSV(HttpHeader.CONTENT_ENCODING, false).stream()
                .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
    }

    /** Reads the body and hands it to {@code post}, or says why not. */
    static void read(PollingExchange exchange, PollingPost post, int maxPayload) {
        String contentType = exchange.request().getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("application/octet-stream")) {
            // Engine.IO v4 sends binary as base64; this is what v3 did.
            post.fail("a binary body");
        } else if (exchange.request().getLength() > maxPayload) {
            exchange.bodyBeingRead();
            post.tooLarge();
        } else {
            exchange.bodyBeingRead();
            new PostBody(exchange, post, maxPayload).run();
        }
    }

    /** Jetty's call whenever more content has come. */
    @Override
    public void run() {
        try {
            readOn();
        } catch (IllegalStateException completed) {
            // So Jetty says that the request was answered meanwhile: the session has ended.
            if (!exchange.isAnswered()) {
                throw completed;
            }
        }
    }

    private void readOn() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                post.fail("the body broke off: " + chunk.getFailure());
                return;
            }
            boolean fits = chunk.remaining() <= maxPayload - length;
            if (fits) {
                append(chunk.getByteBuffer());
            }
            chunk.release();
            if (!fits) {
                post.tooLarge();
                return;
            }
            if (chunk.isLast()) {
                exchange.bodyRead();
                if (length <= FEW_BYTES) {
                    complete();
                } else {
                    // Of many packets, perhaps: not for a selector's thread.
                    request.getComponents().getExecutor().execute(this::complete);
                }
                return;
            }
        }
    }

    private void append(ByteBuffer content) {
        int needed = length + content.remaining();
        if (needed > bytes.length) {
            // By what has come, not by what Content-Length promises.
            long grown = Math.max(Math.max(needed, FIRST_BYTES), 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxPayload, grown));
        }
        content.get(bytes, length, content.remaining());
        length = needed;
    }

    private void complete() {
        String body;
        try {
            body = StrictUtf8.decode(bytes, length);
        } catch (CharacterCodingException malformed) {
            post.fail("a body that is not UTF-8");
            return;
        }
        post.complete(body);
    }
}
