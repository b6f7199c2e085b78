package io.gangway.protocol;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads JSON in which placeholders represent attachments. */
class AttachmentReader extends CompletingReader {
    static final String PLACEHOLDER = "_placeholder";
    static final String NUMBER = "num";
    /** How many times the size of its packet the data may have that its placeholders name. */
    private static final int MOST_REPEATS = 16;

    private final String json;
    private final List<ByteBuffer> attachments;

    /** Copied once, on demand: a thousand placeholders of one attachment share its bytes, as in Node. */
    private final byte[] @Nullable [] copies;

    AttachmentReader(String json, List<ByteBuffer> attachments, int depth) {
        super(json);
        this.json = json;
        this.attachments = attachments;
        this.copies = new byte[attachments.size()][];
        // Not STRICT, which would refuse "\ud800", JavaScript's form of half an emoji.
        setStrictness(Strictness.LEGACY_STRICT);
        setNestingLimit(depth);
    }

    // ---- placeholders where another value is expected

    /** Whether the last name read is that of a placeholder, in a packet with attachments. */
    private boolean placeholderNamed;

    private boolean leftPlaceholders;

    /** The bytes of the attachments that the checked placeholders name, each as often as it is named. */
    private long namedBytes;

    /** Which objects of the document are placeholders, in order; found on demand. */
    private @Nullable BitSet placeholders;

    /** The number of objects begun so far. */
    private int objects;

    /** Whether a placeholder was read as an ordinary object, by an adapter that reads plain values. */
    boolean hasLeftPlaceholders() {
        return leftPlaceholders;
    }

    /** @throws JsonParseException if the next value is a placeholder, where an ordinary object is expected */
    void requireNoPlaceholder() throws IOException {
        if (attachments.isEmpty() || peek() != JsonToken.BEGIN_OBJECT) {
            return;
        }
        BitSet known = placeholders;
        if (known == null) {
            known = new BitSet();
            try (AttachmentReader plain = new AttachmentReader(json, List.of(), getNestingLimit())) {
                findPlaceholders(plain, known, 0);
            }
            placeholders = known;
        }
        if (known.get(objects)) {
            throw new JsonParseException("expected no binary data");
        }
    }

    /** Searches one value for placeholders, and returns the number of objects up to its end. */
    private static int findPlaceholders(JsonReader in, BitSet placeholders, int before) throws IOException {
        int count = before;
        switch (in.peek()) {
            case BEGIN_ARRAY -> {
                in.beginArray();
                while (in.hasNext()) {
                    count = findPlaceholders(in, placeholders, count);
                }
                in.endArray();
            }
            case BEGIN_OBJECT -> {
                int object = count++;
                in.beginObject();
                while (in.hasNext()) {
                    boolean named = in.nextName().equals(PLACEHOLDER);
                    if (named) {
                        placeholders.set(object, in.peek() == JsonToken.BOOLEAN && in.nextBoolean());
                    }
                    if (in.peek() != JsonToken.NAME && in.peek() != JsonToken.END_OBJECT) {
                        count = findPlaceholders(in, placeholders, count);
                    }
                }
                in.endObject();
            }
            default -> in.skipValue();
        }
        return count;
    }

    @Override
    public void beginObject() throws IOException {
        super.beginObject();
        objects++;
        placeholderNamed = false;
    }

    @Override
    public void beginArray() throws IOException {
        super.beginArray();
        placeholderNamed = false;
    }

    @Override
    public void endObject() throws IOException {
        super.endObject();
        placeholderNamed = false;
    }

    @Override
    public String nextName() throws IOException {
        String name = super.nextName();
        placeholderNamed = !attachments.isEmpty() && name.equals(PLACEHOLDER);
        return name;
    }

    @Override
    public boolean nextBoolean() throws IOException {
        boolean value = super.nextBoolean();
        leftPlaceholders |= placeholderNamed && value;
        placeholderNamed = false;
        return value;
    }

    /** An adapter that skips a placeholder's name is binding the object by fields, to which no placeholder fits. */
    @Override
    public void skipValue() throws IOException {
        boolean named = placeholderNamed;
        placeholderNamed = false;
        if (named && peek() == JsonToken.BOOLEAN) {
            if (super.nextBoolean()) {
                onMisplacedPlaceholder();
                throw new JsonParseException("expected no binary data");
            }
        } else if (attachments.isEmpty()) {
            super.skipValue();
        } else {
            skipCounted();
        }
    }

    /** Skips like Gson, but counts the objects. */
    private void skipCounted() throws IOException {
        switch (super.peek()) {
            case BEGIN_ARRAY -> {
                super.beginArray();
                while (super.hasNext()) {
                    skipCounted();
                }
                super.endArray();
            }
            case BEGIN_OBJECT -> {
                objects++;
                super.beginObject();
                while (super.hasNext()) {
                    super.skipValue(); // the name
                    skipCounted();
                }
                super.endObject();
            }
            default -> super.skipValue();
        }
    }

    /** Called when part of a placeholder has been read as another kind of value. */
    void onMisplacedPlaceholder() {}

    // ---- attachments

    /** Reads an object that must be a placeholder. */
    byte[] nextBytes() throws IOException {
        if (nextPlain() instanceof byte[] bytes) {
            return bytes;
        }
        throw new JsonParseException("expected binary data");
    }

    /** The next value as plain Java: String, Long, Double, Boolean, Map, List, byte[] or null. */
    @Nullable
    Object nextPlain() throws IOException {
        boolean left = leftPlaceholders;
        Object value = readPlain();
        leftPlaceholders = left; // this method leaves no placeholder
        return value;
    }

    private @Nullable Object readPlain() throws IOException {
        return switch (peek()) {
            case NULL -> {
                nextNull();
                yield null;
            }
            case BOOLEAN -> nextBoolean();
            case STRING -> nextString();
            case NUMBER -> plainNumber(nextString());
            case BEGIN_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                beginArray();
                while (hasNext()) {
                    list.add(readPlain());
                }
                endArray();
                yield list;
            }
            case BEGIN_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                beginObject();
                while (hasNext()) {
                    // If a name is repeated, the last value counts, as in JavaScript.
                    map.put(nextName(), readPlain());
                }
                endObject();
                yield resolvedObject(map);
            }
            default -> throw new JsonParseException("expected a value");
        };
    }

    /** The plain value of a number. */
    Object plainNumber(String literal) {
        return number(literal);
    }

    /** The plain value of an attachment. */
    Object plainAttachment(int number) {
        byte[] copy = copies[number];
        if (copy == null) {
            copy = Elements.copy(attachments.get(number));
            copies[number] = copy;
        }
        return copy;
    }

    /** The plain value of an object: an attachment for a placeholder, otherwise the object itself. */
    Object resolvedObject(Map<?, ?> object) {
        if (attachments.isEmpty() || !Boolean.TRUE.equals(object.get(PLACEHOLDER))) {
            return object;
        }
        // The scan has checked that an attachment with this number exists.
        return plainAttachment(attachmentNumber(object.get(NUMBER)));
    }

    int attachmentNumber(@Nullable Object plainNumber) {
        return ((Number) Objects.requireNonNull(plainNumber)).intValue();
    }

    /** A value that Gson read as an Object, a Map or a List, with its placeholders replaced by attachments. */
    <T> @Nullable T resolved(@Nullable T value) {
        if (!attachments.isEmpty() && value instanceof Map<?, ?> map) {
            resolveEntries(map);
        } else if (!attachments.isEmpty() && value instanceof Collection<?> collection) {
            resolveItems(collection);
        }
        return value;
    }

    private <K, V> void resolveEntries(Map<K, V> map) {
        map.replaceAll((name, value) -> resolvedValue(value));
    }

    private <V> void resolveItems(Collection<V> collection) {
        List<V> items = new ArrayList<>(collection);
        collection.clear();
        items.forEach(item -> collection.add(resolvedValue(item)));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // where a placeholder may stand, V is Object
    <V> V resolvedValue(V value) {
        Object resolved = value instanceof Map<?, ?> map ? resolvedObject(map) : value;
        return (V) (resolved == value ? resolved(value) : resolved);
    }

    /**
     * Skips one value and checks that each of its placeholders names an existing attachment.
     *
     * @throws MalformedPacketException if a placeholder names none
     */
    void skipChecked() throws IOException, MalformedPacketException {
        switch (peek()) {
            case BEGIN_ARRAY -> {
                beginArray();
                while (hasNext()) {
                    skipChecked();
                }
                endArray();
            }
            case BEGIN_OBJECT -> skipObject();
            default -> skipValue();
        }
    }

    private void skipObject() throws IOException, MalformedPacketException {
        boolean placeholder = false;
        int named = -1; // the attachment's number if it exists
        beginObject();
        while (hasNext()) {
            switch (nextName()) {
                case PLACEHOLDER -> {
                    placeholder = peek() == JsonToken.BOOLEAN && nextBoolean();
                    if (!placeholder && peek() != JsonToken.NAME && peek() != JsonToken.END_OBJECT) {
                        skipChecked();
                    }
                }
                case NUMBER -> {
                    if (peek() == JsonToken.NUMBER) {
                        named = number(nextString()) instanceof Long number
                                        && number >= 0
                                        && number < attachments.size()
                                ? number.intValue()
                                : -1;
                    } else {
                        named = -1;
                        skipChecked();
                    }
                }
                default -> skipChecked();
            }
        }
        endObject();
        if (placeholder && named < 0) {
            throw new MalformedPacketException(
                    "illegal attachments: a placeholder names an attachment that does not exist");
        } else if (placeholder) {
            namedBytes += attachments.get(named).remaining();
        }
    }

    /**
     * Whether the placeholders checked so far name far more data than the packet has. A format without placeholders would
     * repeat the data for each.
     */
    boolean repeatsData() {
        long sent = json.length();
        for (ByteBuffer attachment : attachments) {
            sent += attachment.remaining();
        }
        return namedBytes > MOST_REPEATS * sent;
    }

    /** An integer that fits 64 bits is a Long; any other number is a Double, possibly infinite. */
    static Number number(String literal) {
        if (literal.length() <= 20) {
            boolean integral = true;
            for (int i = 0; i < literal.length() && integral; i++) {
                char c = literal.charAt(i);
                integral = (c >= '0' && c <= '9') || (c == '-' && i == 0 && literal.length() > 1);
            }
            if (integral && !literal.equals("-0")) {
                try {
                    return Long.valueOf(literal);
                } catch (NumberFormatException beyond64Bits) {
                    return Double.valueOf(literal);
                }
            }
        }
        return Double.valueOf(literal);
    }
}
