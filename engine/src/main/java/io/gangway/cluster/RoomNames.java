package io.gangway.cluster;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the room names that an application passes in, before they have any effect, and removes duplicates.
 *
 * <p>Room names from other nodes are not checked here: those nodes have rules of their own.
 */
public final class RoomNames {
    private static final String USER = "user:";
    private static final int LONGEST_SHOWN = 100;

    private RoomNames() {}

    /**
     * {@return the rooms that select sockets}
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null, naming its position
     * @throws IllegalArgumentException if a name is empty, naming its position
     */
    public static Set<String> of(String... rooms) {
        Objects.requireNonNull(rooms, "rooms");
        if (rooms.length == 1) { // as in almost every call
            return Set.of(checked(0, rooms));
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < rooms.length; i++) {
            names.add(checked(i, rooms));
        }
        return Set.copyOf(names);
    }

    /**
     * {@return the rooms in {@code before} and {@code rooms} together; fails like {@link #of}}
     *
     * @param before the rooms so far
     * @param rooms the names of rooms
     */
    public static Set<String> and(Set<String> before, String... rooms) {
        Set<String> more = of(rooms);
        if (before.isEmpty() || more.isEmpty()) {
            return before.isEmpty() ? more : before;
        }
        Set<String> all = new LinkedHashSet<>(before);
        all.addAll(more);
        return Set.copyOf(all);
    }

    /**
     * {@return the rooms that sockets enter or leave; fails like {@link #of}}
     *
     * @param rooms the names of rooms
     * @throws IllegalArgumentException also if a room is a user's: only signing in leads there, so that no client can
     *     ask to be let in
     */
    public static Set<String> toEnter(String... rooms) {
        Set<String> names = of(rooms);
        for (String room : names) {
            if (room.startsWith(USER)) {
                String user = shown(room.substring(USER.length()));
                throw new InvalidNameException(
                        "room \"" + USER + user + "\" belongs to a user: sockets cannot be made to join or leave it."
                                + " socket.signIn(\"" + user
                                + "\") puts a socket there, once it is certain who the client"
                                + " is, and user(\"" + user
                                + "\") reaches it. Give any other room another name, such as"
                                + " \"room-" + user + "\"",
                        "Room names that begin with \"" + USER + "\" are reserved");
            }
        }
        return names;
    }

    /**
     * {@return the room of one user's sockets}
     *
     * @param user the user's name
     * @throws IllegalArgumentException if the name is empty: it would be shared by all whose name is unknown
     */
    public static String ofUser(String user) {
        if (Objects.requireNonNull(user, "user").isEmpty()) {
            throw new InvalidNameException(
                    "a user has an empty name; sign in only clients whose user is known, and leave others without a user",
                    "User names must not be empty");
        }
        return USER + user;
    }

    /**
     * {@return the user whose room is among these; null if there is none}
     *
     * @param rooms the rooms of one socket
     */
    public static @Nullable String userIn(Set<String> rooms) {
        for (String room : rooms) {
            if (room.startsWith(USER)) {
                return room.substring(USER.length());
            }
        }
        return null;
    }

    /** A name made safe for the log, since a client may have chosen it. */
    private static String shown(String name) {
        String line = name.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
    }

    private static String checked(int index, String[] rooms) {
        String room = rooms[index];
        if (room == null) {
            throw new NullPointerException("room " + (index + 1) + " of " + rooms.length + " is null");
        }
        if (room.isEmpty()) {
            throw new InvalidNameException(
                    "room " + (index + 1) + " of " + rooms.length + " has an empty name",
                    "Room names must not be empty");
        }
        return room;
    }
}
