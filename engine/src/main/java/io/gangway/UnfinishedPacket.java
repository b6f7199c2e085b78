package io.gangway;

import io.gangway.connection.Account;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.PacketReader;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A packet of which attachments are still to arrive. Counts what has arrived on its client's account. Used by the thread
 * that reads from the connection, except for {@link #end}.
 */
final class UnfinishedPacket {
    private final Account account;
    private final Deadlines deadlines;
    private final Duration timeout;
    private final Consumer<MalformedPacketException> tooLate;

    // Guarded by this.
    private ReceivedPacket packet;
    private int counted;
    private boolean ended;
    private Deadlines.Deadline deadline;
    /** Of the account, when the time began. */
    private int pauses;

    /**
     * @param timeout how long the attachments may take; begins anew if meanwhile the client was not read
     * @param tooLate is told after that, on the timer's thread
     */
    UnfinishedPacket(
            ReceivedPacket packet,
            Account account,
            Deadlines deadlines,
            Duration timeout,
            Consumer<MalformedPacketException> tooLate) {
        this.packet = packet;
        this.account = account;
        this.deadlines = deadlines;
        this.timeout = timeout;
        this.tooLate = tooLate;
        keep(packet);
        pauses = account.pauses();
        deadline = deadlines.after(timeout, this::onTimeout);
    }

    private void onTimeout() {
        synchronized (this) {
            if (ended) {
                return;
            }
            boolean still = account.isPaused(); // first: once this is over, the count has changed
            int now = account.pauses();
            if (still || now != pauses) {
                pauses = now;
                deadline = deadlines.after(timeout, this::onTimeout);
                return;
            }
        }
        tooLate.accept(new MalformedPacketException("announced attachments did not arrive within attachmentsTimeout"));
    }

    synchronized String namespace() {
        return packet.namespace();
    }

    /** Reads the next attachment. */
    synchronized PacketReader rest() {
        PacketReader rest = packet.rest();
        if (rest == null) {
            throw new IllegalStateException("the packet is complete");
        }
        return rest;
    }

    /** An attachment has arrived. */
    void onPart(ReceivedPacket packet) {
        keep(packet);
    }

    /** Keeps neither what has arrived nor what will. */
    void drop() {
        ReceivedPacket arrived;
        synchronized (this) {
            arrived = packet;
        }
        keep(arrived.dropped());
    }

    private void keep(ReceivedPacket arrived) {
        int more;
        synchronized (this) {
            packet = ended ? arrived.dropped() : arrived;
            more = ended ? 0 : Account.steps(arrived.size()) - counted;
            counted += more;
        }
        account.changeParts(more);
    }

    /**
     * The packet is complete and about to be counted elsewhere, or nobody will read it; may be called on any thread. Lets
     * go of what has arrived: a handler that is still running may keep the client, and this with it.
     */
    void end() {
        int steps;
        synchronized (this) {
            ended = true;
            deadline.cancel();
            packet = packet.dropped();
            steps = counted;
            counted = 0;
        }
        account.changeParts(-steps);
    }
}
