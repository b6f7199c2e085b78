package io.gangway.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameQueueTest {
    private static final int KEYS = 1_000;

    private final FrameQueue queue = new FrameQueue();

    private static Frame plain(String text) {
        return Frame.of(text);
    }

    private static Frame droppable(String text) {
        return Frame.of(text, List.of(), Delivery.DROPPABLE);
    }

    private static Frame latest(String key, String text) {
        return Frame.of(text, List.of(), Delivery.latestOf(key));
    }

    private List<String> rest() {
        List<String> texts = new ArrayList<>();
        for (Frame frame = queue.poll(); frame != null; frame = queue.poll()) {
            texts.add(frame.text());
        }
        return texts;
    }

    @Test
    void givesTheFramesInTheirOrderHoweverManyThereAre() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            queue.add(plain("" + i), KEYS);
            expected.add("" + i);
            if (i % 3 == 0) {
                assertEquals(expected.remove(0), queue.poll().text());
            }
        }
        assertEquals(expected.size(), queue.size());
        assertEquals(expected, rest());
        assertNull(queue.poll());
    }

    @Test
    void takesAFrameBackBeforeTheFirst() {
        for (int i = 1; i <= 100; i++) {
            queue.add(i % 2 == 0 ? latest("" + i, "" + i) : droppable("" + i), KEYS);
        }
        assertEquals("1", queue.dropOldest().text());
        queue.addFirst(latest("0", "0"), KEYS);
        queue.addFirst(droppable("-1"), KEYS);
        assertEquals(101, queue.size());
        assertEquals("-1", queue.dropOldest().text());
        assertEquals("3", queue.dropOldest().text());
        assertEquals("0", queue.replace("0", plain("zero")).text());
        assertEquals("zero", queue.poll().text());
        assertEquals("2", queue.poll().text());
        queue.addFirst(plain("2"), KEYS);
        assertEquals("2", queue.poll().text());
        assertEquals(97, rest().size());
        queue.addFirst(plain("only"), KEYS);
        assertEquals(List.of("only"), rest());
    }

    @Test
    void removesTheFrameOfAKeyWhereverItIs() {
        for (int i = 0; i < 100; i++) {
            queue.add(latest("" + i, "" + i), KEYS);
        }
        assertEquals("0", queue.poll().text());
        for (int i = 1; i < 100; i += 2) {
            assertEquals("" + i, queue.remove("" + i).text());
            assertNull(queue.remove("" + i));
            queue.add(latest("" + i, "again " + i), KEYS);
        }
        assertNull(queue.remove("0"));
        List<String> expected = new ArrayList<>();
        for (int i = 2; i < 100; i += 2) {
            expected.add("" + i);
        }
        for (int i = 1; i < 100; i += 2) {
            expected.add("again " + i);
        }
        assertEquals(99, queue.size());
        assertEquals(expected, rest());
    }

    @Test
    void dropsTheOldestThatMayBeDropped() {
        queue.add(plain("a"), KEYS);
        queue.add(droppable("b"), KEYS);
        queue.add(plain("c"), KEYS);
        queue.add(droppable("d"), KEYS);
        assertEquals("b", queue.dropOldest().text());
        queue.add(droppable("e"), KEYS);
        assertEquals("d", queue.dropOldest().text());
        assertEquals("e", queue.dropOldest().text());
        assertNull(queue.dropOldest());
        assertEquals(2, queue.size());
        assertEquals(List.of("a", "c"), rest());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 16, 17, 500})
    void aNewerFrameTakesThePlaceOfTheOneWithItsKey(int keys) {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            queue.add(latest("key" + i, "old" + i), KEYS);
            queue.add(plain("between"), KEYS);
            expected.add("new" + i);
            expected.add("between");
        }
        for (int i = keys - 1; i >= 0; i--) {
            Frame newer = latest("key" + i, "new" + i);
            assertEquals("old" + i, queue.replace("key" + i, newer).text());
        }
        assertNull(queue.replace("another", latest("another", "x")));
        assertEquals(2 * keys, queue.size());
        assertEquals(expected, rest());
        assertNull(queue.replace("key0", latest("key0", "gone already")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40})
    void knowsNoMoreKeysThanItMay(int most) {
        for (int i = 0; i < 100; i++) {
            if (queue.replace("key" + i % 50, latest("key" + i % 50, "new")) == null) {
                queue.add(latest("key" + i % 50, "old"), most);
            }
        }
        assertEquals(100 - most, queue.size());
    }

    /** A reliable frame that cannot leave must not let the slots of dropped ones grow without end. */
    @Test
    void forgetsTheSlotsOfDroppedFrames() {
        queue.add(plain("first"), KEYS);
        Frame last = droppable("x");
        for (int i = 0; i < 100_000; i++) {
            queue.add(last, KEYS);
            assertSame(last, queue.dropOldest());
        }
        queue.add(last, KEYS);
        assertEquals(List.of("first", "x"), rest());
    }

    /** Against a list that does the same slowly. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void doesWhatAListWouldDo(long seed) {
        Random random = new Random(seed);
        List<Frame> list = new ArrayList<>();
        Map<Integer, String> done = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String step = step(random, list, i);
            done.put(i, step);
            int size = list.size();
            assertEquals(size, queue.size(), step);
        }
        assertEquals(list.stream().map(Frame::text).toList(), rest(), done.get(19_999));
    }

    private String step(Random random, List<Frame> list, int i) {
        int kind = random.nextInt(10);
        if (kind < 3) {
            Frame frame = random.nextBoolean() ? plain("" + i) : droppable("" + i);
            list.add(frame);
            queue.add(frame, KEYS);
            return "add";
        } else if (kind < 6) {
            String key = "key" + random.nextInt(60);
            Frame frame = latest(key, "" + i);
            int at = 0;
            while (at < list.size() && !key.equals(list.get(at).delivery().key())) {
                at++;
            }
            if (at == list.size()) {
                assertNull(queue.replace(key, frame));
                list.add(frame);
                queue.add(frame, KEYS);
            } else {
                assertSame(list.set(at, frame), queue.replace(key, frame));
            }
            return "latest";
        } else if (kind < 8) {
            Frame oldest = list.stream()
                    .filter(frame -> frame.delivery() == Delivery.DROPPABLE)
                    .findFirst()
                    .orElse(null);
            list.remove(oldest);
            assertSame(oldest, queue.dropOldest());
            return "drop";
        }
        assertSame(list.isEmpty() ? null : list.remove(0), queue.poll());
        return "poll";
    }
}
