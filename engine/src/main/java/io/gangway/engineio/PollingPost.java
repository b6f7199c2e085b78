package io.gangway.engineio;

import io.gangway.connection.Account;

/**
 * An accepted POST whose body is still to be read: {@link #holds} while it arrives, then exactly one of the other methods
 * with the outcome.
 */
public interface PollingPost {
    /** The client's account. */
    Account account();

    /** The largest body accepted, in bytes: less from a client that no namespace has admitted. */
    int maxBytes();

    /**
     * Whether the body may be read on now. If not, the client is paused, and {@code later} runs when it is resumed, if the
     * request has not been answered by then.
     */
    boolean mayRead(Runnable later);

    /** Another part of the body has arrived: now so many bytes of memory hold it. */
    void holds(int bytes);

    /** The whole body has arrived, of so many bytes. */
    void received(int bytes);

    /** The body is complete: delivers its packets and answers the request. */
    void complete(String body);

    /**
     * The body is larger than {@link #maxBytes()}: answers 413. The session continues, unless no namespace has admitted
     * the client.
     */
    void tooLarge();

    /** The body could not be read or has an unsupported type: ends the session. */
    void fail(String detail);
}
