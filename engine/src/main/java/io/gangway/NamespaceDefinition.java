package io.gangway;

import com.google.gson.reflect.TypeToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of a namespace so far, or of the dynamic namespaces that one rule allows. */
final class NamespaceDefinition {
    /**
     * A handler and the interceptors around it.
     *
     * @param gatewayInterceptors the interceptors of the handler's Gateway, which may still grow
     * @param interceptors the event's own interceptors
     */
    record Registration<T>(
            TypeToken<T> type,
            EventHandler<T> handler,
            List<Interceptor> gatewayInterceptors,
            List<Interceptor> interceptors) {}

    /** The interceptors of one Gateway; the list grows while the Gateway is configured. */
    record GatewayInterceptors(List<Interceptor> list) {}

    private final String label;
    private final boolean dynamic;
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final List<Interceptor> connectInterceptors = new ArrayList<>();
    private final Map<String, Registration<?>> handlers = new LinkedHashMap<>();
    private final Map<String, ServerEventHandler> serverHandlers = new LinkedHashMap<>();
    private final List<EventListener> listeners = new ArrayList<>();
    private @Nullable UnhandledEventHandler unhandledHandler;
    private Undelivered undelivered = new Undelivered(SlowClients.CLOSE, true);
    private final List<ConnectHandler> connectHandlers = new ArrayList<>();
    private final List<DisconnectHandler> disconnectingHandlers = new ArrayList<>();
    private final List<DisconnectHandler> disconnectHandlers = new ArrayList<>();
    private final List<RoomListener> joinListeners = new ArrayList<>(0);
    private final List<RoomListener> leaveListeners = new ArrayList<>(0);
    private final List<ConnectHandler> upgradeHandlers = new ArrayList<>(0);
    private final List<ConnectHandler> shareHandlers = new ArrayList<>(0);
    private final List<EventListener> outgoingListeners = new ArrayList<>(0);

    private NamespaceDefinition(String label, boolean dynamic) {
        this.label = label;
        this.dynamic = dynamic;
    }

    /** A namespace with this name. */
    NamespaceDefinition(String name) {
        this(name, false);
    }

    /** @param label what stands for the dynamic namespaces, in messages and statistics */
    static NamespaceDefinition dynamic(String label) {
        return new NamespaceDefinition(label, true);
    }

    boolean isDynamic() {
        return dynamic;
    }

    String label() {
        return label;
    }

    /** The interceptors of the whole namespace, for both stages. */
    List<Interceptor> interceptors() {
        return interceptors;
    }

    /** The interceptors of Gateways, whose connect stage covers the whole namespace. */
    List<Interceptor> connectInterceptors() {
        return connectInterceptors;
    }

    Map<String, Registration<?>> handlers() {
        return handlers;
    }

    Map<String, ServerEventHandler> serverHandlers() {
        return serverHandlers;
    }

    List<EventListener> listeners() {
        return listeners;
    }

    /** The handler of events without a handler; null for the default. */
    @Nullable
    UnhandledEventHandler unhandledHandler() {
        return unhandledHandler;
    }

    void unhandledHandler(UnhandledEventHandler handler) {
        unhandledHandler = handler;
    }

    Undelivered undelivered() {
        return undelivered;
    }

    void undelivered(Undelivered undelivered) {
        this.undelivered = undelivered;
    }

    List<ConnectHandler> connectHandlers() {
        return connectHandlers;
    }

    List<DisconnectHandler> disconnectingHandlers() {
        return disconnectingHandlers;
    }

    List<DisconnectHandler> disconnectHandlers() {
        return disconnectHandlers;
    }

    List<RoomListener> joinListeners() {
        return joinListeners;
    }

    List<RoomListener> leaveListeners() {
        return leaveListeners;
    }

    List<ConnectHandler> upgradeHandlers() {
        return upgradeHandlers;
    }

    List<ConnectHandler> shareHandlers() {
        return shareHandlers;
    }

    List<EventListener> outgoingListeners() {
        return outgoingListeners;
    }
}
