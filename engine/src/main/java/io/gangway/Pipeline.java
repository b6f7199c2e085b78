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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The chain of a namespace, composed once: interceptors from the outermost to the innermost, then the handler.
 * Immutable.
 *
 * <p>An exception in the chain becomes {@link Ack#failed}; nothing is thrown.
 */
final class Pipeline {
    private static final String NO_ACK =
            "a handler returned null instead of an Ack; return Ack.empty() to answer without values";

    /** One step of the chain; never throws. */
    private interface Step<X> {
        Ack run(X entering);
    }

    private interface Around<X> {
        Ack around(Interceptor interceptor, X entering, Chain chain) throws Exception;
    }

    /** A leaving socket and its reason. */
    private record Departure(Socket socket, DisconnectReason reason) {}

    /** How events of one name are handled, and where their outcomes are counted. */
    static final class Handling {
        private final Step<Event> step;
        private final EventCounts counts;
        private final Observers observers;

        private Handling(Step<Event> step, EventCounts counts, Observers observers) {
            this.step = step;
            this.counts = counts;
            this.observers = observers;
        }

        Ack handle(Event event) {
            if (observers.areWatching()) {
                observers.tell(observer -> observer.onReceived(event));
            }
            return answering(event, step);
        }

        EventCounts counts() {
            return counts;
        }
    }

    private final NamespaceCounts counts;
    private final SocketHooks hooks;
    private final Observers observers;
    private final Undelivered undelivered;
    private final PayloadValidator validator;
    private final List<ConnectHandler> connectHandlers;
    private final Step<Socket> connect;
    private final Map<String, Handling> events = new HashMap<>();
    private final Handling unknown;
    private final Step<Departure> disconnect;
    private final boolean hearsOfLeaving;
    private final Map<String, ServerEventHandler> serverHandlers;
    private final UnhandledEvents unhandledServerEvents;

    Pipeline(Surroundings engine, NamespaceDefinition definition) {
        this.counts = new NamespaceCounts(
                definition.label(),
                definition.isDynamic(),
                definition.handlers().keySet());
        this.observers = engine.observers();
        this.hooks = new SocketHooks(definition, observers);
        this.undelivered = definition.undelivered();
        this.validator = engine.validator();
        List<Interceptor> outer = new ArrayList<>(engine.interceptors());
        outer.addAll(definition.interceptors());

        List<Interceptor> atConnect = new ArrayList<>(outer);
        atConnect.addAll(definition.connectInterceptors());
        connectHandlers = List.copyOf(definition.connectHandlers());
        connect = aroundConnect(atConnect, this::admit);

        List<EventListener> listeners = List.copyOf(definition.listeners());
        definition.handlers().forEach((name, registration) -> {
            List<Interceptor> around = new ArrayList<>(outer);
            around.addAll(registration.gatewayInterceptors());
            around.addAll(registration.interceptors());
            Step<Event> step = aroundEvent(around, inTurn(handler(listeners, registration)));
            events.put(name, new Handling(step, counts.event(name), observers));
        });
        // Also through the Gateways' interceptors: one may answer an event without a handler, such as the event with a
        // renewed token.
        unknown = new Handling(
                aroundEvent(atConnect, inTurn(unhandled(listeners, definition))), counts.others(), observers);
        serverHandlers = Map.copyOf(definition.serverHandlers());
        unhandledServerEvents = new UnhandledEvents(
                "the server event ", definition.serverHandlers().keySet(), "add one with onServerEvent(..)");
        List<DisconnectHandler> disconnecting = List.copyOf(definition.disconnectingHandlers());
        List<DisconnectHandler> disconnected = List.copyOf(definition.disconnectHandlers());
        hearsOfLeaving = !(atConnect.isEmpty() && disconnecting.isEmpty() && disconnected.isEmpty());
        disconnect = composed(
                atConnect,
                (interceptor, departure, chain) ->
                        interceptor.aroundDisconnect(departure.socket, departure.reason, chain),
                departure -> runAll(departure, disconnecting, disconnected));
    }

    /** Connects a socket; unless the ack failed, it has been admitted and its connect handlers have run. */
    Ack connect(Socket socket) {
        if (!socket.skipsInterceptors()) {
            return connect.run(socket);
        }
        return fetched(socket, () -> socket.rejoin() ? admitted(socket) : connect.run(socket));
    }

    /** How events of this name are handled. */
    Handling event(String name) {
        return events.getOrDefault(name, unknown);
    }

    /** Handles an event of another server, without interceptors, because no client is involved. */
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

    /** Whether disconnects have any handler or interceptor: if not, no thread need wake up for one. */
    boolean hearsOfLeaving() {
        return hearsOfLeaving || observers.areWatching();
    }

    /** Runs the disconnect handlers; failures are logged, because the client has left. */
    void disconnect(Socket socket, DisconnectReason reason) {
        disconnect.run(new Departure(socket, reason)).settle(ack -> {
            socket.forgetRooms();
            observers.tell(observer -> observer.onDisconnect(socket, reason));
            Throwable failure = ack.failure();
            if (failure != null) {
                Failures.log(failure, "a disconnect handler of " + socket);
            }
        });
    }

    /** Runs all handlers, even if some fail. */
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

    private Ack admit(Socket socket) {
        return inTurn(
                socket,
                () -> fetched(socket, () -> {
                    if (!socket.admit()) {
                        return Ack.failed(new DisconnectedException("the client left before it was admitted"));
                    }
                    return admitted(socket);
                }));
    }

    /** Goes on when what the client missed is here, in the connection's order. */
    private static Ack fetched(Socket socket, Supplier<Ack> next) {
        CompletionStage<Void> missed = socket.fetch();
        return missed == null ? next.get() : Ack.later(missed.thenApply(here -> inTurn(socket, next)));
    }

    private Ack admitted(Socket socket) {
        observers.tell(observer -> observer.onConnect(socket));
        return runAll(socket, connectHandlers);
    }

    /** Counts what happens in the namespaces that have this pipeline. */
    NamespaceCounts counts() {
        return counts;
    }

    /** The listeners of what happens to sockets. */
    SocketHooks hooks() {
        return hooks;
    }

    private static Ack runAll(Socket socket, List<ConnectHandler> handlers) {
        for (ConnectHandler handler : handlers) {
            try {
                handler.onConnect(socket);
            } catch (Throwable failure) {
                return Ack.failed(failure);
            }
        }
        return Ack.empty();
    }

    /** What happens to the namespace's events for clients that read too slowly. */
    Undelivered undelivered() {
        return undelivered;
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

    /** Handles an event without a handler: it gets no ack, because stock clients take any ack as proof of delivery. */
    private static Step<Event> unhandled(List<EventListener> listeners, NamespaceDefinition definition) {
        UnhandledEventHandler handler = definition.unhandledHandler();
        UnhandledEvents unhandled = new UnhandledEvents(
                "",
                definition.handlers().keySet(),
                "add one with on(..), or handle the others with onUnhandled(..); until then clients get no ack");
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

    /** Keeps handlers in their connection's order even if an interceptor continues later, on another thread. */
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

    /** Acks are written by the namespace's Gson, if the client requested one. */
    private static Ack answering(Event event, Step<Event> step) {
        JsonBinding binding =
                event.wantsAck() ? event.socket().here().emissions().binding() : null;
        JsonBinding outer = AnswerBinding.enter(binding);
        if (outer == binding) {
            return step.run(event); // within a step that has entered it
        }
        try {
            return step.run(event);
        } finally {
            AnswerBinding.leave(outer);
        }
    }

    private static Step<Event> aroundEvent(List<Interceptor> interceptors, Step<Event> innermost) {
        Step<Event> composed = innermost;
        for (int i = interceptors.size() - 1; i >= 0; i--) {
            Interceptor interceptor = interceptors.get(i);
            Step<Event> inner = composed;
            composed = event -> {
                Event changed;
                try {
                    changed = Objects.requireNonNull(
                            interceptor.changeEvent(event),
                            () -> interceptor.getClass().getName() + ".changeEvent returned null; return the event");
                } catch (Throwable failure) {
                    return Ack.failed(failure);
                }
                return guarded(interceptor, changed, () -> inner.run(changed), Interceptor::aroundEvent);
            };
        }
        return composed;
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
                // An interceptor that returns without a failure admits the client, even without proceeding.
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
                    () -> interceptor.getClass().getName() + " returned null instead of an Ack; return "
                            + "Ack.empty() to answer without values");
        } catch (Throwable failure) {
            return Ack.failed(failure);
        }
    }
}
