package io.gangway.recovery;

import io.gangway.protocol.Emission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that happened to a namespace's sockets, and its place among the others. */
interface Happening {
    enum What {
        EVENT,
        JOIN,
        LEAVE,
        DISCONNECT
    }

    long place();

    /** The place as text; empty if the place alone will do. */
    String offset();

    What what();

    /** Whether it concerns a session that is in these rooms then. */
    boolean concerns(Session session, Set<String> in);

    /** The rooms joined or left. */
    Set<String> changed();

    /** The event, if it is one; null if it cannot be read. */
    @Nullable
    Emission emission();
}
