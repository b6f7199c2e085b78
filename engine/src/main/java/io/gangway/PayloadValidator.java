package io.gangway;

/**
 * Checks what typed handlers are given, before they are.
 *
 * <p>One that a {@link java.util.ServiceLoader} finds is used by every engine whose builder was given none: that is how
 * jakarta.validation is honoured where it is on the class path.
 */
@FunctionalInterface
public interface PayloadValidator {
    /**
     * Called where handlers run, with a handler's first argument.
     *
     * @throws InvalidPayloadException if it may not reach the handler
     */
    void validate(String event, Object payload);
}
