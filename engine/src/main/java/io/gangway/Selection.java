package io.gangway;

import io.gangway.cluster.RoomNames;
import java.util.Set;

/**
 * The selected sockets of a namespace: those in any of {@code rooms}, or all if {@code rooms} is empty, except those in
 * any of {@code except}. Each socket's id is a room too.
 */
record Selection(Set<String> rooms, Set<String> except) {
    static final Selection ALL = new Selection(Set.of(), Set.of());

    Selection {
        rooms = Set.copyOf(rooms);
        except = Set.copyOf(except);
    }

    Selection to(String... more) {
        return new Selection(RoomNames.and(rooms, more), except);
    }

    Selection except(String... more) {
        return new Selection(rooms, RoomNames.and(except, more));
    }
}
