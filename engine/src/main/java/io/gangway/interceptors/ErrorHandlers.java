package io.gangway.interceptors;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.DisconnectedException;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.EventWriter;
import io.gangway.Interceptor;
import io.gangway.Socket;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Passes each failure to the handler of its class or of its nearest superclass, in whatever order the handlers were
 * added.
 *
 * <pre>
 *   engine.intercept(new ErrorHandlers()
 *           .on(IOException.class, (failure, socket) -&gt; Ack.failed(new EngineException("Try again later")))
 *           .on(Exception.class, (failure, socket) -&gt; ...));
 * </pre>
 *
 * <p>Handles the failures of everything inside this interceptor: connects, events, late acks, disconnect handlers. The
 * ack that a handler returns, or the exception it throws, replaces the failure; a failure without a handler passes on
 * outwards. Handlers run on the thread where the failure occurred: for a late ack, the thread that settles it.
 * Immutable and thread-safe.
 */
public final class ErrorHandlers implements Interceptor {
    private final Handlers handlers;

    /** Handlers by the class of failures they handle. */
    private record Handlers(Map<Class<?>, BiFunction<Throwable, Socket, Ack>> byType) {}

    /** Creates error handlers without any handler; {@link #on} adds one. */
    public ErrorHandlers() {
        this(new Handlers(Map.of()));
    }

    /** No generic types in the signature: see GuessedConstructorTest. */
    private ErrorHandlers(Handlers handlers) {
        this.handlers = handlers;
    }

    /**
     * Adds a handler.
     *
     * @param <X> the type of the failure
     * @param type the type of the failures
     * @param handler returns the ack that replaces the failure
     * @return error handlers with this one added
     * @throws IllegalArgumentException if {@code type} has a handler already
     */
    public <X extends Throwable> ErrorHandlers on(Class<X> type, BiFunction<? super X, Socket, Ack> handler) {
        Objects.requireNonNull(handler, "handler");
        if (handlers.byType.containsKey(type)) {
            throw new IllegalArgumentException(
                    type.getName() + " has a handler already: register one handler per exception class");
        }
        Map<Class<?>, BiFunction<Throwable, Socket, Ack>> more = new HashMap<>(handlers.byType);
        more.put(type, (failure, socket) -> handler.apply(type.cast(failure), socket));
        return new ErrorHandlers(new Handlers(more));
    }

    /**
     * Reports failures to clients in an event with this name, such as {@code "error"}, as NestJS's filters do: {@code
     * {"status":"error","error":{"message":..,"data":..},"timestamp":..}}.
     *
     * <p>Replaces the event {@code exception}, so that a client is told once: a failure reported by an ack or a
     * {@code connect_error} stays as it is. A failure other than an {@link EngineException} is reported as
     * {@link EngineException#forClient} puts it.
     *
     * @param event the name of the event that reports failures
     * @return the interceptor
     * @throws IllegalArgumentException if the name is blank or reserved
     */
    public static Interceptor asEvent(String event) {
        return new AsEvent(requireName(event), AsEvent.Told.WITHOUT_ACK);
    }

    /**
     * Like {@link #asEvent}, but also if the client expects an ack, as the filter in NestJS's guide does: first comes
     * the event, then the ack with the same message, data and error id. A refused connect is still reported only by
     * {@code connect_error}.
     *
     * @param event the name of the event that reports failures
     * @return the interceptor
     * @throws IllegalArgumentException if the name is blank or reserved
     */
    public static Interceptor asEventAndAck(String event) {
        return new AsEvent(requireName(event), AsEvent.Told.ALL);
    }

    private static String requireName(String event) {
        if (event.isBlank()) {
            throw new IllegalArgumentException("\"" + event
                    + "\" is not usable as the name of the event that reports failures; choose another, such "
                    + "as \"error\"");
        }
        return EventWriter.requireName(event);
    }

    @Override
    public Ack aroundConnect(Socket socket, Chain chain) {
        return handled(chain.proceed(), socket);
    }

    @Override
    public Ack aroundEvent(Event event, Chain chain) {
        return handled(chain.proceed(), event.socket());
    }

    @Override
    public Ack aroundDisconnect(Socket socket, DisconnectReason reason, Chain chain) {
        return handled(chain.proceed(), socket);
    }

    private Ack handled(Ack ack, Socket socket) {
        return ack.recover(Throwable.class, failure -> handle(failure, socket));
    }

    private Ack handle(Throwable failure, Socket socket) {
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            BiFunction<Throwable, Socket, Ack> handler = handlers.byType.get(type);
            if (handler != null) {
                return handler.apply(failure, socket);
            }
        }
        return Ack.failed(failure);
    }

    /** @param told the failures that the event reports */
    private record AsEvent(String event, Told told) implements Interceptor {
        private enum Told {
            WITHOUT_ACK,
            ALL
        }

        @Override
        public Ack aroundConnect(Socket socket, Chain chain) {
            return chain.proceed()
                    .recover(
                            Throwable.class,
                            // A refusal is reported by connect_error. Otherwise a connect handler failed.
                            failure -> socket.isConnected()
                                    ? tell(failure, socket, socket, told -> Ack.empty())
                                    : Ack.failed(failure));
        }

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            if (event.wantsAck() && told == Told.WITHOUT_ACK) {
                return chain.proceed();
            }
            Function<EngineException, Ack> answer = event.wantsAck() ? Ack::failed : told -> Ack.empty();
            return chain.proceed().recover(Throwable.class, failure -> tell(failure, event.socket(), event, answer));
        }

        private Ack tell(Throwable failure, Socket socket, Object where, Function<EngineException, Ack> answer) {
            if (failure instanceof DisconnectedException) {
                return Ack.failed(failure);
            }
            EngineException known = EngineException.forClient(failure, where);
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("message", known.getMessage());
            if (known.data() != null) {
                error.put("data", known.data());
            }
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", "error");
            body.put("error", error);
            body.put("timestamp", Instant.now().toString());
            socket.emit(event, body);
            return answer.apply(known);
        }
    }
}
