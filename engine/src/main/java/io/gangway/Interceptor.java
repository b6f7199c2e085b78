package io.gangway;

import java.util.function.BiFunction;

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

    /**
     * Surrounds the disconnect handlers of a socket that leaves; a failure that comes out stands in the log.
     *
     * @return as a rule the ack of {@code chain.proceed()}; without proceeding, the handlers do not run
     */
    default Ack aroundDisconnect(Socket socket, DisconnectReason reason, Chain chain) throws Exception {
        return chain.proceed();
    }

    /**
     * Turns failures of one type into another outcome, wherever inside of this interceptor they come from: connects,
     * events, late acks, disconnect handlers. What {@code handler} returns takes the failure's place, so that the client is
     * told once: {@link Ack#failed} with another exception, an answer, or {@link Ack#empty()} if it told the client itself.
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
