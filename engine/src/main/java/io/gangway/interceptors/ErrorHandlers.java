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
 * Gives each failure to the handler of its class, or else of its nearest superclass, whatever the order they are written in.
 *
 * <pre>
 *   engine.intercept(new ErrorHandlers()
 *           .on(IOException.class, (failure, socket) -&gt; Ack.failed(new EngineException("Try again later")))
 *           .on(Exception.class, (failure, socket) -&gt; ...));
 * </pre>
 *
 * <p>Failures come from all that is inside of it: connects, events, late acks, disconnect handlers. What a handler returns
 * takes the failure's place, what it throws too; a failure without a handler goes on outwards. Handlers run where the
 * failure came up: for a late ack on the thread that settles it. Immutable and thread-safe.
 */
public final class ErrorHandlers implements Interceptor {
    private final Handlers handlers;

    /** Handlers by the class of the failures that they get. */
    private record Handlers(Map<Class<?>, BiFunction<Throwable, Socket, Ack>> byType) {}

    /** No handlers yet; {@link #on} adds them. */
    public ErrorHandlers() {
        this(new Handlers(Map.of()));
    }

    /** Names no generic type: see GuessedConstructorTest. */
    private ErrorHandlers(Handlers handlers) {
        this.handlers = handlers;
    }

    /**
     * These handlers and one more.
     *
     * @throws IllegalArgumentException if {@code type} has a handler already
     */
    public <X extends Throwable> ErrorHandlers on(Class<X> type, BiFunction<? super X, Socket, Ack> handler) {
        Objects.requireNonNull(handler, "handler");
        if (handlers.byType.containsKey(type)) {
            throw new IllegalArgumentException(type.getName() + " has a handler already: one failure, one handler");
        }
        Map<Class<?>, BiFunction<Throwable, Socket, Ack>> more = new HashMap<>(handlers.byType);
        more.put(type, (failure, socket) -> handler.apply(type.cast(failure), socket));
        return new ErrorHandlers(new Handlers(more));
    }

    /**
     * Tells clients of failures as NestJS's filters do, in an event of this name, as {@code "error"}:
     * {@code {"status":"error","error":{"message":..,"data":..},"timestamp":..}}.
     *
     * <p>In place of the event {@code exception}, so that a client is told once: a failure that an ack or a
     * {@code connect_error} will carry goes on as it is. Of what is no {@link EngineException} the client is told what
     * {@link EngineException#forClient} makes of it.
     *
     * @throws IllegalArgumentException if the name is blank or reserved
     */
    public static Interceptor asEvent(String event) {
        return new AsEvent(requireName(event), AsEvent.Told.WITHOUT_ACK);
    }

    /**
     * The same also where an ack is owed, as the filter of NestJS's guide does: the event comes first, then the ack with the
     * same message, data and error id. A {@code connect_error} remains the only word of a refusal.
     *
     * @throws IllegalArgumentException if the name is blank or reserved
     */
    public static Interceptor asEventAndAck(String event) {
        return new AsEvent(requireName(event), AsEvent.Told.ALL);
    }

    private static String requireName(String event) {
        if (event.isBlank()) {
            throw new IllegalArgumentException("\"" + event
                    + "\" is no name for the event that tells of failures; it needs one, such as \"error\"");
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

    /** @param told of which failures the event tells */
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
                            // Refused: the connect_error tells it. Otherwise a connect handler failed.
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
