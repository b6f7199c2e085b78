package io.gangway.engineio;

/**
 * One HTTP request of a polling client. Answered once, on any thread, without blocking; further answers have no effect.
 */
public interface HttpExchange {
    /** This request opens the session {@code sid}; called before the answer. */
    default void opens(String sid) {}

    /**
     * Answers a GET with a payload of packets.
     *
     * @param utf8 the payload
     * @param sent runs when the payload has been written
     * @param failed runs instead if it could not be written
     */
    void payload(byte[] utf8, Runnable sent, Runnable failed);

    /** Answers a POST whose packets have all been accepted. */
    void ok();

    /** Refuses the request. */
    void refuse(EngineIoError error);

    /** About how many bytes of a {@link #payload} have left so far. */
    long progress();

    /** Breaks the connection over which a {@link #payload} is being written, unless it carries other requests too. */
    void abort();
}
