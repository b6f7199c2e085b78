package io.gangway.cluster;

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
 */
public record StoredSession(
        String privateId,
        String id,
        Set<String> rooms,
        Payload data,
        Optional<String> user,
        Optional<String> start,
        Optional<String> left) {
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
     */
    public StoredSession {
        Objects.requireNonNull(privateId, "privateId");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(left, "left");
        rooms = Set.copyOf(rooms);
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "StoredSession[" + id + ", " + rooms.size() + " rooms]";
    }
}
