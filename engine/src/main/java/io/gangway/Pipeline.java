package io.gangway;

import com.google.gson.reflect.TypeToken;
import io.gangway.protocol.JsonBinding;
import io.gangway.tasks.Mailbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The way into a namespace, composed once: interceptors from the outside in, then the handler. Immutable.
 *
 * <p>Whatever throws on the way comes out as {@link Ack#failed}; nothing is thrown.
 */
final class Pipeline {
    private static final String NO_ACK = "a handler returned no Ack; Ack.empty() says there is none";

    /** One station on the way; never throws. */
    private interface Step<X> {
        Ack run(X entering);
    }

    private interface Around<X> {
        Ack around(Interceptor interceptor, X entering, Chain chain) throws Exception;
    }

    /** A socket that leaves. */
    private record Departure(Socket socket, DisconnectReason reason) {}

    private final PayloadValidator validator;
    private final Step<Socket> connect;
    private final Map<String, Step<Event>> events = new HashMap<>();
    private final Step<Event> unknown;
    private final Step<Departure> disconnect;
    private final boolean hearsOfLeaving;
    private final Map<String, ServerEventHandler> serverHandlers;
    private final UnhandledEvents unhandledServerEvents;

    Pipeline(List<Interceptor> engine, NamespaceDefinition definition, PayloadValidator validator) {
        this.validator = validator;
        List<Interceptor> outer = new ArrayList<>(engine);
        outer.addAll(definition.interceptors());

        List<Interceptor> atConnect = new ArrayList<>(outer);
        atConnect.addAll(definition.connectInterceptors());
        List<ConnectHandler> connectHandlers = List.copyOf(definition.connectHandlers());
        connect = aroundConnect(atConnect, socket -> admit(socket, connectHandlers));

        List<EventListener> listeners = List.copyOf(definition.listeners());
        definition.handlers().forEach((name, registration) -> {
            List<Interceptor> around = new ArrayList<>(outer);
            around.addAll(registration.gatewayInterceptors());
            around.addAll(registration.interceptors());
            events.put(name, aroundEvent(around, inTurn(handler(listeners, registration))));
        });
        // Also through those of Gateways: one may answer an event that has no handler, as a renewed token's is.
        unknown = aroundEvent(atConnect, inTurn(unhandled(listeners, definition)));
        serverHandlers = Map.copyOf(definition.serverHandlers());
        unhandledServerEvents = new UnhandledEvents(
                "the server event ", definition.serverHandlers().keySet(), "onServerEvent(..) adds one");
        List<DisconnectHandler> disconnecting = List.copyOf(definition.disconnectingHandlers());
        List<DisconnectHandler> disconnected = List.copyOf(definition.disconnectHandlers());
        hearsOfLeaving = !(atConnect.isEmpty() && disconnecting.isEmpty() && disconnected.isEmpty());
        disconnect = composed(
                atConnect,
                (interceptor, departure, chain) ->
                        interceptor.aroundDisconnect(departure.socket, departure.reason, chain),
                departure -> runAll(departure, disconnecting, disconnected));
    }

    /** Leads a socket in; unless the ack failed it has been admitted and its connect handlers have run. */
    Ack connect(Socket socket) {
        return connect.run(socket);
    }

    Ack event(Event event) {
        return answering(event, events.getOrDefault(event.name(), unknown));
    }

    /** An event of another server; no interceptor is concerned with it, for no client has a part in it. */
    Ack serverEvent(String namespace, String name, Arguments arguments) {
        ServerEventHandler handler = serverHandlers.get(name);
        if (handler == null) {
            unhandledServerEvents.warn(namespace, name);
            return Ack.unanswered();
        }
        try {
            return Objects.requireNonNull(handler.handle(arguments), NO_ACK);
        } catch (Throwable failure) {
            return Ack.failed(failure);
        }
    }

    /** Whether anybody is there to be told of a disconnect: if not, no thread need be woken for it. */
    boolean hearsOfLeaving() {
        return hearsOfLeaving;
    }

    /** Tells the disconnect handlers; what fails among them stands in the log, for the client is gone. */
    void disconnect(Socket socket, DisconnectReason reason) {
        disconnect.run(new Departure(socket, reason)).settle(ack -> {
            socket.forgetRooms();
            Throwable failure = ack.failure();
            if (failure != null) {
                Failures.log(failure, "a disconnect handler of " + socket);
            }
        });
    }

    /** Each of the handlers runs, whatever the others do. */
    private static Ack runAll(
            Departure departure, List<DisconnectHandler> disconnecting, List<DisconnectHandler> disconnected) {
        List<Throwable> failures = new ArrayList<>(0);
        tell(departure, disconnecting, failures);
        departure.socket.forgetRooms();
        tell(departure, disconnected, failures);
        if (failures.isEmpty()) {
            return Ack.empty();
        }
        Throwable first = failures.get(0);
        failures.subList(1, failures.size()).stream()
                .filter(other -> other != first)
                .forEach(first::addSuppressed);
        return Ack.failed(first);
    }

    private static void tell(Departure departure, List<DisconnectHandler> handlers, List<Throwable> failures) {
        for (DisconnectHandler handler : handlers) {
            try {
                handler.onDisconnect(departure.socket, departure.reason);
            } catch (Throwable failure) {
                failures.add(failure);
            }
        }
    }

    private static Ack admit(Socket socket, List<ConnectHandler> handlers) {
        return inTurn(socket, () -> {
            if (!socket.admit()) {
                return Ack.failed(new DisconnectedException("the client left before it was admitted"));
            }
            for (ConnectHandler handler : handlers) {
                try {
                    handler.onConnect(socket);
                } catch (Throwable failure) {
                    return Ack.failed(failure);
                }
            }
            return Ack.empty();
        });
    }

    private <T> Step<Event> handler(List<EventListener> listeners, NamespaceDefinition.Registration<T> registration) {
        TypeToken<T> type = registration.type();
        boolean raw = type.getRawType() == Arguments.class;
        EventHandler<T> handler = registration.handler();
        return event -> {
            try {
                for (EventListener listener : listeners) {
                    listener.onEvent(event);
                }
                @SuppressWarnings("unchecked") // T is Arguments
                T data = raw ? (T) event.arguments() : event.arguments().get(0, type);
                if (!raw) {
                    validator.validate(event.name(), data);
                }
                return Objects.requireNonNull(handler.handle(event, data), NO_ACK);
            } catch (Throwable failure) {
                return Ack.failed(failure);
            }
        };
    }

    /** Nobody handles this event: stock clients take any ack for its delivery, so it gets none. */
    private static Step<Event> unhandled(List<EventListener> listeners, NamespaceDefinition definition) {
        UnhandledEventHandler handler = definition.unhandledHandler();
        UnhandledEvents unhandled = new UnhandledEvents(
                "",
                definition.handlers().keySet(),
                "on(..) adds one, onUnhandled(..) takes the rest; until then clients get no answer");
        return event -> {
            try {
                for (EventListener listener : listeners) {
                    listener.onEvent(event);
                }
                if (handler != null) {
                    return Objects.requireNonNull(handler.handle(event), NO_ACK);
                }
            } catch (Throwable failure) {
                return Ack.failed(failure);
            }
            if (listeners.isEmpty()) {
                unhandled.warn(event.socket().namespace().name(), event.name());
            }
            return Ack.unanswered();
        };
    }

    /** Handlers keep their connection's order even if an interceptor goes on later, from another thread. */
    private static Step<Event> inTurn(Step<Event> step) {
        return event -> inTurn(event.socket(), () -> answering(event, step));
    }

    /** Runs {@code step} in the connection's order: now if this is its turn, otherwise when the turn comes. */
    private static Ack inTurn(Socket socket, Supplier<Ack> step) {
        Mailbox mailbox = socket.mailbox();
        if (mailbox.isCurrent()) {
            return step.get();
        }
        CompletableFuture<Ack> outcome = new CompletableFuture<>();
        mailbox.post(() -> outcome.complete(step.get()));
        return Ack.later(outcome);
    }

    /** What is answered is written by the namespace's Gson, if it is wanted at all. */
    private static Ack answering(Event event, Step<Event> step) {
        JsonBinding binding =
                event.wantsAck() ? event.socket().here().emissions().binding() : null;
        JsonBinding outer = AnswerBinding.enter(binding);
        try {
            return step.run(event);
        } finally {
            AnswerBinding.leave(outer);
        }
    }

    private static Step<Event> aroundEvent(List<Interceptor> interceptors, Step<Event> innermost) {
        return composed(interceptors, Interceptor::aroundEvent, innermost);
    }

    private static <X> Step<X> composed(List<Interceptor> interceptors, Around<X> around, Step<X> innermost) {
        Step<X> composed = innermost;
        for (int i = interceptors.size() - 1; i >= 0; i--) {
            Interceptor interceptor = interceptors.get(i);
            Step<X> inner = composed;
            composed = entering -> guarded(interceptor, entering, () -> inner.run(entering), around);
        }
        return composed;
    }

    private static Step<Socket> aroundConnect(List<Interceptor> interceptors, Step<Socket> innermost) {
        Step<Socket> composed = innermost;
        for (int i = interceptors.size() - 1; i >= 0; i--) {
            Interceptor interceptor = interceptors.get(i);
            Step<Socket> inner = composed;
            composed = socket -> {
                AtomicBoolean proceeded = new AtomicBoolean();
                Chain chain = () -> proceeded.compareAndSet(false, true) ? inner.run(socket) : Ack.empty();
                // Whoever returns without a failure has nothing against the client, proceeded or not.
                return guarded(interceptor, socket, chain, Interceptor::aroundConnect)
                        .then(verdict -> verdict.failure() == null && !proceeded.get() ? chain.proceed() : verdict);
            };
        }
        return composed;
    }

    private static <X> Ack guarded(Interceptor interceptor, X entering, Chain chain, Around<X> around) {
        try {
            return Objects.requireNonNull(
                    around.around(interceptor, entering, chain),
                    () -> interceptor.getClass().getName() + " returned no Ack; Ack.empty() says there is none");
        } catch (Throwable failure) {
            return Ack.failed(failure);
        }
    }
}
