package io.gangway.demo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Reads a request's body as it arrives, without holding a thread in between, and then replies.
 *
 * <p>A refused body is read too, up to a limit: a client that gets the reply while still sending may see a broken
 * connection instead. Confined to its request.
 */
final class SmallBody implements Runnable {
    static final int MAX_BYTES = 4096;

    /** How many bytes of an oversized body are read and dropped. */
    private static final int MAX_READ = 64 * 1024;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Function<SmallBody, JsonReply> service;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int length;

    private SmallBody(Request request, Response response, Callback callback, Function<SmallBody, JsonReply> service) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.service = service;
    }

    /** Replies with the result of {@code service}, which must not block, once the body has arrived. */
    static void read(Request request, Response response, Callback callback, Function<SmallBody, JsonReply> service) {
        new SmallBody(request, response, callback, service).run();
    }

    boolean isTooLarge() {
        return length > MAX_BYTES;
    }

    /** @throws BadRequestException if the body is not UTF-8 */
    String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new BadRequestException("The body must be UTF-8");
        }
    }

    /** Called by Jetty whenever more content has arrived. */
    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                callback.failed(chunk.getFailure());
                return;
            }
            append(chunk.getByteBuffer());
            chunk.release();
            if (chunk.isLast()) {
                answer();
                return;
            }
            if (length > MAX_READ) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                answer();
                return;
            }
        }
    }

    private void append(ByteBuffer content) {
        length += content.remaining();
        if (!isTooLarge()) {
            byte[] copy = new byte[content.remaining()];
            content.get(copy);
            bytes.writeBytes(copy);
        }
    }

    private void answer() {
        try {
            service.apply(this).send(response, callback);
        } catch (RuntimeException fault) {
            callback.failed(fault);
        }
    }
}
