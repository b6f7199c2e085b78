package io.gangway;

import io.gangway.protocol.Emission;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who is told of changes of a namespace's sockets. An interface, so that what delivers to sockets does not depend on
 * everything a socket can reach.
 */
interface MemberHooks {
    /** Whether anybody is told of rooms: if not, nobody need remember which have changed. */
    boolean hearOfRooms();

    /** Whether anybody is told of events sent to sockets: if not, {@link #before} would only cost. */
    boolean hearOfEvents();

    /** Whether other nodes learn the transports and connections of the sockets. */
    boolean describeConnections();

    void roomsChanged(Member socket, List<String> joined, List<String> left);

    void upgraded(Member socket);

    void shared(Member socket);

    /** Tells of an emission for each socket that it reaches, then passes the socket on. */
    Consumer<Member> before(Emission emission, Consumer<Member> next);
}
