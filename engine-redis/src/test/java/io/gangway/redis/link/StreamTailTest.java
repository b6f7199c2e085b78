package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.Missed;
import io.gangway.cluster.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamTailTest {
    private static final Missed.Limits PLENTY = new Missed.Limits(1_000, 1L << 40);

    /** The entries 1-0 to 9-0; those with even numbers may be missed, and take 10 bytes each. */
    private static StreamTail ofNine() {
        StreamTail tail = new StreamTail("1-0");
        for (int i = 2; i <= 9; i++) {
            if (i % 2 == 0) {
                add(tail, i + "-0", 10);
            } else {
                tail.add(i + "-0");
            }
        }
        return tail;
    }

    private static void add(StreamTail tail, String id, long bytes) {
        tail.add(new Missed.Entry(id, new ClusterMessage.Disconnect("node", Target.ALL, false)), bytes);
        tail.add(id);
    }

    private static List<String> after(StreamTail tail, String id) {
        return tail.after(id, PLENTY).entries().stream()
                .map(Missed.Entry::offset)
                .toList();
    }

    @Test
    void whatFollowsAnEntryIsFound() {
        StreamTail tail = ofNine();
        assertEquals(List.of("2-0", "4-0", "6-0", "8-0"), after(tail, "1-0"));
        assertEquals(List.of("6-0", "8-0"), after(tail, "4-0"));
        assertEquals(List.of("8-0"), after(tail, "7-0"));
        assertEquals(List.of(), after(tail, "9-0"));
        assertTrue(tail.has("5-0"));
        assertFalse(tail.has("5-1"));
        assertFalse(tail.has("0-1"));
        assertEquals("9-0", tail.last());
    }

    @Test
    void whatIsForgottenCountsForNobody() {
        StreamTail tail = ofNine();
        tail.forgetBefore("4-0");
        assertEquals("4-0", tail.first());
        assertFalse(tail.has("3-0"));
        assertEquals(List.of("6-0", "8-0"), after(tail, "4-0"));
        assertFalse(tail.exceeds("4-0", new Missed.Limits(2, 20)));
        assertTrue(tail.exceeds("4-0", new Missed.Limits(1, 20)));
        assertTrue(tail.exceeds("4-0", new Missed.Limits(2, 19)));
        assertFalse(tail.exceeds("7-0", new Missed.Limits(1, 10)));
        add(tail, "10-0", 10);
        assertTrue(tail.exceeds("4-0", new Missed.Limits(3, 29)));
        tail.forgetBefore("10-0");
        assertEquals(Missed.INCOMPLETE.entries(), tail.after("10-0", PLENTY).entries());
        assertFalse(tail.exceeds("10-0", new Missed.Limits(0, 0)));
    }

    @Test
    void itIsLargeByWhatItHasAndNotByWhatItHad() {
        StreamTail tail = ofNine();
        add(tail, "10-0", 32L << 20);
        assertTrue(tail.isLarge());
        tail.forgetBefore("9-0");
        assertTrue(tail.isLarge());
        tail.forgetBefore("10-0");
        assertFalse(tail.isLarge());
    }
}
