package io.gangway;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Members side by side in an array, in the order they came: going through them costs less than through a map, whose
 * entries lie about in memory. Thread-safe; entering and leaving cost the same however many there are.
 *
 * <p>A place is given once, and an array that was replaced is left as it is. So whoever goes through all meets each member
 * that is there all the while once, and none twice; one that leaves meanwhile may be met.
 */
final class Roster<M extends Roster.Member> {
    private static final int FEWEST_PLACES = 16;

    /** Who can be in a roster, in one at most. */
    abstract static class Member {
        int place; // guarded by the roster
    }

    private volatile AtomicReferenceArray<@Nullable M> places = new AtomicReferenceArray<>(FEWEST_PLACES);

    // Guarded by this.
    private int given;
    private int members;

    /** Gives a member a place; it has had none before. */
    synchronized void enter(M member) {
        if (given == places.length()) {
            moveTogether();
        }
        put(places, member);
        members++;
    }

    /** Takes a member's place away, which it has. */
    synchronized void leave(M member) {
        places.set(member.place, null);
        members--;
        if (given > FEWEST_PLACES && members < given / 4) {
            moveTogether();
        }
    }

    /** Gives {@code receiver} each member. */
    void forEach(Consumer<? super M> receiver) {
        AtomicReferenceArray<@Nullable M> now = places;
        for (int i = 0; i < now.length(); i++) {
            M member = now.get(i);
            if (member != null) {
                receiver.accept(member);
            }
        }
    }

    /** To another array, without gaps and with room for as many again: so few are moved for each that comes. */
    private void moveTogether() {
        AtomicReferenceArray<@Nullable M> before = places;
        AtomicReferenceArray<@Nullable M> after = new AtomicReferenceArray<>(Math.max(FEWEST_PLACES, 2 * members));
        given = 0;
        for (int i = 0; i < before.length(); i++) {
            M member = before.get(i);
            if (member != null) {
                put(after, member);
            }
        }
        places = after;
    }

    private void put(AtomicReferenceArray<@Nullable M> into, M member) {
        member.place = given;
        into.set(given++, member);
    }
}
