package io.gangway.redis;

import java.util.List;
import redis.clients.jedis.Protocol;

/**
 * What Redis knows of a stream, as {@code XINFO STREAM} tells it.
 *
 * @param last the id of the newest entry there ever was, also if it was deleted or trimmed away
 * @param first the id of the oldest entry that is left; {@code ""} if none is
 * @param length how many entries are left
 * @param added how many there ever were; negative if Redis, before version 7, does not tell
 */
record StreamExtent(String last, String first, long length, long added) {
    /** The id before all entries' own. */
    static final String BEFORE_ALL = "0-0";

    /** Of a stream that is not there. */
    static final StreamExtent NONE = new StreamExtent(BEFORE_ALL, "", 0, 0);

    /** @param answer names and values in turn */
    static StreamExtent of(List<?> answer) {
        String last = BEFORE_ALL;
        String first = "";
        long length = 0;
        long added = -1;
        for (int i = 0; i + 1 < answer.size(); i += 2) {
            Object value = answer.get(i + 1);
            switch (text(answer.get(i))) {
                case "last-generated-id" -> last = text(value);
                case "first-entry" -> first = value instanceof List<?> entry ? text(entry.get(0)) : "";
                case "length" -> length = (Long) value;
                case "entries-added" -> added = (Long) value;
                default -> {
                    // of consumer groups, and of how Redis stores it
                }
            }
        }
        return new StreamExtent(last, first, length, added);
    }

    /** Whether it ends before an entry with this id. */
    boolean endsBefore(String id) {
        return compare(last, id) < 0;
    }

    /**
     * Whether all its entries were added since it was made anew, and none came along from before.
     *
     * @param known the first entry of the stream as it was before; {@code ""} if it had none
     */
    boolean isAnew(String known) {
        return (added < 0 || added == length) && (known.isEmpty() || !first.equals(known));
    }

    /** The greatest id that is less, as the end of a range; of an entry's own, which is never the least of all. */
    static String before(String id) {
        return sequence(id) != 0
                ? Long.toUnsignedString(time(id)) + "-" + Long.toUnsignedString(sequence(id) - 1)
                : Long.toUnsignedString(time(id) - 1); // with any sequence
    }

    static int compare(String one, String other) {
        int time = Long.compareUnsigned(time(one), time(other));
        return time != 0 ? time : Long.compareUnsigned(sequence(one), sequence(other));
    }

    private static long time(String id) {
        return Long.parseUnsignedLong(id, 0, id.indexOf('-'), 10);
    }

    private static long sequence(String id) {
        return Long.parseUnsignedLong(id, id.indexOf('-') + 1, id.length(), 10);
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
