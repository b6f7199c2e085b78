package io.gangway.cluster;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * The names of rooms as an application gives them, checked before anything is done with them: a name twice is the name once.
 *
 * <p>What other nodes say is not checked here: they have their own rules.
 */
public final class RoomNames {
    private static final String USER = "user:";
    private static final int LONGEST_SHOWN = 100;

    private RoomNames() {}

    /**
     * The rooms, for a choice of sockets.
     *
     * @throws NullPointerException if one is null, saying which
     * @throws IllegalArgumentException if one is empty, saying which
     */
    public static Set<String> of(String... rooms) {
        Objects.requireNonNull(rooms, "rooms");
        if (rooms.length == 1) { // such as almost every choice
            return Set.of(checked(0, rooms));
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < rooms.length; i++) {
            names.add(checked(i, rooms));
        }
        return Set.copyOf(names);
    }

    /** The rooms and those named before; fails as {@link #of} does. */
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
     * The rooms, for sockets to enter or to leave; fails as {@link #of} does.
     *
     * @throws IllegalArgumentException also if one is a user's: there only signing in leads, so that no client can talk its
     *     way in
     */
    public static Set<String> toEnter(String... rooms) {
        Set<String> names = of(rooms);
        for (String room : names) {
            if (room.startsWith(USER)) {
                String user = shown(room.substring(USER.length()));
                throw new InvalidNameException(
                        "room \"" + USER + user + "\" is a user's: socket.signIn(\"" + user
                                + "\") alone leads there, once it is certain who the client is, and another signIn away from"
                                + " it; user(\"" + user
                                + "\") reaches it. A room that sockets may enter needs another name,"
                                + " such as \"room-" + user + "\"",
                        "Room names that begin with \"" + USER + "\" are reserved");
            }
        }
        return names;
    }

    /** The room of all sockets of one user. */
    public static String ofUser(String user) {
        return USER + Objects.requireNonNull(user, "user");
    }

    /** A name, which a client may have made up, as it may stand in a log. */
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
