package io.gangway.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * Checks a packet's JSON in a single pass: whether {@code JSON.parse} would accept it (RFC 8259), how deep it nests,
 * and where its elements are. Confined to its caller.
 *
 * <p>Gson's reader does not suffice: even in strict mode it accepts mixed-case literals, bare control characters and
 * JavaScript's other escapes. Relayed unchanged, they would end the connection of every client that receives them.
 */
final class StrictScan {
    /** The maximum of Gson's reader, which decodes the JSON that passes here. */
    private static final int LONGEST_NUMBER = 1023;

    private static final String ESCAPES = "\"\\/bfnrt";

    /** The character returned after the end of the text; JSON contains it nowhere. */
    private static final char END = '\0';

    private final String text;
    private final int maxDepth;
    private int at;

    /** Element i extends from bounds[2 * i] to bounds[2 * i + 1]. */
    private int[] bounds = new int[8];

    private int count;

    private StrictScan(String text, int at, int maxDepth) {
        this.text = text;
        this.at = at;
        this.maxDepth = maxDepth;
    }

    /**
     * The bounds of the elements of the array that occupies {@code text} from {@code from} to its end: entries 2 i and
     * 2 i + 1 are those of element i.
     *
     * @param maxDepth how deep arrays and objects may nest, including this array
     */
    static int[] elements(String text, int from, int maxDepth) throws MalformedPacketException {
        StrictScan scan = new StrictScan(text, from, maxDepth);
        if (scan.current() != '[') {
            throw new MalformedPacketException("the payload is not an array");
        }
        scan.elements();
        scan.requireEnd();
        return Arrays.copyOf(scan.bounds, 2 * scan.count);
    }

    /**
     * The bounds of the elements of an array that was written here, perhaps by an adapter of the application.
     *
     * @throws IllegalArgumentException if the JSON is invalid
     */
    static int[] written(String array) {
        try {
            return elements(array, 0, AttachmentWriter.MAX_DEPTH);
        } catch (MalformedPacketException unsound) {
            throw new IllegalArgumentException(
                    "an adapter of the application wrote invalid JSON: " + unsound.getMessage(), unsound);
        }
    }

    /** Requires that one object occupies {@code text} from {@code from} to its end. */
    static void requireObject(String text, int from, int maxDepth) throws MalformedPacketException {
        StrictScan scan = new StrictScan(text, from, maxDepth);
        if (scan.current() != '{') {
            throw new MalformedPacketException("the payload is not an object");
        }
        scan.value(0);
        scan.requireEnd();
    }

    /**
     * The bounds of the values that the object in {@code text} has under these names: entries 2 i and 2 i + 1 are those
     * of name i, -1 if it is missing. Other members are checked and ignored.
     *
     * @param maxDepth how deep arrays and objects may nest, including this object
     */
    static int[] members(String text, int maxDepth, List<String> names) throws MalformedPacketException {
        StrictScan scan = new StrictScan(text, 0, maxDepth);
        scan.space();
        if (scan.current() != '{') {
            scan.value(0);
            scan.requireEnd();
            throw MalformedPacketException.forbidden("the message is not a JSON object");
        }
        int[] found = new int[2 * names.size()];
        Arrays.fill(found, -1);
        scan.members(names, found);
        scan.requireEnd();
        return found;
    }

    private void members(List<String> names, int[] found) throws MalformedPacketException {
        enter(0);
        if (isPassed('}')) {
            return;
        }
        do {
            space();
            int begin = at;
            string();
            int name = indexOf(names, begin + 1, at - 1);
            space();
            pass(':');
            space();
            begin = at;
            value(1);
            if (name >= 0) {
                if (found[2 * name] >= 0) {
                    throw MalformedPacketException.forbidden("\"" + names.get(name) + "\" occurs twice");
                }
                found[2 * name] = begin;
                found[2 * name + 1] = at;
            }
            space();
        } while (isPassed(','));
        pass('}');
    }

    /**
     * Which of the names a string is that the scan has passed; -1 if none. Looks at this string alone: a message may have
     * as many names as characters.
     */
    private int indexOf(List<String> names, int begin, int end) {
        for (int i = 0; i < names.size(); i++) {
            if (isName(names.get(i), begin, end)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isName(String name, int begin, int end) {
        int read = begin;
        for (int i = 0; i < name.length(); i++) {
            if (read >= end) {
                return false;
            }
            char c = text.charAt(read++);
            if (c == '\\' && text.charAt(read++) == 'u') {
                c = (char) Integer.parseInt(text, read, read + 4, 16);
                read += 4;
            } // any other escape is of a character that is in no name
            if (c != name.charAt(i)) {
                return false;
            }
        }
        return read == end;
    }

    private void elements() throws MalformedPacketException {
        enter(0);
        if (isPassed(']')) {
            return;
        }
        do {
            space();
            int begin = at;
            value(1);
            note(begin, at);
            space();
        } while (isPassed(','));
        pass(']');
    }

    private void note(int begin, int end) {
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = begin;
        bounds[2 * count + 1] = end;
        count++;
    }

    /** @param depth how many arrays and objects contain the value */
    private void value(int depth) throws MalformedPacketException {
        switch (current()) {
            case '"' -> string();
            case '{' -> object(depth);
            case '[' -> array(depth);
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        }
    }

    private void array(int depth) throws MalformedPacketException {
        enter(depth);
        if (isPassed(']')) {
            return;
        }
        do {
            space();
            value(depth + 1);
            space();
        } while (isPassed(','));
        pass(']');
    }

    private void object(int depth) throws MalformedPacketException {
        enter(depth);
        if (isPassed('}')) {
            return;
        }
        do {
            space();
            string();
            space();
            pass(':');
            space();
            value(depth + 1);
            space();
        } while (isPassed(','));
        pass('}');
    }

    private void enter(int depth) throws MalformedPacketException {
        if (depth == maxDepth) {
            throw new MalformedPacketException("JSON nested deeper than " + maxDepth + " arrays and objects");
        }
        at++;
        space();
    }

    private void string() throws MalformedPacketException {
        pass('"');
        int read = at; // a local variable: most of a message's characters pass here
        for (char c = at(read); c != '"'; c = at(read)) {
            read++;
            if (c < ' ') {
                throw invalid();
            } else if (c == '\\') {
                at = read;
                escape();
                read = at;
            }
        }
        at = read + 1;
    }

    private void escape() throws MalformedPacketException {
        if (isPassed('u')) {
            for (int i = 0; i < 4; i++, at++) {
                if (!isHexadecimal(current())) {
                    throw invalid();
                }
            }
        } else if (ESCAPES.indexOf(current()) >= 0) {
            at++;
        } else {
            throw invalid();
        }
    }

    private static boolean isHexadecimal(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private void literal(String literal) throws MalformedPacketException {
        if (!text.startsWith(literal, at)) {
            throw invalid();
        }
        at += literal.length();
    }

    private void number() throws MalformedPacketException {
        int begin = at;
        isPassed('-');
        if (!isPassed('0')) {
            digits();
        }
        if (isPassed('.')) {
            digits();
        }
        if (isPassed('e') || isPassed('E')) {
            if (!isPassed('+')) {
                isPassed('-');
            }
            digits();
        }
        if (at - begin > LONGEST_NUMBER) {
            throw new MalformedPacketException("a number of more than " + LONGEST_NUMBER + " characters");
        }
    }

    private void digits() throws MalformedPacketException {
        int first = at;
        while (current() >= '0' && current() <= '9') {
            at++;
        }
        if (at == first) {
            throw invalid();
        }
    }

    private void space() {
        for (char c = current(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = current()) {
            at++;
        }
    }

    private char current() {
        return at(at);
    }

    private char at(int index) {
        return index < text.length() ? text.charAt(index) : END;
    }

    private boolean isPassed(char c) {
        boolean there = current() == c;
        if (there) {
            at++;
        }
        return there;
    }

    private void pass(char c) throws MalformedPacketException {
        if (!isPassed(c)) {
            throw invalid();
        }
    }

    private void requireEnd() throws MalformedPacketException {
        space();
        if (at < text.length()) {
            throw new MalformedPacketException("text follows the payload");
        }
    }

    private static MalformedPacketException invalid() {
        return new MalformedPacketException("invalid JSON");
    }
}
