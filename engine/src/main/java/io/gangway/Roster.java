package io.gangway;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of a namespace in an array, in the order in which they entered: iterating over an array is faster than
 * over a map, whose entries are scattered in memory. Thread-safe; {@link #enter} and {@link #leave} take constant time
 * on average.
 *
 * <p>A place in an array is used once, and an array that was replaced no longer changes. So an iteration reaches each
 * member that stays throughout exactly once, and no member twice; a member that leaves meanwhile may be reached.
 */
final class Roster<M extends Roster.Member> {
    private static final int FEWEST_PLACES = 16;

    /** An object that can be in a roster, and in no second one. */
    abstract static class Member {
        int place; // guarded by the roster
    }

    private volatile AtomicReferenceArray<@Nullable M> places = new AtomicReferenceArray<>(FEWEST_PLACES);

    // Guarded by this.
    private int given;
    private int members;

    /** Adds a member, which must not have been in a roster before. */
    synchronized void enter(M member) {
        if (given == places.length()) {
            moveTogether();
        }
        put(places, member);
        members++;
    }

    /** Removes a member, which must be in this roster. */
    synchronized void leave(M member) {
        places.set(member.place, null);
        members--;
        if (given > FEWEST_PLACES && members < given / 4) {
            moveTogether();
        }
    }

    /** Passes each member to {@code receiver}. */
    void forEach(Consumer<? super M> receiver) {
        AtomicReferenceArray<@Nullable M> now = places;
        for (int i = 0; i < now.length(); i++) {
            M member = now.get(i);
            if (member != null) {
                receiver.accept(member);
            }
        }
    }

    /** Copies the members to a new array without gaps and twice as long as needed, so that the next copy is far off. */
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
