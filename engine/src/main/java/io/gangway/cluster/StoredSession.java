package io.gangway.cluster;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The session of a client that is away: what it is given back when it returns, to whichever node.
 *
 * @param privateId the secret by which the client returns
 * @param id the socket's id
 * @param rooms the socket's rooms, with the one named after its id
 * @param data the socket's shared data, as in {@link SocketSnapshot}
 * @param user the user to whom the session is bound: only a client that signs in as this user gets it back. {@code ""} if
 *     none had signed in; empty if the node that saved the session knows no users, as those of Node.js
 * @param start the offset from which the session has history: the floor for a client that has no offset of its own, or one
 *     from before. Empty if the node that saved the session did not tell
 * @param left the offset up to which {@code rooms} are right; later joins and leaves are in the history. Empty if the
 *     node that saved the session did not tell
 * @param changes the socket's joins and leaves between {@code start} and {@code left}, oldest first
 */
public record StoredSession(
        String privateId,
        String id,
        Set<String> rooms,
        Payload data,
        Optional<String> user,
        Optional<String> start,
        Optional<String> left,
        List<Change> changes) {
    /**
     * The socket joined a room, or left it.
     *
     * @param offset the offset of the last message before that
     * @param room the room's name
     * @param joined whether it joined
     */
    public record Change(String offset, String room, boolean joined) {}

    /**
     * Refuses null, and copies collections.
     *
     * @param privateId see {@link #privateId()}
     * @param id see {@link #id()}
     * @param rooms see {@link #rooms()}
     * @param data see {@link #data()}
     * @param user see {@link #user()}
     * @param start see {@link #start()}
     * @param left see {@link #left()}
     * @param changes see {@link #changes()}
     */
    public StoredSession {
        Objects.requireNonNull(privateId, "privateId");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(left, "left");
        rooms = Set.copyOf(rooms);
        changes = List.copyOf(changes);
    }

    /**
     * A session whose socket has joined and left no rooms since its start.
     *
     * @param privateId see {@link #privateId()}
     * @param id see {@link #id()}
     * @param rooms see {@link #rooms()}
     * @param data see {@link #data()}
     * @param user see {@link #user()}
     * @param start see {@link #start()}
     * @param left see {@link #left()}
     */
    public StoredSession(
            String privateId,
            String id,
            Set<String> rooms,
            Payload data,
            Optional<String> user,
            Optional<String> start,
            Optional<String> left) {
        this(privateId, id, rooms, data, user, start, left, List.of());
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "StoredSession[" + id + ", " + rooms.size() + " rooms]";
    }
}
