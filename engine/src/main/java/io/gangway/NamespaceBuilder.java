package io.gangway;

import com.google.gson.reflect.TypeToken;
import io.gangway.NamespaceDefinition.GatewayInterceptors;
import io.gangway.protocol.EventNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Configures a namespace: its handlers and interceptors.
 *
 * <p>Naming the same namespace again continues its configuration. Not thread-safe.
 */
public final class NamespaceBuilder {
    private final EngineBuilder engine;
    private final NamespaceDefinition definition;

    /** The interceptors of the Gateway being configured; null outside of one. */
    private final @Nullable GatewayInterceptors gateway;

    /** No generic types in the signature: see GuessedConstructorTest. */
    NamespaceBuilder(EngineBuilder engine, NamespaceDefinition definition, @Nullable GatewayInterceptors gateway) {
        this.engine = engine;
        this.definition = definition;
        this.gateway = gateway;
    }

    /**
     * Handles an event with all its arguments.
     *
     * @param event the event's name
     * @param handler handles the event
     * @param interceptors surround only this event, the first outermost
     * @return this builder
     * @throws IllegalArgumentException if the event has a handler already, or its name is reserved
     */
    public NamespaceBuilder on(String event, EventHandler<Arguments> handler, Interceptor... interceptors) {
        return on(event, TypeToken.get(Arguments.class), handler, interceptors);
    }

    /**
     * Handles an event with its first argument, read as {@code type}.
     *
     * @param <T> the type of the first argument
     * @param event the event's name
     * @param type the type of the first argument
     * @param handler handles the event
     * @param interceptors surround only this event, the first outermost
     * @return this builder
     * @throws IllegalArgumentException if the event has a handler already or its name is reserved; a type that Gson
     *     cannot read is refused by {@code build()}
     */
    public <T> NamespaceBuilder on(String event, Class<T> type, EventHandler<T> handler, Interceptor... interceptors) {
        return on(event, TypeToken.get(type), handler, interceptors);
    }

    /**
     * Handles an event with its first argument, read as {@code type}, such as {@code new TypeToken<List<Point>>() {}}.
     *
     * @param <T> the type of the first argument
     * @param event the event's name
     * @param type the type of the first argument
     * @param handler handles the event
     * @param interceptors surround only this event, the first outermost
     * @return this builder
     * @throws IllegalArgumentException if the event has a handler already or its name is reserved; a type that Gson
     *     cannot read is refused by {@code build()}
     */
    public <T> NamespaceBuilder on(
            String event, TypeToken<T> type, EventHandler<T> handler, Interceptor... interceptors) {
        Objects.requireNonNull(handler, "handler");
        requireName(event);
        if (EventNames.isReserved(event)) {
            throw new IllegalArgumentException(
                    "\"" + event + "\" is reserved by Socket.IO: no client can send it to namespace "
                            + definition.label() + "; for connects and disconnects, use onConnect and onDisconnect");
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

    /**
     * Runs for each admitted socket, before its first event is handled.
     *
     * @param handler is called with each socket
     * @return this builder
     */
    public NamespaceBuilder onConnect(ConnectHandler handler) {
        definition.connectHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Runs when a socket leaves, while {@link Socket#rooms()} still returns its rooms.
     *
     * @param handler is called with each socket
     * @return this builder
     */
    public NamespaceBuilder onDisconnecting(DisconnectHandler handler) {
        definition.disconnectingHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Runs when a socket has left the namespace and its rooms.
     *
     * @param handler is called with each socket
     * @return this builder
     */
    public NamespaceBuilder onDisconnect(DisconnectHandler handler) {
        definition.disconnectHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Runs after a socket has joined a room other than its own: an admitted socket at once, any other once it is admitted.
     *
     * @param listener is told of the socket and the room
     * @return this builder
     */
    public NamespaceBuilder onJoin(RoomListener listener) {
        definition.joinListeners().add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Runs after a socket has left a room, but not for the rooms that it leaves with the namespace: those are known in
     * {@link #onDisconnecting}.
     *
     * @param listener is told of the socket and the room
     * @return this builder
     */
    public NamespaceBuilder onLeave(RoomListener listener) {
        definition.leaveListeners().add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Runs after the connection of an admitted socket has changed from polling to WebSocket, which
     * {@link Socket#transport()} tells. A failure is logged.
     *
     * @param handler is called with each of the connection's sockets in this namespace
     * @return this builder
     */
    public NamespaceBuilder onUpgrade(ConnectHandler handler) {
        definition.upgradeHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Runs after {@link Socket#share} has changed a socket's data. A failure is logged.
     *
     * @param handler is called with the socket
     * @return this builder
     */
    public NamespaceBuilder onShare(ConnectHandler handler) {
        definition.shareHandlers().add(Objects.requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Calls the listener for every event that is sent to a socket of this node, once for each socket that a broadcast
     * reaches, as Node.js's {@code onAnyOutgoing}. Called on the thread that emits, before the event is queued: must not block.
     * An exception is logged. Events cost more with such a listener, and nothing without one.
     *
     * @param listener is called with the event and its receiver
     * @return this builder
     */
    public NamespaceBuilder onAnyOutgoing(EventListener listener) {
        definition.outgoingListeners().add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Handles an event that another server of the cluster sends to this namespace's servers, with
     * {@link Namespace#serverSideEmit} or its counterpart in Node.js.
     *
     * @param event the event's name
     * @param handler handles the event, and may answer it
     * @return this builder
     * @throws IllegalArgumentException if the server event has a handler already, or its name is reserved
     */
    public NamespaceBuilder onServerEvent(String event, ServerEventHandler handler) {
        Objects.requireNonNull(handler, "handler");
        requireName(event);
        if (EventNames.isReserved(event)) {
            throw new IllegalArgumentException("\"" + event
                    + "\" is reserved by Socket.IO: no server can send it to namespace " + definition.label());
        }
        if (definition.serverHandlers().putIfAbsent(event, handler) != null) {
            throw new IllegalArgumentException("server event \"" + event + "\" of namespace " + definition.label()
                    + " has a handler already: only one can answer");
        }
        return this;
    }

    /**
     * Handles events that have no handler: may answer, refuse or count them. Runs inside the interceptors, after
     * {@link #onAny}.
     *
     * <pre>{@code
     * .onUnhandled(event -> Ack.failed(new EngineException("Unknown event")))
     * }</pre>
     *
     * <p>Default: such an event gets no ack, as in Node.js, because stock clients take any ack as proof of delivery. A
     * warning, once per event name, lists the names that have a handler; for the first 100 names of a namespace, or of
     * all dynamic namespaces of one rule together, and not if an {@code onAny} listens. An interceptor may answer in
     * either case: see {@link Ack#isUnanswered}.
     *
     * @param handler handles these events
     * @return this builder
     * @throws IllegalArgumentException if the namespace has an onUnhandled already
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
     * What happens to this namespace's events for clients that read too slowly. Default {@link SlowClients#CLOSE}.
     *
     * @param slowClients disconnects these clients, or drops events
     * @return this builder
     */
    public NamespaceBuilder whenSlow(SlowClients slowClients) {
        definition.undelivered(definition.undelivered().with(Objects.requireNonNull(slowClients, "slowClients")));
        return this;
    }

    /**
     * Keeps nothing of this namespace for clients that are away, whatever {@link EngineBuilder#recovery} says: they get new
     * sessions, and their events have no additional argument. For a namespace whose events are out of date by then.
     *
     * @return this builder
     */
    public NamespaceBuilder withoutRecovery() {
        definition.undelivered(definition.undelivered().withoutRecovery());
        return this;
    }

    /**
     * Calls the listener for every event before its handler, also for events without a handler, which it does not
     * answer. An exception it throws is the event's failure.
     *
     * @param listener is called for every event
     * @return this builder
     */
    public NamespaceBuilder onAny(EventListener listener) {
        definition.listeners().add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Adds an interceptor around this namespace, inside those added before. Within a {@link Gateway}, its event stage
     * surrounds only that Gateway's events, its connect stage the whole namespace.
     *
     * @param interceptor surrounds connects, events and disconnects
     * @return this builder
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

    /**
     * Continues with another namespace of the same engine.
     *
     * @param name the namespace's name
     * @return the builder of that namespace
     */
    public NamespaceBuilder namespace(String name) {
        return outside("namespace").namespace(name);
    }

    /**
     * Lets {@code gateway} configure another namespace of the same engine.
     *
     * @param name the namespace's name
     * @param gateway configures the namespace
     * @return the engine's builder
     */
    public EngineBuilder namespace(String name, Gateway gateway) {
        return outside("namespace").namespace(name, gateway);
    }

    /**
     * Builds the engine. See {@link EngineBuilder#build()}.
     *
     * @return an engine that is not running yet
     */
    public Engine build() {
        return outside("build").build();
    }

    /**
     * Builds the engine and starts it. See {@link EngineBuilder#start()}.
     *
     * @return the engine, running
     */
    public Engine start() {
        return outside("start").start();
    }

    private void requireName(String event) {
        Objects.requireNonNull(event, "event");
        if (event.isEmpty()) {
            throw new IllegalArgumentException(
                    "an event of namespace " + definition.label() + " has no name: pass a name such as \"message\"");
        }
        if (event.equals("connection")) {
            throw new IllegalArgumentException("\"connection\" is Node.js's name for a client joining namespace "
                    + definition.label() + ": use onConnect(socket -> ..) instead");
        }
    }

    private EngineBuilder outside(String method) {
        if (gateway != null) {
            throw new IllegalStateException(method
                    + "() cannot be called in a Gateway, which configures only its own namespace: call it on "
                    + "the engine's builder");
        }
        return engine;
    }

    void configure(Gateway configurator) {
        Objects.requireNonNull(configurator, "gateway");
        configurator.configure(new NamespaceBuilder(engine, definition, new GatewayInterceptors(new ArrayList<>())));
    }
}
