package io.gangway.engineio;

/** A POST that was let in: its body is still to be read, and one of these methods to be called once it is. */
public interface PollingPost {
    /** Here is the whole body: delivers its packets and answers the request. */
    void complete(String body);

    /** The body is larger than {@link EngineIoSettings#maxPayload()}: answers 413; the session lives on. */
    void tooLarge();

    /** The body could not be read, or is of a kind that is not taken: ends the session. */
    void fail(String detail);
}
