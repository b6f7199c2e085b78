package io.gangway;

/**
 * The states of a socket, from its client's CONNECT packet until it leaves.
 *
 * <pre>
 *   PENDING --admit()--> ADMITTED --its CONNECT is queued--> CONNECTED
 *      |                    |                                    |
 *      |                    +-------- leave() by the client --------> LEFT
 *      |                    +-------- leave() by the application ---> TAKEN_AWAY
 *      +-- leave() by the client -----------------------------------> ABANDONED
 *      +-- leave() by the application, refusal ---------------------> REFUSED
 * </pre>
 */
enum SocketState {
    PENDING(false, false),
    ADMITTED(true, false),
    CONNECTED(true, false),
    LEFT(true, true),
    TAKEN_AWAY(true, true),
    ABANDONED(false, true),
    REFUSED(false, true);

    private final boolean admitted;
    private final boolean over;

    SocketState(boolean admitted, boolean over) {
        this.admitted = admitted;
        this.over = over;
    }

    /** Whether the socket was ever admitted; it may have left since. */
    boolean isAdmitted() {
        return admitted;
    }

    /** Whether the socket has left; no other state follows. */
    boolean isOver() {
        return over;
    }

    /** The state of a socket that leaves in this one. */
    SocketState end(DisconnectReason reason) {
        if (reason == DisconnectReason.SERVER_NAMESPACE_DISCONNECT) {
            return admitted ? TAKEN_AWAY : REFUSED;
        }
        return admitted ? LEFT : ABANDONED;
    }
}
