package io.gangway;

/**
 * Checks the payloads of typed handlers before the handlers run.
 *
 * <p>An engine whose builder sets no validator uses one found by {@link java.util.ServiceLoader}, so that
 * jakarta.validation is used if it is on the class path.
 */
@FunctionalInterface
public interface PayloadValidator {
    /**
     * Called on a handler thread with the handler's first argument.
     *
     * @param event the event's name
     * @param payload the payload
     * @throws InvalidPayloadException if the payload must not reach the handler
     */
    void validate(String event, Object payload);
}
