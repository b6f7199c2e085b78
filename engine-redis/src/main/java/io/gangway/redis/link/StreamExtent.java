package io.gangway.redis.link;

import io.gangway.redis.wire.StreamOffset;
import java.util.List;
import redis.clients.jedis.Protocol;

/**
 * The extent of a stream, as {@code XINFO STREAM} reports it.
 *
 * @param last the id of the newest entry ever added, even if it was deleted or trimmed away
 * @param first the id of the oldest entry that still exists; {@code ""} if there is none
 * @param length how many entries exist
 * @param added how many entries were ever added; negative if Redis is older than version 7, which does not report it
 */
record StreamExtent(String last, String first, long length, long added) {
    /** The extent of a stream that does not exist. */
    static final StreamExtent NONE = new StreamExtent(StreamOffset.BEFORE_ALL, "", 0, 0);

    /** @param reply names and values in turn */
    static StreamExtent of(List<?> reply) {
        String last = StreamOffset.BEFORE_ALL;
        String first = "";
        long length = 0;
        long added = -1;
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            Object value = reply.get(i + 1);
            switch (text(reply.get(i))) {
                case "last-generated-id" -> last = text(value);
                case "first-entry" -> first = value instanceof List<?> entry ? text(entry.get(0)) : "";
                case "length" -> length = (Long) value;
                case "entries-added" -> added = (Long) value;
                default -> {
                    // about consumer groups, and how Redis stores the stream
                }
            }
        }
        return new StreamExtent(last, first, length, added);
    }

    /** Whether the stream ends before an entry with this id. */
    boolean endsBefore(String id) {
        return StreamOffset.compare(last, id) < 0;
    }

    /**
     * Whether the stream was created anew, so that none of its entries was there before.
     *
     * @param known the id of the first entry of the stream as it was before; {@code ""} if it had none
     */
    boolean isNewStream(String known) {
        return (added < 0 || added == length) && (known.isEmpty() || !first.equals(known));
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
