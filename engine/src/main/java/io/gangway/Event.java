package io.gangway;

import io.gangway.protocol.Elements;
import org.jspecify.annotations.Nullable;

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

    /**
     * {@return the label under which {@link Engine#stats()} counts this event: its name if it has a handler of its own, else
     * {@code other}} Unlike the name, no client chooses it.
     */
    public String label() {
        return socket.here().counts().labelOf(name);
    }

    /** {@return the arguments, without the event's name} */
    public Arguments arguments() {
        return arguments;
    }

    /**
     * {@return the same event with other arguments, for {@link Interceptor#changeEvent}}
     *
     * @param values any values that Gson can write; handlers read them as if the client had sent them
     * @throws IllegalArgumentException if a value cannot be written
     */
    public Event with(@Nullable Object... values) {
        Elements written = socket.here().emissions().elements(Arguments.list(values));
        return new Event(socket, name, new Arguments(name, written), ackId);
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
