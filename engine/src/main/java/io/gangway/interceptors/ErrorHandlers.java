package io.gangway.interceptors;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.DisconnectedException;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.Socket;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger log = LoggerFactory.getLogger(ErrorHandlers.class);

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
     * {@code connect_error} will carry goes on as it is. Of what is no {@link EngineException} the client is told "Internal
     * server error" and an id, under which the failure stands in the log.
     */
    public static Interceptor asEvent(String event) {
        if (event.isBlank()) {
            throw new IllegalArgumentException("the event that tells of failures needs a name, such as \"error\"");
        }
        return new AsEvent(event);
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

    private record AsEvent(String event) implements Interceptor {
        @Override
        public Ack aroundConnect(Socket socket, Chain chain) {
            return chain.proceed()
                    .recover(
                            Throwable.class,
                            // Refused: the connect_error tells it. Otherwise a connect handler failed.
                            failure -> socket.isConnected() ? tell(failure, socket, socket) : Ack.failed(failure));
        }

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return event.wantsAck()
                    ? chain.proceed()
                    : chain.proceed().recover(Throwable.class, failure -> tell(failure, event.socket(), event));
        }

        private Ack tell(Throwable failure, Socket socket, Object where) {
            if (failure instanceof DisconnectedException) {
                return Ack.failed(failure);
            }
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", "error");
            body.put(
                    "error",
                    failure instanceof EngineException known
                            ? error(known.getMessage(), known.data())
                            : masked(failure, where));
            body.put("timestamp", Instant.now().toString());
            socket.emit(event, body);
            return Ack.empty();
        }

        private static Map<String, Object> masked(Throwable failure, Object where) {
            String id = UUID.randomUUID().toString();
            log.error("{} failed, error {}", where, id, failure);
            return error("Internal server error", Map.of("errorId", id));
        }

        private static Map<String, Object> error(String message, @Nullable Object data) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("message", message);
            if (data != null) {
                error.put("data", data);
            }
            return error;
        }
    }
}
