package io.gangway.cluster;

import java.util.Set;

/**
 * The sockets of a namespace that a message is for: those in any of {@code rooms}, or all if {@code rooms} is empty,
 * except those in any of {@code except}. Each socket's id is a room too.
 */
public record Target(Set<String> rooms, Set<String> except) {
    /** All sockets of the namespace. */
    public static final Target ALL = new Target(Set.of(), Set.of());

    /**
     * Refuses null, and copies collections.
     *
     * @param rooms see {@link #rooms()}
     * @param except see {@link #except()}
     */
    public Target {
        rooms = Set.copyOf(rooms);
        except = Set.copyOf(except);
    }
}
