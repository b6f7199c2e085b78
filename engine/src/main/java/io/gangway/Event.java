package io.gangway;

/** One event on its way to its handler. */
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

    /** What came with it, the name not included. */
    public Arguments arguments() {
        return arguments;
    }

    /** Whether the client waits for an answer. */
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
