package io.gangway;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who is in a namespace, and who is in which of its rooms. Thread-safe; empty rooms vanish.
 *
 * <p>A socket is in the room of its own id without being listed there.
 */
final class Rooms {
    private final Map<String, Member> sockets = new ConcurrentHashMap<>();
    /** The same sockets, to go through all of them. */
    private final Roster<Member> roster = new Roster<>();

    private final Map<String, Set<Member>> rooms = new ConcurrentHashMap<>();

    Map<String, Member> sockets() {
        return sockets;
    }

    void enter(Member socket) {
        sockets.put(socket.id(), socket);
        roster.enter(socket);
    }

    /** The socket has left all rooms before. */
    void exit(Member socket) {
        sockets.remove(socket.id());
        roster.leave(socket);
    }

    /** Whether the room has come into being. */
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

    /** Whether the room is gone. */
    boolean leave(Member socket, String room) {
        return rooms.computeIfPresent(room, (name, members) -> {
                    members.remove(socket);
                    return members.isEmpty() ? null : members;
                })
                == null;
    }

    /** Whether a socket is in the room; its id is one. */
    boolean has(String room) {
        return rooms.containsKey(room) || sockets.containsKey(room);
    }

    /** Whether anybody is there who may be selected: so for nobody nothing need be written. */
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

    /** The rooms that sockets are in, those of their own ids included. */
    Set<String> all() {
        Set<String> all = new HashSet<>(rooms.keySet());
        all.addAll(sockets.keySet());
        return all;
    }

    /** The rooms that sockets have joined, without those of the sockets' own ids. */
    Set<String> names() {
        return Set.copyOf(rooms.keySet());
    }

    /** Gives {@code receiver} each selected socket once, though it be in several of the rooms. */
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
