package io.gangway;

import io.gangway.logs.SparingLog;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** Holds sockets to the limits of rooms, before they join some. */
final class RoomChecks {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(RoomChecks.class));

    private RoomChecks() {}

    /**
     * @param joined the rooms that a socket is in
     * @param wanted those it is to join
     * @param open the rooms of the namespace
     * @throws IllegalStateException if one of the limits does not allow them
     */
    static void check(SocketLimits limits, Set<String> joined, Set<String> wanted, Rooms open) {
        if (joined.size() + wanted.size() > limits.maxRooms()) {
            long added = wanted.stream().filter(room -> !joined.contains(room)).count();
            if (joined.size() + added > limits.maxRooms()) {
                throw exceeded(
                        "the socket would be in " + (joined.size() + added) + " rooms", "maxRooms", limits.maxRooms());
            }
        }
        int count = open.size();
        if (count + wanted.size() > limits.maxRoomsPerNamespace()) {
            long added = wanted.stream().filter(room -> !open.has(room)).count();
            if (added > 0 && count + added > limits.maxRoomsPerNamespace()) {
                throw exceeded(
                        "the namespace would have " + (count + added) + " rooms",
                        "maxRoomsPerNamespace",
                        limits.maxRoomsPerNamespace());
            }
        }
    }

    /**
     * @param names the characters in the names of all rooms that the client is in, in whichever namespace
     * @throws IllegalStateException if they would be too many
     */
    static void checkTotal(SocketLimits limits, int names, Set<String> joined, Set<String> wanted) {
        long characters = names;
        for (String room : wanted) {
            characters += joined.contains(room) ? 0 : room.length();
        }
        if (characters > limits.maxRoomNames() && characters > names) {
            throw exceeded(
                    "the names of the client's rooms would have " + characters + " characters",
                    "maxRoomNames",
                    limits.maxRoomNames());
        }
    }

    /**
     * Holds the names of rooms to their limit; not those of users' rooms, which come from whoever authenticated them.
     *
     * @throws IllegalStateException if one is too long
     */
    static void checkNames(SocketLimits limits, Set<String> wanted) {
        for (String room : wanted) {
            if (room.length() > limits.maxRoomNameLength()) {
                throw exceeded(
                        "the name " + Quoted.of(room) + " has " + room.length() + " characters",
                        "maxRoomNameLength",
                        limits.maxRoomNameLength());
            }
        }
    }

    private static IllegalStateException exceeded(String what, String setting, int limit) {
        return new IllegalStateException(
                "cannot join: " + what + ", and " + limit + " are allowed; leave rooms that are"
                        + " not needed any more, or raise limits(limits -> limits.sockets(sockets -> sockets." + setting
                        + "(..)))");
    }

    /** Whether a socket may come back to the rooms of its session; if not, the client gets a new session. */
    static boolean mayReturn(Member socket, Set<String> rooms) {
        try {
            socket.requireRoomsOfSession(rooms);
            return true;
        } catch (IllegalStateException exceeded) {
            sparing.warn("recovery: {} gets a new session: {}", socket, exceeded.getMessage());
            return false;
        }
    }

    /** For a selection of sockets: a socket that may join no more rooms stays as it is, and the others join them. */
    static void enterIfAllowed(Member socket, Set<String> rooms) {
        try {
            socket.enter(rooms);
        } catch (IllegalStateException exceeded) {
            sparing.warn("socketsJoin: {} stays out: {}", socket, exceeded.getMessage());
        }
    }
}
