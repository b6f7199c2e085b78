package io.gangway.redis.wire;

import java.util.regex.Pattern;

/** Ids of a stream's entries: two unsigned numbers of 64 bits, {@code <milliseconds>-<sequence>}. */
public final class StreamOffset {
    /** An id before that of any entry. */
    public static final String BEFORE_ALL = "0-0";

    private static final Pattern FORM = Pattern.compile("[0-9]{1,20}-[0-9]{1,20}");

    private StreamOffset() {}

    /** Whether the text is an id. */
    public static boolean isOne(String text) {
        if (text.length() > 41 || !FORM.matcher(text).matches()) {
            return false;
        }
        try {
            return compare(text, BEFORE_ALL) >= 0;
        } catch (NumberFormatException tooLarge) {
            return false;
        }
    }

    public static int compare(String one, String other) {
        int time = Long.compareUnsigned(time(one), time(other));
        return time != 0 ? time : Long.compareUnsigned(sequence(one), sequence(other));
    }

    /** The greatest id before that of an entry, as the end of a range. */
    public static String before(String id) {
        return sequence(id) != 0
                ? Long.toUnsignedString(time(id)) + "-" + Long.toUnsignedString(sequence(id) - 1)
                : Long.toUnsignedString(time(id) - 1); // with any sequence
    }

    /** The milliseconds at which the entry was added, by the clock of Redis. */
    public static long time(String id) {
        return Long.parseUnsignedLong(id, 0, id.indexOf('-'), 10);
    }

    private static long sequence(String id) {
        return Long.parseUnsignedLong(id, id.indexOf('-') + 1, id.length(), 10);
    }
}
