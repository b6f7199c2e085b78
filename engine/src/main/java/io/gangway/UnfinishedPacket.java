package io.gangway;

import io.gangway.connection.Account;
import io.gangway.protocol.PacketReader;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.Deadlines;

/**
 * A packet of which attachments are still to arrive. Counts what has arrived on its client's account. Used by the thread
 * that reads from the connection, except for {@link #end}.
 */
final class UnfinishedPacket {
    private final Account account;
    private final Deadlines.Deadline timeout;
    private ReceivedPacket packet;

    // Guarded by this.
    private int counted;
    private boolean ended;

    UnfinishedPacket(ReceivedPacket packet, Account account, Deadlines.Deadline timeout) {
        this.packet = packet;
        this.account = account;
        this.timeout = timeout;
        count();
    }

    String namespace() {
        return packet.namespace();
    }

    /** Reads the next attachment. */
    PacketReader rest() {
        PacketReader rest = packet.rest();
        if (rest == null) {
            throw new IllegalStateException("the packet is complete");
        }
        return rest;
    }

    /** An attachment has arrived. */
    void onPart(ReceivedPacket packet) {
        this.packet = packet;
        count();
    }

    /** Keeps neither what has arrived nor what will. */
    void drop() {
        packet = packet.dropped();
        count();
    }

    private void count() {
        int steps = Account.steps(packet.size());
        int more;
        synchronized (this) {
            more = ended ? 0 : steps - counted;
            counted += more;
        }
        account.changeIncomplete(more);
    }

    /** The packet is complete and counted elsewhere, or nobody will read it; may be called on any thread. */
    void end() {
        timeout.cancel();
        int steps;
        synchronized (this) {
            ended = true;
            steps = counted;
            counted = 0;
        }
        account.changeIncomplete(-steps);
    }
}
