package io.gangway;

import io.gangway.tasks.Mailbox;
import java.util.Collection;
import java.util.Set;

/** What is under way for one client, so that it can be disconnected when that is done. */
record Work(Mailbox mailbox, Collection<ConnectRequest> requests) {
    /**
     * Whether a handler runs for the client, or an ack is owed to it.
     *
     * @param others threads that do not count, because they wait for the clients to leave
     */
    boolean isUnderWay(Set<Thread> others) {
        return mailbox.isBusy(others) || owedAcks() > 0;
    }

    /** How many acks are to come later. */
    int owedAcks() {
        int owed = 0;
        for (ConnectRequest request : requests) {
            Socket socket = request.socket();
            owed += socket == null ? 0 : socket.owedAcks();
        }
        return owed;
    }

    /** Whether somebody waits for an ack of this client. */
    boolean isAwaited() {
        for (ConnectRequest request : requests) {
            Socket socket = request.socket();
            if (socket != null && socket.isAwaited()) {
                return true;
            }
        }
        return false;
    }
}
