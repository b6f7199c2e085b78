package io.gangway;

import com.google.gson.reflect.TypeToken;
import io.gangway.NamespaceDefinition.GatewayInterceptors;
import io.gangway.protocol.EventNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what a namespace does: its handlers and interceptors.
 *
 * <p>Naming a namespace again continues it. Not thread-safe.
 */
public final class NamespaceBuilder {
    private final EngineBuilder engine;
    private final NamespaceDefinition definition;

    /** The interceptors of the Gateway that is being configured; null outside of one. */
    private final @Nullable GatewayInterceptors gateway;

    /** Names no generic type: see GuessedConstructorTest. */
    NamespaceBuilder(EngineBuilder engine, NamespaceDefinition definition, @Nullable GatewayInterceptors gateway) {
        this.engine = engine;
        this.definition = definition;
        this.gateway = gateway;
    }

    /**
     * Handles an event with all its arguments.
     *
     * @param interceptors surround this event alone, the first outermost
     * @throws IllegalArgumentException if the event has a handler already, or its name is reserved
     */
    public NamespaceBuilder on(String event, EventHandler<Arguments> handler, Interceptor... interceptors) {
        return on(event, TypeToken.get(Arguments.class), handler, interceptors);
    }

    /**
     * Handles an event with its first argument, read as {@code type}.
     *
     * @param interceptors surround this event alone, the first outermost
     * @throws IllegalArgumentException if the event has a handler already or its name is reserved; a type that Gson cannot
     *     read is refused by {@code build()}
     */
    public <T> NamespaceBuilder on(String event, Class<T> type, EventHandler<T> handler, Interceptor... interceptors) {
        return on(event, TypeToken.get(type), handler, interceptors);
    }

    /**
     * Handles an event with its first argument, read as {@code type}, such as {@code new TypeToken<List<Point>>() {}}.
     *
     * @param interceptors surround this event alone, the first outermost
     * @throws IllegalArgumentException if the event has a handler already or its name is reserved; a type that Gson cannot
     *     read is refused by {@code build()}
     */
    public <T> NamespaceBuilder on(
            String event, TypeToken<T> type, EventHandler<T> handler, Interceptor... interceptors) {
        Objects.requireNonNull(handler, "handler");
        requireName(event);
        if (EventNames.isReserved(event)) {
            throw new IllegalArgumentException(
                    "\"" + event + "\" is Socket.IO's own: no client can send it to namespace " + definition.label()
                            + "; for connects and disconnects there are onConnect and onDisconnect");
        }
        if (definition.handlers().containsKey(event)) {
            throw new IllegalArgumentException("event \"" + event + "\" of namespace " + definition.label()
                    + " has a handler already: only one can answer; onAny hears it besides");
        }
        Objects.requireNonNull(type, "type");
        for (Interceptor interceptor : interceptors) {
            Objects.requireNonNull(interceptor, "interceptor");
        }
        definition
                .handlers()
                .put(
                        event,
                        new NamespaceDefinition.Registration<>(
                                type, handler, gateway == null ? List.of() : gateway.list(), List.of(interceptors)));
        return this;
    }

    /** Runs for each socket that was admitted, before its first event is handled. */
    public NamespaceBuilder onConnect(ConnectHandler handler) {
        definition.connectHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /** Runs when a socket leaves, while {@link Socket#rooms()} still tells where it was. */
    public NamespaceBuilder onDisconnecting(DisconnectHandler handler) {
        definition.disconnectingHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /** Runs when a socket has left, and its rooms too. */
    public NamespaceBuilder onDisconnect(DisconnectHandler handler) {
        definition.disconnectHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Handles an event that another server of the cluster sends to this namespace's servers, by
     * {@link Namespace#serverSideEmit} or Node.js's.
     *
     * @throws IllegalArgumentException if the event has such a handler already, or its name is reserved
     */
    public NamespaceBuilder onServerEvent(String event, ServerEventHandler handler) {
        Objects.requireNonNull(handler, "handler");
        requireName(event);
        if (EventNames.isReserved(event)) {
            throw new IllegalArgumentException(
                    "\"" + event + "\" is Socket.IO's own: no server can send it to namespace " + definition.label());
        }
        if (definition.serverHandlers().putIfAbsent(event, handler) != null) {
            throw new IllegalArgumentException("server event \"" + event + "\" of namespace " + definition.label()
                    + " has a handler already: only one can answer");
        }
        return this;
    }

    /**
     * Decides about the events that have no handler: may answer, refuse or count them. Runs inside of the interceptors, after
     * {@link #onAny}.
     *
     * <pre>{@code
     * .onUnhandled(event -> Ack.failed(new EngineException("Unknown event")))
     * }</pre>
     *
     * <p>Default: such an event gets no answer, as in Node.js, since stock clients take any ack for its delivery. Once for each
     * name a warning lists the names that have a handler, for the first 100 names of a namespace, or of all those that one rule
     * allows together; not where an {@code onAny} hears them. An interceptor may answer in either case: see
     * {@link Ack#isUnanswered}.
     *
     * @throws IllegalArgumentException if the namespace has such a handler already
     */
    public NamespaceBuilder onUnhandled(UnhandledEventHandler handler) {
        Objects.requireNonNull(handler, "handler");
        if (definition.unhandledHandler() != null) {
            throw new IllegalArgumentException(
                    "namespace " + definition.label() + " has an onUnhandled already: only one can answer");
        }
        definition.unhandledHandler(handler);
        return this;
    }

    /**
     * Hears every event before its handler does, also those that have none, which it does not answer. What it throws is the
     * event's failure.
     */
    public NamespaceBuilder onAny(EventListener listener) {
        definition.listeners().add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Surrounds all that enters this namespace, inside of those before. Within a {@link Gateway} its events stage surrounds
     * that Gateway's events, its connect stage the namespace.
     */
    public NamespaceBuilder intercept(Interceptor interceptor) {
        Objects.requireNonNull(interceptor, "interceptor");
        if (gateway == null) {
            definition.interceptors().add(interceptor);
        } else {
            gateway.list().add(interceptor);
            definition.connectInterceptors().add(interceptor);
        }
        return this;
    }

    /** Goes on to another namespace of the same engine. */
    public NamespaceBuilder namespace(String name) {
        return outside("namespace").namespace(name);
    }

    /** Has {@code gateway} configure another namespace of the same engine. */
    public EngineBuilder namespace(String name, Gateway gateway) {
        return outside("namespace").namespace(name, gateway);
    }

    /** See {@link EngineBuilder#build()}. */
    public Engine build() {
        return outside("build").build();
    }

    /** See {@link EngineBuilder#start()}. */
    public Engine start() {
        return outside("start").start();
    }

    private void requireName(String event) {
        Objects.requireNonNull(event, "event");
        if (event.isEmpty()) {
            throw new IllegalArgumentException(
                    "an event of namespace " + definition.label() + " has no name: it needs one, such as \"message\"");
        }
        if (event.equals("connection")) {
            throw new IllegalArgumentException("\"connection\" is what Node.js calls it when a client joins namespace "
                    + definition.label() + ": here that is onConnect(socket -> ..)");
        }
    }

    private EngineBuilder outside(String method) {
        if (gateway != null) {
            throw new IllegalStateException(method
                    + "() is not for a Gateway to call: it configures one namespace, the engine's builder the rest");
        }
        return engine;
    }

    void configure(Gateway configurator) {
        Objects.requireNonNull(configurator, "gateway");
        configurator.configure(new NamespaceBuilder(engine, definition, new GatewayInterceptors(new ArrayList<>())));
    }
}
