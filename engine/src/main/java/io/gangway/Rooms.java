package io.gangway;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The sockets of a namespace on this node, and the rooms they are in. Thread-safe; empty rooms are removed.
 *
 * <p>Each socket is also in the room named after its id; these rooms are not stored.
 */
final class Rooms {
    private final Map<String, Member> sockets = new ConcurrentHashMap<>();
    /** The same sockets, for iteration. */
    private final Roster<Member> roster = new Roster<>();

    private final Map<String, Set<Member>> rooms = new ConcurrentHashMap<>();

    Map<String, Member> sockets() {
        return sockets;
    }

    void enter(Member socket) {
        sockets.put(socket.id(), socket);
        roster.enter(socket);
    }

    /** Removes a socket, which must have left all its rooms before. */
    void exit(Member socket) {
        sockets.remove(socket.id());
        roster.leave(socket);
    }

    /** Adds a socket to a room; true if it is the room's first. */
    boolean join(Member socket, String room) {
        boolean[] opened = {false};
        rooms.compute(room, (name, members) -> {
            opened[0] = members == null;
            Set<Member> with = members == null ? ConcurrentHashMap.newKeySet(2) : members;
            with.add(socket);
            return with;
        });
        return opened[0];
    }

    /** Removes a socket from a room; true if no socket is left in it. */
    boolean leave(Member socket, String room) {
        return rooms.computeIfPresent(room, (name, members) -> {
                    members.remove(socket);
                    return members.isEmpty() ? null : members;
                })
                == null;
    }

    /** Whether any socket is in the room; each socket's id is a room too. */
    boolean has(String room) {
        return rooms.containsKey(room) || sockets.containsKey(room);
    }

    /** Whether the selection may contain any socket. If not, an event for it need not be encoded. */
    boolean hasAny(Selection selection) {
        if (selection.rooms().isEmpty()) {
            return !sockets.isEmpty();
        }
        for (String room : selection.rooms()) {
            if (has(room)) {
                return true;
            }
        }
        return false;
    }

    /** The rooms that sockets are in, including those named after their ids. */
    Set<String> all() {
        Set<String> all = new HashSet<>(rooms.keySet());
        all.addAll(sockets.keySet());
        return all;
    }

    /** How many rooms sockets have joined. */
    int size() {
        return rooms.size();
    }

    /** The rooms that sockets have joined, without those named after their ids. */
    Set<String> names() {
        return Set.copyOf(rooms.keySet());
    }

    /** Passes each selected socket to {@code receiver} once, even if it is in several of the rooms. */
    void select(Selection selection, Consumer<Member> receiver) {
        Consumer<Member> filtered = selection.except().isEmpty()
                ? receiver
                : socket -> {
                    if (!socket.isInAny(selection.except())) {
                        receiver.accept(socket);
                    }
                };
        if (selection.rooms().isEmpty()) {
            roster.forEach(filtered);
        } else if (selection.rooms().size() == 1) {
            members(selection.rooms().iterator().next(), filtered);
        } else {
            Set<Member> once = Collections.newSetFromMap(new IdentityHashMap<>());
            selection.rooms().forEach(room -> members(room, once::add));
            once.forEach(filtered);
        }
    }

    private void members(String room, Consumer<? super Member> receiver) {
        Member self = sockets.get(room);
        Set<Member> members = rooms.get(room);
        if (self != null && (members == null || !members.contains(self))) {
            receiver.accept(self);
        }
        if (members != null) {
            members.forEach(receiver);
        }
    }
}
