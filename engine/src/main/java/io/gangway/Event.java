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

    /** {@return the socket that sent the event} */
    public Socket socket() {
        return socket;
    }

    /** {@return the event's name} */
    public String name() {
        return name;
    }

    /** {@return the arguments, without the event's name} */
    public Arguments arguments() {
        return arguments;
    }

    /** {@return whether the client requested an ack} */
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
