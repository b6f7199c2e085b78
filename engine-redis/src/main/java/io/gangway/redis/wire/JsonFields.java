package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object in a JSON text. They are found by quotes and brackets alone, and parsed on demand: most of
 * a message is passed on to clients as the text it is, and never parsed.
 */
final class JsonFields implements Fields {
    private final String text;
    private String[] names = new String[4];
    /** The start and the end of each value, in turn. */
    private int[] bounds = new int[8];

    private int count;

    private JsonFields(String text, int start, int end) throws MalformedMessageException {
        this.text = text;
        find(start, end);
    }

    static JsonFields read(String text) throws MalformedMessageException {
        return new JsonFields(text, 0, text.length());
    }

    private void find(int start, int end) throws MalformedMessageException {
        if (isEmptyList(start, end)) {
            return;
        }
        int at = expect('{', JsonScan.skipSpace(text, start, end), end);
        at = JsonScan.skipSpace(text, at, end);
        if (at < end && text.charAt(at) == '}') {
            expectEnd(at + 1, end);
            return;
        }
        while (true) {
            int nameEnd = JsonScan.endOfString(text, at, end);
            String name = string(at, nameEnd);
            at = JsonScan.skipSpace(text, expect(':', JsonScan.skipSpace(text, nameEnd, end), end), end);
            int valueEnd = JsonScan.endOfValue(text, at, end);
            add(name, at, valueEnd);
            at = JsonScan.skipSpace(text, valueEnd, end);
            if (at < end && text.charAt(at) == '}') {
                expectEnd(at + 1, end);
                return;
            }
            at = JsonScan.skipSpace(text, expect(',', at, end), end);
        }
    }

    private boolean isEmptyList(int start, int end) {
        return start < end
                && text.charAt(start) == '['
                && text.charAt(end - 1) == ']'
                && JsonScan.skipSpace(text, start + 1, end) == end - 1;
    }

    private void add(String name, int start, int end) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            bounds = Arrays.copyOf(bounds, 4 * count);
        }
        names[count] = name;
        bounds[2 * count] = start;
        bounds[2 * count + 1] = end;
        count++;
    }

    private int expect(char expected, int at, int end) throws MalformedMessageException {
        if (at >= end || text.charAt(at) != expected) {
            throw new MalformedMessageException("not a JSON object: '" + expected + "' is missing");
        }
        return at + 1;
    }

    private void expectEnd(int at, int end) throws MalformedMessageException {
        if (JsonScan.skipSpace(text, at, end) != end) {
            throw new MalformedMessageException("the JSON object is followed by more text");
        }
    }

    /** Parses the string within these bounds, which include its quotes. */
    private String string(int start, int end) throws MalformedMessageException {
        for (int at = start + 1; at < end - 1; at++) {
            char character = text.charAt(at);
            if (character == '\\') {
                return String.valueOf(PlainJson.read(text.substring(start, end)));
            }
            if (character < ' ') {
                throw new MalformedMessageException("a string of the JSON text holds a control character");
            }
        }
        return text.substring(start + 1, end - 1);
    }

    /** The index of a field; of several with one name the last, as in JavaScript. Negative if it is missing or null. */
    private int find(String name) {
        for (int i = count - 1; i >= 0; i--) {
            if (names[i].equals(name)) {
                int start = bounds[2 * i];
                boolean isNull = bounds[2 * i + 1] == start + 4 && text.startsWith("null", start);
                return isNull ? -1 : i;
            }
        }
        return -1;
    }

    private String slice(int index) {
        return text.substring(bounds[2 * index], bounds[2 * index + 1]);
    }

    @Override
    public boolean has(String name) {
        return find(name) >= 0;
    }

    @Override
    public @Nullable Object value(String name) throws MalformedMessageException {
        int index = find(name);
        if (index < 0) {
            return null;
        }
        int start = bounds[2 * index];
        int end = bounds[2 * index + 1];
        char first = text.charAt(start);
        if (first == '"') {
            return string(start, end);
        }
        if (end - start == 1 && first >= '0' && first <= '9') {
            return (long) (first - '0');
        }
        List<String> texts = first == '[' ? texts(start, end) : null;
        return texts != null ? texts : PlainJson.read(slice(index));
    }

    /** The list within these bounds, which include its brackets, if it holds only strings, as rooms do; else null. */
    private @Nullable List<String> texts(int start, int end) throws MalformedMessageException {
        List<String> texts = new ArrayList<>();
        int at = JsonScan.skipSpace(text, start + 1, end);
        while (text.charAt(at) == '"') {
            int next = JsonScan.endOfString(text, at, end);
            texts.add(string(at, next));
            at = JsonScan.skipSpace(text, next, end);
            if (text.charAt(at) == ',') {
                at = JsonScan.skipSpace(text, at + 1, end);
                if (text.charAt(at) == ']') {
                    return null; // trailing comma
                }
            } else if (text.charAt(at) == '"') {
                return null; // missing comma
            }
        }
        return at == end - 1 ? Collections.unmodifiableList(texts) : null;
    }

    @Override
    public Payload payload(String name) throws MalformedMessageException {
        int index = find(name);
        return index < 0 ? TextPayload.checked("null") : TextPayload.checked(slice(index));
    }

    @Override
    public Payload event(String name) throws MalformedMessageException {
        int index = find(name);
        return EventPayloads.ofText(index < 0 ? "" : slice(index));
    }

    @Override
    public Fields fields(String name) throws MalformedMessageException {
        int index = find(name);
        if (index < 0) {
            throw new MalformedMessageException("the field " + name + " is missing");
        }
        return new JsonFields(text, bounds[2 * index], bounds[2 * index + 1]);
    }
}
