package io.gangway.protocol;

import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tracks which value was being read when an adapter failed. It is slow, so it is used only to read a failed value
 * again.
 *
 * <p>Gson's own {@code getPath()} does not suffice: it loses the keys of maps, and does not escape dots in names.
 */
final class PathReader extends AttachmentReader {
    private static final int LONGEST = 40;

    /** An open array or object. */
    private static final class Open {
        private final boolean array;
        private int index = -1;
        private String name = "";
        /** Whether the next value's name has been read. */
        private boolean named;

        Open(boolean array) {
            this.array = array;
        }
    }

    private final Deque<Open> open = new ArrayDeque<>();

    // About the value begun last, or about to begin:
    private boolean seen;
    private boolean begun;
    private boolean key;
    private JsonToken token = JsonToken.NULL;
    private @Nullable String text;
    private boolean ended;
    private boolean placeholder;

    PathReader(String json, List<ByteBuffer> attachments, int depth) {
        super(json, attachments, depth);
    }

    /** The path of the value that did not fit. */
    Path path() {
        beginPending();
        List<Path.Step> steps = new ArrayList<>();
        for (Iterator<Open> outsideIn = open.descendingIterator(); outsideIn.hasNext(); ) {
            Open outer = outsideIn.next();
            if (outer.array || !(key && !outsideIn.hasNext())) {
                steps.add(outer.array ? new Path.Step(null, outer.index) : new Path.Step(outer.name, 0));
            }
        }
        return new Path(steps, key);
    }

    /** Whether the value that did not fit is a number. */
    boolean isNumber() {
        return token == JsonToken.NUMBER;
    }

    /**
     * The value received there. Must be called last, because it moves the reader.
     *
     * @param value the value itself if it is short, or else its kind
     * @param kind the kind of the value
     */
    record Came(String value, String kind) {
        Came(String kind) {
            this(kind, kind);
        }
    }

    Came came() {
        try {
            return switch (token) {
                case STRING -> new Came(isShort() ? Shown.quoted(text(), LONGEST) : "a long string", "a string");
                case NUMBER -> new Came(isShort() ? text() : "a long number", "a number");
                case BOOLEAN -> new Came(text(), "a boolean");
                case BEGIN_ARRAY -> new Came(ended ? "an array that does not fit" : "an array");
                case BEGIN_OBJECT -> new Came(object());
                default -> new Came("null");
            };
        } catch (IOException | RuntimeException beyondReading) {
            return new Came("another value");
        }
    }

    private String object() throws IOException {
        if (placeholder) {
            return "binary data";
        } else if (ended) {
            return "an object that does not fit";
        }
        return nextPlain() instanceof byte[] ? "binary data" : "an object";
    }

    private boolean isShort() throws IOException {
        return text().length() <= LONGEST;
    }

    private String text() throws IOException {
        String known = text;
        if (known == null) {
            // The reader is still before the value.
            known = token == JsonToken.BOOLEAN ? String.valueOf(super.nextBoolean()) : super.nextString();
            text = known;
        }
        return known;
    }

    private void begin() throws IOException {
        if (begun) {
            return; // the adapter tries another way to read the value
        }
        token = super.peek();
        seen = false;
        begun = true;
        ended = false;
        text = null;
        Open outer = open.peek();
        key = outer != null && !outer.array && !outer.named;
        if (outer != null) {
            outer.index++;
        }
    }

    /** Records a value that an adapter peeked at and refused. */
    private void beginPending() {
        if (seen && !begun) {
            try {
                begin();
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private <T> T read(T value) {
        String read = String.valueOf(value);
        text = read;
        Open outer = open.peek();
        if (key && outer != null) {
            outer.name = read;
            outer.named = true;
        } else {
            done();
        }
        begun = false;
        return value;
    }

    private void done() {
        begun = false;
        Open outer = open.peek();
        if (outer != null) {
            outer.named = false;
        }
    }

    @Override
    public JsonToken peek() throws IOException {
        JsonToken next = super.peek();
        seen = switch (next) {
            case NAME, END_ARRAY, END_OBJECT, END_DOCUMENT -> false;
            default -> true;
        };
        return next;
    }

    @Override
    public String nextName() throws IOException {
        String name = super.nextName();
        Open outer = open.peek();
        if (outer != null) {
            outer.name = name;
            outer.named = true;
        }
        key = false;
        return name;
    }

    @Override
    public String nextString() throws IOException {
        begin();
        return read(super.nextString());
    }

    @Override
    public boolean nextBoolean() throws IOException {
        begin();
        return read(super.nextBoolean());
    }

    @Override
    public void nextNull() throws IOException {
        begin();
        super.nextNull();
        done();
    }

    @Override
    public double nextDouble() throws IOException {
        begin();
        return read(super.nextDouble());
    }

    @Override
    public long nextLong() throws IOException {
        begin();
        return read(super.nextLong());
    }

    @Override
    public int nextInt() throws IOException {
        begin();
        return read(super.nextInt());
    }

    @Override
    public void skipValue() throws IOException {
        begin();
        super.skipValue();
        done();
    }

    @Override
    public void beginArray() throws IOException {
        begin();
        super.beginArray();
        begun = false;
        open.push(new Open(true));
    }

    @Override
    public void beginObject() throws IOException {
        begin();
        super.beginObject();
        begun = false;
        open.push(new Open(false));
    }

    @Override
    public void endArray() throws IOException {
        super.endArray();
        end(JsonToken.BEGIN_ARRAY);
    }

    @Override
    public void endObject() throws IOException {
        super.endObject();
        end(JsonToken.BEGIN_OBJECT);
    }

    @Override
    void onMisplacedPlaceholder() {
        end(JsonToken.BEGIN_OBJECT);
        placeholder = true;
    }

    private void end(JsonToken kind) {
        open.pop();
        token = kind;
        ended = true;
        key = false;
        seen = false;
        done();
    }
}
