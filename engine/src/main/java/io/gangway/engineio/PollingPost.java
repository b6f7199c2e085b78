package io.gangway.engineio;

/** An accepted POST whose body is still to be read: exactly one of these methods is called with the outcome. */
public interface PollingPost {
    /** The body is complete: delivers its packets and answers the request. */
    void complete(String body);

    /** The body is larger than {@link EngineIoSettings#maxPayload()}: answers 413; the session continues. */
    void tooLarge();

    /** The body could not be read or has an unsupported type: ends the session. */
    void fail(String detail);
}
