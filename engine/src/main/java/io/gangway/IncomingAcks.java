package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.ReceivedPacket;
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
            ClientSettings settings) {
        Mailbox mailbox = client.mailbox();
        int size = packet.size();
        if (socket == null || !socket.claimAck(packet.ackId())) {
            mailbox.receive(() -> check(packet, client), size);
            return;
        }
        mailbox.add(size);
        // Not through the mailbox: the handler that runs now may be waiting for this very ack.
        settings.mailbox().decoding().run(packet.decodedSize(), threads::completeOrRun, () -> {
            try {
                give(socket, packet, client);
            } finally {
                mailbox.add(-size);
            }
        });
    }

    /**
     * Handles a packet that may be an ack, for which a handler may be waiting. The packet has its turn in the mailbox as
     * well: if it is an event, it is handled there.
     */
    static void receiveIfAck(
            @Nullable Socket socket,
            ReceivedPacket packet,
            Joining.Applicant client,
            HandlerThreads threads,
            ClientSettings settings) {
        if (socket == null || !socket.isAwaited()) {
            return;
        }
        settings.mailbox().decoding().run(packet.decodedSize(), threads::completeOrRun, () -> {
            if (isAck(packet, client) && socket.claimAck(packet.ackId())) {
                give(socket, packet, client);
            }
        });
    }

    private static boolean isAck(ReceivedPacket packet, Joining.Applicant client) {
        try {
            return !client.isBroken() && packet.readType() == ReceivedPacket.Type.ACK;
        } catch (MalformedPacketException malformed) {
            client.violation(malformed);
            return false;
        }
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
