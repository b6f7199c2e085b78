package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Converts valid JSON to MessagePack in one pass; a placeholder becomes the binary data that it names. Confined to its
 * thread.
 */
final class JsonToMessagePack extends ScannedJson {
    private static final int DIGITS_OF_A_LONG = 18;
    private static final byte[] PLACEHOLDER = string(AttachmentReader.PLACEHOLDER);
    private static final byte[] NUMBER = string(AttachmentReader.NUMBER);

    private final List<ByteBuffer> attachments;
    private final MessagePackWriter out;

    private JsonToMessagePack(String json, List<ByteBuffer> attachments, MessagePackWriter out) {
        super(json, 0);
        this.attachments = attachments;
        this.out = out;
    }

    private static byte[] string(String text) {
        MessagePackWriter writer = new MessagePackWriter(16);
        writer.write(text);
        return writer.toBytes();
    }

    /** @param json one valid value, in which each placeholder names an attachment */
    static void convert(String json, List<ByteBuffer> attachments, MessagePackWriter out) {
        new JsonToMessagePack(json, attachments, out).value();
    }

    private void value() {
        switch (current()) {
            case '"' -> string();
            case '[' -> array();
            case '{' -> object();
            case 't' -> literal(true, 4);
            case 'f' -> literal(false, 5);
            case 'n' -> {
                out.writeNull();
                at += 4;
            }
            default -> number();
        }
    }

    private void literal(boolean value, int length) {
        out.write(value);
        at += length;
    }

    private void array() {
        int start = out.begin();
        int items = 0;
        at++;
        while (current() != ']') {
            value();
            items++;
            skipComma();
        }
        at++;
        out.endArray(start, items);
    }

    private void skipComma() {
        if (current() == ',') {
            at++;
        }
    }

    private void object() {
        int start = out.begin();
        int entries = 0;
        boolean placeholder = false;
        int number = 0;
        at++;
        while (current() != '}') {
            int name = out.size();
            string();
            boolean flag = !attachments.isEmpty() && out.equalsFrom(name, PLACEHOLDER);
            boolean index = !attachments.isEmpty() && out.equalsFrom(name, NUMBER);
            current();
            at++; // the colon
            char first = current();
            int from = at;
            value();
            if (flag) {
                placeholder = first == 't';
            } else if (index) {
                number = attachment(json.substring(from, at));
            }
            entries++;
            skipComma();
        }
        at++;
        if (placeholder) {
            out.truncate(start);
            out.write(attachments.get(number));
        } else {
            out.endMap(start, entries);
        }
    }

    /** The attachment of this number; the first if it is none, which a placeholder's number never is. */
    private int attachment(String number) {
        for (int i = 0; i < attachments.size(); i++) {
            if (number.equals(String.valueOf(i))) {
                return i;
            }
        }
        return 0;
    }

    private void string() {
        at++;
        int start = out.begin(0);
        for (char c = json.charAt(at++); c != '"'; c = json.charAt(at++)) {
            out.append(c == '\\' ? escaped() : c);
        }
        out.endString(start);
    }

    private void number() {
        int from = at;
        boolean integral = true;
        long value = 0;
        for (; at < json.length(); at++) {
            char c = json.charAt(at);
            if (c >= '0' && c <= '9') {
                value = 10 * value + (c - '0');
            } else if (c == '.' || c == 'e' || c == 'E' || c == '+' || (c == '-' && at > from)) {
                integral = false;
            } else if (c != '-') {
                break;
            }
        }
        boolean negative = json.charAt(from) == '-';
        if (integral && at - from <= DIGITS_OF_A_LONG && !(negative && value == 0)) {
            out.write(negative ? -value : value);
            return;
        }
        String literal = json.substring(from, at);
        if (AttachmentReader.number(literal) instanceof Long whole) {
            out.write(whole);
        } else if (integral && !negative && isUnsigned(literal)) {
            out.writeUnsigned(Long.parseUnsignedLong(literal));
        } else {
            out.write(Double.parseDouble(literal)); // of type -0 too
        }
    }

    private static boolean isUnsigned(String digits) {
        String max = "18446744073709551615";
        return digits.length() < max.length() || (digits.length() == max.length() && digits.compareTo(max) <= 0);
    }
}
