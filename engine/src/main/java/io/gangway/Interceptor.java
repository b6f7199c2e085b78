package io.gangway;

/**
 * Sees everything that enters a namespace: what elsewhere is a guard, a pipe, a filter or a middleware.
 *
 * <p>Order: those of the engine, of the namespace, of the event, then the handler. Runs where handlers run and may block;
 * one that would rather not returns {@link Ack#later}. Whatever it throws is a failure of what it surrounds.
 */
public interface Interceptor {
    /**
     * Surrounds a socket's way into a namespace. Until it is admitted the socket is in no room and nothing it sends is
     * handled; what is emitted to it waits.
     *
     * @return a failure to refuse the client, which gets the exception's message and data as {@code connect_error};
     *     {@link Ack#later} for a verdict to come; otherwise the socket is admitted, whether by {@code chain.proceed()} or
     *     by returning without it
     */
    default Ack aroundConnect(Socket socket, Chain chain) throws Exception {
        return chain.proceed();
    }

    /**
     * Surrounds the handling of one event.
     *
     * @return the answer to the client, as a rule that of {@code chain.proceed()}; without proceeding, the handler does not
     *     run
     */
    default Ack aroundEvent(Event event, Chain chain) throws Exception {
        return chain.proceed();
    }
}
