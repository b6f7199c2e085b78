package io.gangway;

/** One event that is passed to its handler. */
public final class Event {
    private final Socket socket;
    private final String name;
    private final Arguments arguments;
    private final long ackId;

    Event(Socket socket, String name, Arguments arguments, long ackId) {
        this.socket = socket;
        this.name = name;
        this.arguments = arguments;
        this.ackId = ackId;
    }

    /** The socket that sent it. */
    public Socket socket() {
        return socket;
    }

    public String name() {
        return name;
    }

    /** The arguments, without the event's name. */
    public Arguments arguments() {
        return arguments;
    }

    /** Whether the client requested an ack. */
    public boolean wantsAck() {
        return ackId >= 0;
    }

    long ackId() {
        return ackId;
    }

    @Override
    public String toString() {
        return "Event[" + Quoted.of(name) + " from " + socket + "]";
    }
}
