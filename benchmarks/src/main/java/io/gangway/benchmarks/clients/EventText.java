package io.gangway.benchmarks.clients;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The text of an event: {@code 42<ack id>["<name>",{"seq":<number>,"text":"..."}]}. Confined to one thread. */
final class EventText {
    /** The number of bytes at a packet's beginning that must have arrived to read its number. */
    static final int HEAD = 48;

    private static final byte[] NUMBER = "\"seq\":".getBytes(StandardCharsets.US_ASCII);

    private final byte[] beforeNumber;
    private final byte[] afterNumber;
    private final byte[] text;
    private int length;

    /** @param bytes the length of the text in the argument */
    EventText(String name, int bytes) {
        this.beforeNumber = ("[\"" + name + "\",{\"seq\":").getBytes(StandardCharsets.US_ASCII);
        StringBuilder letters = new StringBuilder(bytes);
        for (int i = 0; i < bytes; i++) {
            letters.append((char) ('a' + i % 26));
        }
        this.afterNumber = (",\"text\":\"" + letters + "\"}]").getBytes(StandardCharsets.US_ASCII);
        this.text = new byte[2 + 20 + beforeNumber.length + 20 + afterNumber.length];
        text[0] = '4';
        text[1] = '2';
    }

    /** Appends the event as a frame. */
    void append(ByteBuffer out, long number) {
        length = 2;
        write(number);
        ClientFrames.append(out, ClientFrames.TEXT, text, length);
    }

    /** Appends the event as a frame that asks for an ack with this id. */
    void appendAsking(ByteBuffer out, long ackId, long number) {
        length = 2;
        digits(ackId);
        write(number);
        ClientFrames.append(out, ClientFrames.TEXT, text, length);
    }

    private void write(long number) {
        copy(beforeNumber);
        digits(number);
        copy(afterNumber);
    }

    private void copy(byte[] bytes) {
        System.arraycopy(bytes, 0, text, length, bytes.length);
        length += bytes.length;
    }

    private void digits(long number) {
        int end = length + (number == 0 ? 1 : 0);
        for (long rest = number; rest > 0; rest /= 10) {
            end++;
        }
        long rest = number;
        for (int at = end - 1; at >= length; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length = end;
    }

    /** The number in a received packet; -1 if the bytes so far have none. */
    static long number(ByteBuffer buffer, int start, int available) {
        for (int at = start; at + NUMBER.length < start + available; at++) {
            int same = 0;
            while (same < NUMBER.length && buffer.get(at + same) == NUMBER[same]) {
                same++;
            }
            if (same == NUMBER.length) {
                return digitsAt(buffer, at + same, start + available);
            }
        }
        return -1;
    }

    /** The digits at this position as a number; -1 if there are none. */
    static long digitsAt(ByteBuffer buffer, int from, int end) {
        long number = 0;
        int at = from;
        while (at < end && buffer.get(at) >= '0' && buffer.get(at) <= '9') {
            number = number * 10 + buffer.get(at) - '0';
            at++;
        }
        return at == from ? -1 : number;
    }
}
