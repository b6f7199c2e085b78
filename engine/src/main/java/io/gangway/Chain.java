package io.gangway;

/**
 * The rest of the chain after an interceptor: further interceptors, then the handler or the admission of the socket.
 */
@FunctionalInterface
public interface Chain {
    /**
     * Continues the chain. Never throws an inner failure: it is returned as {@link Ack#failed}.
     *
     * @return the ack of the inner interceptors and the handler
     */
    Ack proceed();
}
