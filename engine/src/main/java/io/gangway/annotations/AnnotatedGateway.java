package io.gangway.annotations;

import com.google.gson.reflect.TypeToken;
import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.BroadcastOperator;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.Event;
import io.gangway.EventHandler;
import io.gangway.Gateway;
import io.gangway.Handshake;
import io.gangway.Interceptor;
import io.gangway.NamespaceBuilder;
import io.gangway.RemoteSocket;
import io.gangway.Socket;
import io.gangway.annotations.Lineage.Family;
import io.gangway.annotations.MethodCall.Sources;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A Gateway that calls the annotated methods of one object; reads the annotations once. Immutable. */
final class AnnotatedGateway implements Gateway {
    /** Types that a parameter may not have, and where to get the object instead. */
    private static final Map<Class<?>, String> NOT_GIVEN = Map.of(
            Ack.class, "return the answer",
            Chain.class, "that is an interceptor's: name one with @Intercept",
            Engine.class, "give it to the object itself",
            Handshake.class, "socket.handshake() has it",
            BroadcastOperator.class, "socket.broadcast() and namespace.to(..) have one",
            RemoteSocket.class, "namespace.fetchSockets() has them",
            Event.class, "it comes with @OnEvent",
            Arguments.class, "they come with @OnEvent",
            DisconnectReason.class, "it comes with @OnDisconnect");

    private final Object target;
    private final Lineage lineage;
    private final List<Interceptor> interceptors;
    private final Map<String, Handled> events = new LinkedHashMap<>();
    private final List<MethodCall> connects = new ArrayList<>();
    private final List<MethodCall> disconnects = new ArrayList<>();

    /** The method that handles an event, its payload's type and its interceptors. */
    private record Handled(String place, TypeToken<?> payload, MethodCall call, List<Interceptor> interceptors) {}

    /** @throws IllegalArgumentException naming the class, the method and what to change */
    AnnotatedGateway(Object annotated, InterceptorObjects objects) {
        this.target = annotated;
        this.lineage = new Lineage(annotated.getClass());
        String name = lineage.written().getName();
        if (annotated instanceof Gateway) {
            throw new IllegalArgumentException(
                    name + " is a Gateway: give it to namespace(..) itself, or leave \"implements Gateway\" out");
        }
        this.interceptors = objects.of(lineage.interceptors(), name);
        lineage.methods().forEach(family -> add(family, objects));
        if (events.isEmpty() && connects.isEmpty() && disconnects.isEmpty()) {
            throw new IllegalArgumentException(nothing(annotated, name));
        }
    }

    private static String nothing(Object annotated, String name) {
        if (annotated instanceof Class<?> type) {
            return type.getName() + " is a class: give an object of it";
        }
        String none = name + " has no method with @OnEvent, @OnConnect or @OnDisconnect";
        return Proxy.isProxyClass(annotated.getClass())
                ? none
                        + ": it is a proxy of interfaces, so that one of those has to have the annotations; or have the class"
                        + " itself proxied"
                : none + ": it would handle nothing";
    }

    private void add(Family family, InterceptorObjects objects) {
        Method event = checked(family, OnEvent.class);
        Method connect = checked(family, OnConnect.class);
        Method disconnect = checked(family, OnDisconnect.class);
        List<Class<? extends Interceptor>> around = family.interceptors();
        if (event == null && !around.isEmpty()) {
            throw refused(
                    family.nearest(),
                    "has @Intercept without @OnEvent: interceptors surround one event, or stand on the class, where they"
                            + " surround connects and disconnects too");
        }
        if (event != null) {
            addEvent(event, objects.of(around, place(event)));
        }
        if (connect != null) {
            connects.add(call(connect, "@OnConnect", MethodCall.OF_CONNECT, null));
        }
        if (disconnect != null) {
            disconnects.add(call(disconnect, "@OnDisconnect", MethodCall.OF_DISCONNECT, DisconnectReason.class));
        }
    }

    private <A extends Annotation> @Nullable Method checked(Family family, Class<A> annotation) {
        Method method = family.with(annotation);
        if (method == null) {
            return null;
        }
        if (Modifier.isStatic(method.getModifiers())) {
            throw refused(method, "is static: it is called on the object, so leave \"static\" out");
        }
        int nearest = family.nearest().getModifiers();
        if (lineage.isGeneratedSubclass()
                && (Modifier.isPrivate(nearest) || Modifier.isFinal(nearest))
                && family.nearest().getDeclaringClass() != target.getClass()) {
            throw refused(
                    method,
                    "is private or final, and the object is a proxy, which cannot pass the call on to the object behind it:"
                            + " make the method neither");
        }
        return method;
    }

    private void addEvent(Method method, List<Interceptor> around) {
        TypeToken<?> payload = payload(method);
        Class<?> answer = method.getReturnType();
        if (Flow.Publisher.class.isAssignableFrom(answer)
                || (Future.class.isAssignableFrom(answer) && !CompletionStage.class.isAssignableFrom(answer))) {
            throw refused(
                    method,
                    "returns a " + answer.getSimpleName()
                            + ", whose value nobody waits for: return a CompletionStage, the" + " value, or an Ack");
        }
        Handled handled = new Handled(place(method), payload, made(method, MethodCall.OF_EVENT), around);
        String name = method.getAnnotation(OnEvent.class).value();
        Handled other = events.put(name, handled);
        if (other != null) {
            throw new IllegalArgumentException(other.place() + " and " + handled.place() + " both have @OnEvent(\""
                    + name + "\"): only one can answer");
        }
    }

    /**
     * The type as which the event's first argument is read; {@link Arguments}, which decodes nothing, if no parameter
     * takes it.
     */
    private TypeToken<?> payload(Method method) {
        Type[] types = method.getGenericParameterTypes();
        Type payload = null;
        for (int i = 0; i < types.length; i++) {
            Class<?> declared = method.getParameterTypes()[i];
            if (MethodCall.OF_EVENT.getters().containsKey(declared)) {
                continue;
            }
            String elsewhere = NOT_GIVEN.get(declared);
            if (elsewhere != null) {
                throw refused(
                        method,
                        "has a parameter of type " + declared.getSimpleName() + ", which an @OnEvent method is not"
                                + " given: " + elsewhere);
            }
            Type type = lineage.generics().resolved(types[i]);
            if (payload != null) {
                throw refused(
                        method,
                        "has two parameters for the payload, " + shown(payload) + " and " + shown(type)
                                + ": one is the event's first argument; Arguments has them all, arguments.get(1, ..) the second");
            }
            if (GenericTypes.unknownIn(type) != null) {
                throw refused(
                        method,
                        "has a payload of type " + shown(type) + ", and "
                                + lineage.written().getName() + " does not say what " + GenericTypes.unknownIn(type)
                                + " is: name a type in its place");
            }
            payload = type;
        }
        return payload == null ? TypeToken.get(Arguments.class) : TypeToken.get(payload);
    }

    /** Makes the call of a connect or disconnect method. */
    private MethodCall call(Method method, String annotation, Sources sources, @Nullable Class<?> besides) {
        for (Class<?> type : method.getParameterTypes()) {
            if (!sources.getters().containsKey(type) && type != besides) {
                String elsewhere = NOT_GIVEN.get(type);
                throw refused(
                        method,
                        "has a parameter of type " + type.getSimpleName() + ", which an " + annotation
                                + " method is not given: "
                                + (elsewhere != null ? elsewhere : "it gets " + given(sources, besides)));
            }
        }
        if (method.getReturnType() != void.class) {
            throw refused(
                    method,
                    "returns a value that nobody gets: make it void; an interceptor's aroundConnect decides who may come in");
        }
        return made(method, sources);
    }

    private static String given(Sources sources, @Nullable Class<?> besides) {
        List<Class<?>> types = new ArrayList<>(sources.getters().keySet());
        if (besides != null) {
            types.add(besides);
        }
        return types.stream().map(Class::getSimpleName).sorted().collect(Collectors.joining(", "));
    }

    private MethodCall made(Method method, Sources sources) {
        try {
            return MethodCall.of(target, method, sources);
        } catch (IllegalArgumentException inaccessible) {
            throw new IllegalArgumentException(place(method) + ": " + inaccessible.getMessage(), inaccessible);
        }
    }

    private static String shown(Type type) {
        return type instanceof Class<?> plain ? plain.getSimpleName() : type.getTypeName();
    }

    private static IllegalArgumentException refused(Method method, String reason) {
        return new IllegalArgumentException(place(method) + " " + reason);
    }

    private static String place(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    @Override
    public void configure(NamespaceBuilder namespace) {
        interceptors.forEach(namespace::intercept);
        connects.forEach(call -> namespace.onConnect(call::withSocket));
        disconnects.forEach(call -> namespace.onDisconnect(call::withDeparture));
        events.forEach((name, handled) -> on(namespace, name, handled));
    }

    private static void on(NamespaceBuilder namespace, String name, Handled handled) {
        @SuppressWarnings("unchecked") // the call casts its argument
        TypeToken<Object> payload = (TypeToken<Object>) handled.payload();
        try {
            namespace.on(
                    name,
                    payload,
                    new Handler(handled.call()),
                    handled.interceptors().toArray(Interceptor[]::new));
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(handled.place() + ": " + refused.getMessage(), refused);
        }
    }

    private record Handler(MethodCall call) implements EventHandler<Object> {
        @Override
        public Ack handle(Event event, Object payload) throws Exception {
            Object result = call.withEvent(event, payload);
            if (result == null) {
                return Ack.empty();
            } else if (result instanceof Ack ack) {
                return ack;
            }
            return result instanceof CompletionStage<?> stage ? Ack.later(stage) : Ack.of(result);
        }

        @Override
        public Ack handle(Socket socket, Object payload) {
            throw new UnsupportedOperationException("an annotated method is called with its event");
        }
    }

    @Override
    public String toString() {
        return "Gateways.of(" + lineage.written().getName() + ")";
    }
}
