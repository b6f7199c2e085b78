package io.gangway;

import io.gangway.connection.CloseReason;

/** Keeps the clients of one engine; each of them asks and tells it. Thread-safe. */
interface ClientKeeper {
    /** Whether clients are leaving because the engine closes: their events and CONNECTs stay unhandled. */
    boolean isLeaving();

    /** The client's connection is closed; {@code detail} is for the log. */
    void gone(Client client, CloseReason reason, String detail);
}
