package io.gangway.cluster;

import java.util.Set;

/**
 * Which sockets of a namespace a message is for: those in any of the rooms, or all if none is named, but for those in any
 * of the excepted ones. A socket's id is a room.
 */
public record Target(Set<String> rooms, Set<String> except) {
    /** Everyone. */
    public static final Target ALL = new Target(Set.of(), Set.of());

    public Target {
        rooms = Set.copyOf(rooms);
        except = Set.copyOf(except);
    }
}
