package io.gangway.protocol;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Converts Java values and JSON text to {@link Elements}, with one Gson and one set of limits, whatever wire format
 * carries them. Thread-safe.
 */
public final class JsonBinding {
    static final String SCANNED = "cannot read JSON that the scan has accepted";

    private final Gson gson;
    private final ParserLimits limits;
    private final ValueWriter writer;
    /** A field, so that no event allocates this lambda. */
    private final ValueWriter.Result unscanned =
            (json, attachments) -> new JsonElements(this, json, null, attachments, null, true);

    /** @param gson made by {@link Json} */
    public JsonBinding(Gson gson, ParserLimits limits) {
        this.gson = gson;
        this.limits = limits;
        this.writer = new ValueWriter(gson);
    }

    Gson gson() {
        return gson;
    }

    ParserLimits limits() {
        return limits;
    }

    // ---- Java values: anything Gson writes; byte[] and ByteBuffer, at any depth, become attachments

    /**
     * Elements with these values, as a receiver would see them. {@link Elements} among the values are copied as they
     * are.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    public Elements elements(List<?> values) {
        return writer.write(
                null,
                values,
                (json, attachments) -> new JsonElements(
                        this, json, StrictScan.written(json), attachments, writer.scalars(values), true));
    }

    /**
     * Elements with these values, like {@link #elements}, for values that are only sent.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    public Elements write(List<?> values) {
        return writer.write(null, values, unscanned);
    }

    /** Elements with an event's name, then its arguments, like {@link #write}. */
    public Elements writeEvent(String name, List<?> arguments) {
        return writer.write(name, arguments, unscanned);
    }

    /** Elements of another form as JSON: {@code source} writes their array. */
    Elements converted(ValueWriter.Source source) {
        return writer.converted(source, unscanned);
    }

    /** The JSON of an object for a packet without attachments: binary data becomes base64. */
    String inline(Map<String, Object> object) {
        return writer.inline(object);
    }

    // ---- JSON from clients and other nodes

    /**
     * The name and the arguments of an event from another node, with the same checks as for a client's event.
     *
     * @param json a JSON array
     */
    public Elements event(String json) throws MalformedPacketException {
        return event(json, 0, List.of());
    }

    /**
     * The name and the arguments of an event from another node, from plain values, which may contain binary data.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    public Elements event(List<?> values) throws MalformedPacketException {
        Elements elements = elements(values);
        requireName(elements);
        return elements;
    }

    /** A single value from another node. */
    public Elements value(String json) throws MalformedPacketException {
        Elements elements = array("[" + json + "]", 0, List.of());
        if (elements.size() != 1) {
            throw new MalformedPacketException("the payload is not a single value");
        }
        return elements;
    }

    /** The name and the arguments of an event: the array that begins at {@code body}. */
    Elements event(String text, int body, List<ByteBuffer> attachments) throws MalformedPacketException {
        Elements elements = array(text, body, attachments);
        requireName(elements);
        return elements;
    }

    /** The elements of the array that begins at {@code body}; they need no further checks. */
    Elements array(String text, int body, List<ByteBuffer> attachments) throws MalformedPacketException {
        int[] bounds = StrictScan.elements(text, body, limits.depth());
        boolean relayable = attachments.isEmpty() || requirePlaceholders(text, body, attachments);
        return new JsonElements(this, text, bounds, List.copyOf(attachments), null, relayable);
    }

    /** Requires an event's name: a string or number of limited length that Socket.IO does not reserve. */
    void requireName(Elements elements) throws MalformedPacketException {
        if (elements.size() == 0 || !elements.isTextOrNumber(0)) {
            throw new MalformedPacketException("the event's name is not a string or number");
        }
        String name = String.valueOf(elements.value(0));
        if (name.length() > limits.eventNameLength()) {
            throw new MalformedPacketException("event name longer than " + limits.eventNameLength() + " characters");
        }
        if (EventNames.isReserved(name)) {
            throw new MalformedPacketException("reserved event name");
        }
    }

    /** Returns whether other clients can be sent the packet: see {@link AttachmentReader#repeatsData}. */
    private boolean requirePlaceholders(String text, int body, List<ByteBuffer> attachments)
            throws MalformedPacketException {
        try (AttachmentReader reader = new AttachmentReader(text.substring(body), attachments, limits.depth())) {
            reader.skipChecked();
            return !reader.repeatsData();
        } catch (IOException impossible) {
            throw new IllegalStateException(SCANNED, impossible);
        }
    }

    /** The object that begins at {@code body}, as plain Java. */
    Map<String, Object> object(String text, int body) throws MalformedPacketException {
        StrictScan.requireObject(text, body, limits.depth());
        try (AttachmentReader reader = new AttachmentReader(text.substring(body), List.of(), limits.depth())) {
            @SuppressWarnings("unchecked") // a JSON object
            Map<String, Object> object = (Map<String, Object>) Objects.requireNonNull(reader.nextPlain());
            return object;
        } catch (IOException impossible) {
            throw new IllegalStateException(SCANNED, impossible);
        }
    }

    @Override
    public String toString() {
        return "JsonBinding[" + limits + "]";
    }
}
