package io.gangway;

import io.gangway.protocol.Emission;
import java.util.Collection;

/**
 * A socket as events on their way to the broker and back see it. Thread-safe.
 *
 * <p>Part of a {@link Member}, with which it is one object; not an interface, whose methods applications would see on a
 * {@link Socket}.
 */
abstract class Recipient extends Obligations {
    /** Whether it is in one of these rooms, of which its own id is one. */
    abstract boolean isInAny(Collection<String> rooms);

    /** Sends an event, or keeps it until the socket is admitted. */
    abstract void send(Emission emission);
}
