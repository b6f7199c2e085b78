package io.gangway.redis.mixed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which sockets an operation is for, and how, for both kinds of server.
 *
 * @param socket the id of the socket that says it, so not to itself; {@code ""} if the server does
 * @param rooms names, or numbers, which only JavaScript has for rooms
 * @param timeout how long to wait for answers; zero if it is not set
 */
record Scope(
        String namespace, String socket, List<Object> rooms, List<String> except, Set<Flag> flags, Duration timeout) {
    enum Flag {
        VOLATILE,
        UNCOMPRESSED,
        LOCAL
    }

    static Scope of(String namespace) {
        return new Scope(namespace, "", List.of(), List.of(), Set.of(), Duration.ZERO);
    }

    /** All sockets of the namespace {@code /}. */
    static Scope all() {
        return of("/");
    }

    Scope from(String socket) {
        return new Scope(namespace, socket, rooms, except, flags, timeout);
    }

    Scope to(Object... more) {
        List<Object> all = new ArrayList<>(rooms);
        all.addAll(List.of(more));
        return new Scope(namespace, socket, all, except, flags, timeout);
    }

    Scope except(String... more) {
        List<String> all = new ArrayList<>(except);
        all.addAll(List.of(more));
        return new Scope(namespace, socket, rooms, all, flags, timeout);
    }

    Scope with(Flag flag) {
        return with(Set.of(flag));
    }

    Scope with(Set<Flag> more) {
        Set<Flag> all = new HashSet<>(flags);
        all.addAll(more);
        return new Scope(namespace, socket, rooms, except, all, timeout);
    }

    Scope timeout(Duration timeout) {
        return new Scope(namespace, socket, rooms, except, flags, timeout);
    }
}
