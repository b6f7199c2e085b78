package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements to relay them in another packet: renumbers placeholders after that packet's attachments, and keeps
 * numbers as written.
 */
class RenumberingReader extends AttachmentReader {
    private final int first;

    /** JSON that is written unchanged. */
    record Literal(String json) {}

    /** @param first the number of the first attachment in the other packet */
    RenumberingReader(String json, List<ByteBuffer> attachments, int depth, int first) {
        super(json, attachments, depth);
        this.first = first;
    }

    @Override
    Object plainNumber(String literal) {
        return new Literal(literal);
    }

    @Override
    int attachmentNumber(@Nullable Object plainNumber) {
        return plainNumber instanceof Literal literal ? Integer.parseInt(literal.json) : -1;
    }

    @Override
    Object plainAttachment(int number) {
        return new Literal("{\"_placeholder\":true,\"num\":" + (first + number) + "}");
    }
}
