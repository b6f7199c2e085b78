package io.gangway;

import java.util.function.BiFunction;

/**
 * Surrounds every connect, event and disconnect of a namespace; other frameworks call it a guard, a pipe, a filter or a
 * middleware.
 *
 * <p>Order: the engine's interceptors, the namespace's, the event's, then the handler. Runs on handler threads and may
 * block; to avoid blocking, return {@link Ack#later}. An exception it throws is a failure of the connect, event or
 * disconnect.
 */
public interface Interceptor {
    /**
     * Surrounds a socket's connect to a namespace. Until the socket is admitted it is in no room, none of its events
     * are handled, and events emitted to it wait.
     *
     * @param socket the socket
     * @param chain the inner interceptors, then the handler
     * @return a failure to refuse the client, which gets the exception's message and data as {@code connect_error};
     *     {@link Ack#later} to decide later; any other ack admits the socket, even without {@code chain.proceed()}
     * @throws Exception any failure; treated like {@link Ack#failed}
     */
    default Ack aroundConnect(Socket socket, Chain chain) throws Exception {
        return chain.proceed();
    }

    /**
     * Changes an event before this interceptor's {@link #aroundEvent}, the inner interceptors and the handler see it, as in
     * {@code event.with(trimmed)}; other frameworks call it a pipe. Outer interceptors still see the former one.
     *
     * @param event the event
     * @return the event itself, or one {@linkplain Event#with with other arguments}
     * @throws Exception any failure; the event's handling ends with it
     */
    default Event changeEvent(Event event) throws Exception {
        return event;
    }

    /**
     * Surrounds the handling of one event.
     *
     * @param event the event
     * @param chain the inner interceptors, then the handler
     * @return the answer to the client, usually that of {@code chain.proceed()}; without it, the handler does not run
     * @throws Exception any failure; treated like {@link Ack#failed}
     */
    default Ack aroundEvent(Event event, Chain chain) throws Exception {
        return chain.proceed();
    }

    /**
     * Surrounds the disconnect handlers of a socket that leaves; a failure is logged.
     *
     * @param socket the socket
     * @param reason why the socket leaves
     * @param chain the inner interceptors, then the handler
     * @return usually the ack of {@code chain.proceed()}; without it, the handlers do not run
     * @throws Exception any failure; treated like {@link Ack#failed}
     */
    default Ack aroundDisconnect(Socket socket, DisconnectReason reason, Chain chain) throws Exception {
        return chain.proceed();
    }

    /**
     * Replaces failures of one type inside this interceptor: of connects, events, late acks and disconnect handlers.
     * The ack that {@code handler} returns replaces the failure, so that the client is told once: {@link Ack#failed}
     * with another exception, an answer, or {@link Ack#empty()} if the handler has told the client itself.
     *
     * @param <X> the type of the failure
     * @param type the type of the failures
     * @param handler returns the ack that replaces the failure
     * @return the interceptor
     */
    static <X extends Throwable> Interceptor onError(Class<X> type, BiFunction<? super X, Socket, Ack> handler) {
        return new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                return chain.proceed().recover(type, failure -> handler.apply(failure, socket));
            }

            @Override
            public Ack aroundEvent(Event event, Chain chain) {
                return chain.proceed().recover(type, failure -> handler.apply(failure, event.socket()));
            }

            @Override
            public Ack aroundDisconnect(Socket socket, DisconnectReason reason, Chain chain) {
                return chain.proceed().recover(type, failure -> handler.apply(failure, socket));
            }
        };
    }
}
