package io.gangway;

import java.util.Arrays;
import java.util.HashSet;
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
        return new Selection(union(rooms, more), except);
    }

    Selection except(String... more) {
        return new Selection(rooms, union(except, more));
    }

    private static Set<String> union(Set<String> names, String... more) {
        Set<String> union = new HashSet<>(names);
        union.addAll(Arrays.asList(more));
        return union;
    }
}
