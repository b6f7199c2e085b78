package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads elements that leave in another packet: placeholders count on from its attachments, numbers stay as written. */
final class RenumberingReader extends AttachmentReader {
    private final int first;

    /** What is written as it stands, not as a value of its type. */
    record Literal(String json) {}

    /** @param first the number of the first attachment in the packet that the elements leave in */
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
