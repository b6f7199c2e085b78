package io.gangway.engineio;

/** One HTTP request of a polling client, to be answered once, on any thread, without blocking. Further answers are void. */
public interface HttpExchange {
    /** This request opens the session {@code sid}; comes before the answer. */
    default void opens(String sid) {}

    /**
     * Answers a poll with a payload of packets.
     *
     * @param utf8 the payload
     * @param sent runs when it has been written
     * @param failed runs instead when it could not be
     */
    void payload(byte[] utf8, Runnable sent, Runnable failed);

    /** Answers a POST whose packets were all taken. */
    void ok();

    /** Refuses the request. */
    void refuse(EngineIoError error);
}
