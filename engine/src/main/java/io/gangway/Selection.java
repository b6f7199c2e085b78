package io.gangway;

import io.gangway.cluster.RoomNames;
import java.util.Set;

/**
 * Which sockets of a namespace are meant: those in any of the rooms, or all if none is named, but for those in any of the
 * excepted ones. A socket's id is a room.
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
