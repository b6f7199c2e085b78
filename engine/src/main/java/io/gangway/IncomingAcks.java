package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.DecodePermits;
import io.gangway.tasks.HandlerThreads;
import io.gangway.tasks.Mailbox;
import org.jspecify.annotations.Nullable;

/** Handles the acks that clients send. Stateless, to save an object per client. */
final class IncomingAcks {
    private IncomingAcks() {}

    /** Handles an ack; called on the connection's reading thread. */
    static void receive(
            @Nullable Socket socket,
            ReceivedPacket packet,
            Joining.Applicant client,
            HandlerThreads threads,
            DecodePermits permits) {
        Mailbox mailbox = client.mailbox();
        int size = packet.size();
        if (socket == null || !socket.claimAck(packet.ackId())) {
            mailbox.receive(() -> check(packet, client), size);
            return;
        }
        mailbox.add(size);
        // Not through the mailbox: the handler that runs now may be waiting for this very ack.
        permits.run(packet.decodedSize(), threads::completeOrRun, () -> {
            try {
                give(socket, packet, client);
            } finally {
                mailbox.add(-size);
            }
        });
    }

    /** Nobody waits for this ack, but it must still be valid. */
    private static void check(ReceivedPacket packet, Joining.Applicant client) {
        if (client.mailbox().mayDecode(packet.decodedSize(), () -> check(packet, client))) {
            Elements unused = read(packet, client);
        }
    }

    private static void give(Socket socket, ReceivedPacket packet, Joining.Applicant client) {
        Elements values = read(packet, client);
        if (values != null) {
            socket.onAck(packet.ackId(), values);
        } else {
            socket.onNoAck(packet.ackId());
        }
    }

    private static @Nullable Elements read(ReceivedPacket packet, Joining.Applicant client) {
        try {
            return client.isBroken() ? null : packet.ack();
        } catch (MalformedPacketException malformed) {
            client.violation(malformed);
            return null;
        }
    }
}
