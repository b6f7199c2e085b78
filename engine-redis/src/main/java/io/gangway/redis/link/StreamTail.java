package io.gangway.redis.link;

import io.gangway.cluster.Missed;
import io.gangway.redis.wire.StreamOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a stream has from one entry on, decoded once for all who ask. Confined to one thread at a time. */
final class StreamTail {
    /** How much is remembered for others than the one who asks. */
    private static final int MANY = 100_000;

    private static final long MANY_BYTES = 16L << 20;

    /** The ids of all entries, whatever is in them. */
    private List<String> ids = new ArrayList<>();
    /** Those that clients may have missed. */
    private List<Missed.Entry> entries = new ArrayList<>();
    /** How many bytes all entries took up to each of {@link #entries}. */
    private List<Long> sums = new ArrayList<>();

    private long bytes;
    /** How many bytes the forgotten entries took. */
    private long forgotten;

    StreamTail(String first) {
        ids.add(first);
    }

    String first() {
        return ids.get(0);
    }

    String last() {
        return ids.get(ids.size() - 1);
    }

    void add(String id) {
        ids.add(id);
    }

    void add(Missed.Entry entry, long size) {
        bytes += size;
        entries.add(entry);
        sums.add(bytes);
    }

    /** Whether it is too large to be kept for others. */
    boolean isLarge() {
        return ids.size() > MANY || bytes - forgotten > MANY_BYTES;
    }

    /** Begins with an entry that it {@linkplain #has has} from now on. */
    void forgetBefore(String id) {
        ids = new ArrayList<>(ids.subList(Collections.binarySearch(ids, id, StreamOffset::compare), ids.size()));
        int from = firstAfter(id);
        forgotten = sumBefore(from);
        entries = new ArrayList<>(entries.subList(from, entries.size()));
        sums = new ArrayList<>(sums.subList(from, sums.size()));
    }

    /** Whether it has the entry with this id, and so all that follow. */
    boolean has(String id) {
        return Collections.binarySearch(ids, id, StreamOffset::compare) >= 0;
    }

    /** What follows an entry that it {@linkplain #has has}. */
    Missed after(String id, Missed.Limits limits) {
        return exceeds(id, limits)
                ? Missed.INCOMPLETE
                : new Missed(true, entries.subList(firstAfter(id), entries.size()));
    }

    /** Whether more than that follows an entry. */
    boolean exceeds(String id, Missed.Limits limits) {
        int from = firstAfter(id);
        return entries.size() - from > limits.packets() || bytes - sumBefore(from) > limits.bytes();
    }

    private long sumBefore(int index) {
        return index == 0 ? forgotten : sums.get(index - 1);
    }

    private int firstAfter(String id) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (StreamOffset.compare(entries.get(middle).offset(), id) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
