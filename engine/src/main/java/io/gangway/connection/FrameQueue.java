package io.gangway.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames in the order of their adding, some of which may be dropped, or replaced by newer ones, before their turn. Each
 * operation takes constant time on average. Not thread-safe.
 *
 * <p>A ring of slots, numbered from the first; a dropped frame leaves an empty slot. While few frames wait, a key is
 * looked up by comparing; only then is an index of keys created.
 */
final class FrameQueue {
    private static final int LEAST = 4;
    /** A ring of more slots is not kept once it is empty. */
    private static final int KEPT = 64;
    /** Among so many frames, a key is found without an index. */
    private static final int FEW = 16;

    private @Nullable Frame[] ring = new Frame[LEAST];
    /** The number of the first slot; slot n is at the index {@code n & (ring.length - 1)}. */
    private int first;
    /** The number behind the last slot. */
    private int end;

    private int empty;
    /** No slot before this number has a frame that may be dropped; it may be smaller than {@link #first}. */
    private int droppableFrom;
    /** The numbers of the slots by the keys of their frames; null while few frames wait. */
    private @Nullable Map<String, Integer> keys;

    /** The number of frames. */
    int size() {
        return end - first - empty;
    }

    /** @param latestKeys the greatest number of keys in the index */
    void add(Frame frame, int latestKeys) {
        if (end - first == ring.length) {
            makeRoom();
        }
        String key = frame.delivery().key();
        if (key != null) {
            index(key, Math.min(FEW, latestKeys), latestKeys);
        }
        ring[end++ & (ring.length - 1)] = frame;
    }

    /** Puts a frame before the first; {@code latestKeys} as for {@link #add}. */
    void addFirst(Frame frame, int latestKeys) {
        if (end - first == ring.length) {
            makeRoom();
        }
        ring[--first & (ring.length - 1)] = frame;
        if (droppableFrom - first > 0) {
            droppableFrom = first;
        }
        String key = frame.delivery().key();
        if (key != null && keys != null && keys.size() < latestKeys) {
            keys.putIfAbsent(key, first);
        }
    }

    /** The first frame, which is removed; null if there is none. */
    @Nullable
    Frame poll() {
        Frame frame = null;
        while (frame == null && first != end) {
            int index = first++ & (ring.length - 1);
            frame = ring[index];
            ring[index] = null;
            if (frame == null) {
                empty--;
            } else if (keys != null) {
                forget(frame.delivery().key(), first - 1);
            }
        }
        if (first == end) {
            first = 0;
            end = 0;
            droppableFrom = 0;
            keys = null;
            if (ring.length > KEPT) {
                ring = new Frame[LEAST];
            }
        }
        return frame;
    }

    /** Puts a frame in the place of the one with the same key, which is returned; null if there is none. */
    @Nullable
    Frame replace(String key, Frame frame) {
        int slot = find(key);
        if (slot == end) {
            return null;
        }
        int index = slot & (ring.length - 1);
        Frame older = ring[index];
        ring[index] = frame;
        return older;
    }

    /** Drops the frame with this key, and returns it; null if there is none. */
    @Nullable
    Frame remove(String key) {
        int slot = find(key);
        if (slot == end) {
            return null;
        }
        int index = slot & (ring.length - 1);
        Frame older = ring[index];
        ring[index] = null;
        empty++;
        forget(key, slot);
        return older;
    }

    /** Drops the oldest frame that may be dropped, and returns it; null if there is none. */
    @Nullable
    Frame dropOldest() {
        if (droppableFrom - first < 0) {
            droppableFrom = first;
        }
        while (droppableFrom != end) {
            int index = droppableFrom++ & (ring.length - 1);
            Frame frame = ring[index];
            if (frame != null && frame.delivery() == Delivery.DROPPABLE) {
                ring[index] = null;
                empty++;
                return frame;
            }
        }
        return null;
    }

    void forEach(Consumer<Frame> action) {
        for (int slot = first; slot != end; slot++) {
            Frame frame = ring[slot & (ring.length - 1)];
            if (frame != null) {
                action.accept(frame);
            }
        }
    }

    /** The slot of the frame with this key; {@link #end} if there is none. */
    private int find(String key) {
        if (keys != null) {
            Integer slot = keys.get(key);
            return slot == null ? end : slot;
        }
        for (int slot = first; slot != end; slot++) {
            Frame frame = ring[slot & (ring.length - 1)];
            if (frame != null && key.equals(frame.delivery().key())) {
                return slot;
            }
        }
        return end;
    }

    /** Notes the key of the frame that is about to be added. */
    private void index(String key, int few, int latestKeys) {
        if (keys == null) {
            if (end - first < few) {
                return;
            }
            indexAll(latestKeys);
        }
        if (keys != null && keys.size() < latestKeys) {
            keys.putIfAbsent(key, end);
        }
    }

    private void indexAll(int latestKeys) {
        Map<String, Integer> index = new HashMap<>();
        for (int slot = first; slot != end; slot++) {
            Frame frame = ring[slot & (ring.length - 1)];
            String key = frame == null ? null : frame.delivery().key();
            if (key != null && index.size() < latestKeys) {
                index.putIfAbsent(key, slot);
            }
        }
        keys = index;
    }

    private void forget(@Nullable String key, int slot) {
        if (key != null && keys != null) {
            keys.remove(key, slot);
        }
    }

    /** Removes the empty slots if they are many; otherwise doubles the ring. */
    private void makeRoom() {
        int frames = size();
        @Nullable Frame[] roomier = new Frame[empty > ring.length / 2 ? ring.length : 2 * ring.length];
        Map<String, Integer> moved = keys == null ? null : new HashMap<>();
        int to = 0;
        int droppable = 0;
        for (int slot = first; slot != end; slot++) {
            Frame frame = ring[slot & (ring.length - 1)];
            if (slot == droppableFrom) {
                droppable = to; // 0 if the slot has been polled
            }
            if (frame != null) {
                String key = frame.delivery().key();
                if (moved != null && keys != null && key != null && keys.remove(key, slot)) {
                    moved.put(key, to);
                }
                roomier[to++] = frame;
            }
        }
        droppableFrom = droppableFrom == end ? frames : droppable;
        ring = roomier;
        keys = moved;
        first = 0;
        end = frames;
        empty = 0;
    }
}
