package io.gangway.protocol;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON and collects binary data as attachments, leaving placeholders: Socket.IO v5, "Binary event".
 *
 * <p>Data that only looks like a placeholder is harmless in a packet without attachments. In a packet with attachments
 * it would show the receiver the wrong bytes, or end its connection; there it is written with
 * {@code "_placeholder":false}.
 */
final class AttachmentWriter extends JsonWriter {
    /** Deeper than clients may nest: a value that reaches this depth contains itself. */
    static final int MAX_DEPTH = 512;

    /** How binary data is written. */
    enum Binary {
        /** As attachments, if there is any. */
        ATTACHED,
        /** As attachments, and there is certainly some. */
        CERTAINLY_ATTACHED,
        /** As base64: the packet has no binary form. */
        INLINE
    }

    private final Binary binary;
    private final List<ByteBuffer> attachments = new ArrayList<>(0);
    private int depth;
    private boolean placeholderNamed;
    private boolean suspect;
    private boolean raw;

    AttachmentWriter(Writer out, boolean serializeNulls, Binary binary) {
        super(out);
        this.binary = binary;
        setHtmlSafe(false);
        setSerializeNulls(serializeNulls);
        setStrictness(Strictness.LEGACY_STRICT);
    }

    List<ByteBuffer> attachments() {
        return attachments;
    }

    Binary binary() {
        return binary;
    }

    /**
     * Writes a placeholder; the current bytes are sent after the text. A read-only buffer is not copied, because its
     * owner has promised not to change it.
     */
    void attach(ByteBuffer bytes) throws IOException {
        int number = attachments.size();
        ByteBuffer fixed = bytes.isReadOnly() ? bytes : ByteBuffer.wrap(Elements.copy(bytes));
        attachments.add(fixed.asReadOnlyBuffer());
        beginObject();
        super.name(AttachmentReader.PLACEHOLDER);
        super.value(true);
        super.name(AttachmentReader.NUMBER);
        super.value(number);
        endObject();
    }

    /** Adds attachments, and returns the number of the first. */
    int adopt(List<ByteBuffer> bytes) {
        int first = attachments.size();
        attachments.addAll(bytes);
        return first;
    }

    /** Writes JSON that has not been searched for data that looks like placeholders. */
    void unchecked(String json) throws IOException {
        suspect |= json.indexOf('{') >= 0;
        copy(json);
    }

    /** Writes valid JSON as it is. */
    void copy(String json) throws IOException {
        super.jsonValue(json);
    }

    /** Whether an adapter has written text that this writer has not formed: it may be invalid JSON. */
    boolean isRaw() {
        return raw;
    }

    @Override
    public JsonWriter jsonValue(@Nullable String value) throws IOException {
        raw = true;
        return super.jsonValue(value);
    }

    /** A lenient writer writes NaN and infinities, which JSON does not know. */
    @Override
    public JsonWriter value(double value) throws IOException {
        raw |= isLenient();
        return super.value(value);
    }

    @Override
    public JsonWriter value(float value) throws IOException {
        raw |= isLenient();
        return super.value(value);
    }

    @Override
    public JsonWriter value(@Nullable Number value) throws IOException {
        raw |= isLenient();
        return super.value(value);
    }

    /** Whether the value must be written again as {@link Binary#CERTAINLY_ATTACHED}. */
    boolean isMistakable() {
        return suspect && !attachments.isEmpty() && binary == Binary.ATTACHED;
    }

    @Override
    public JsonWriter name(String name) throws IOException {
        placeholderNamed = name.equals(AttachmentReader.PLACEHOLDER);
        return super.name(name);
    }

    @Override
    public JsonWriter value(boolean value) throws IOException {
        return super.value(value && !looksLikePlaceholder());
    }

    @Override
    public JsonWriter value(@Nullable Boolean value) throws IOException {
        return Boolean.TRUE.equals(value) ? value(true) : super.value(value);
    }

    private boolean looksLikePlaceholder() {
        suspect |= placeholderNamed;
        return placeholderNamed && binary == Binary.CERTAINLY_ATTACHED;
    }

    @Override
    public JsonWriter beginObject() throws IOException {
        descend();
        return super.beginObject();
    }

    @Override
    public JsonWriter beginArray() throws IOException {
        descend();
        return super.beginArray();
    }

    @Override
    public JsonWriter endObject() throws IOException {
        depth--;
        placeholderNamed = false;
        return super.endObject();
    }

    @Override
    public JsonWriter endArray() throws IOException {
        depth--;
        placeholderNamed = false;
        return super.endArray();
    }

    private void descend() {
        placeholderNamed = false;
        if (++depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH
                    + " arrays and objects: check that the value does not contain itself");
        }
    }
}
