package io.gangway;

import io.gangway.connection.Connection;
import io.gangway.connection.Frame;

/** An ack that waits for the events before it that are on their way to the broker and back; the engine owes it so long. */
final class WaitingAck implements Obligations.Pending, Runnable {
    private final Obligations socket;
    private final Connection connection;
    private final Frame frame;

    private WaitingAck(Obligations socket, Connection connection, Frame frame) {
        this.socket = socket;
        this.connection = connection;
        this.frame = frame;
    }

    /** Whether an ack waits; if not, it is the caller's to send. */
    static boolean waits(Recipient socket, Connection connection, Frame frame, RoundTrips trips) {
        if (!trips.areUnderWay()) {
            return false;
        }
        WaitingAck ack = new WaitingAck(socket, connection, frame);
        socket.bind(ack); // before the event counts as handled, or a drain could disconnect the client in between
        boolean waits = trips.after(socket, ack);
        if (!waits) {
            socket.unbind(ack);
        }
        return waits;
    }

    @Override
    public void run() {
        if (socket.isConnected()) {
            connection.send(frame);
        }
        socket.unbind(this);
    }

    @Override
    public void onLeave() {}
}
