package io.gangway;

import java.util.Set;

/** What is to be done when a socket has left, outside all locks. Confined to the thread that takes it out. */
final class Remains {
    /** Nobody is told of rooms that are left with the namespace. */
    final RoomChanges changes = new RoomChanges(false);

    Set<Long> unanswered = Set.of();
    Set<Obligations.Pending> abandoned = Set.of();
    boolean left;
    boolean admitted;
    boolean kept;
}
