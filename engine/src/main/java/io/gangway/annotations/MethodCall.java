package io.gangway.annotations;

import static java.lang.invoke.MethodType.methodType;

import io.gangway.Arguments;
import io.gangway.DisconnectReason;
import io.gangway.Event;
import io.gangway.Namespace;
import io.gangway.Socket;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls one method of one object, with arguments chosen by the types of its parameters. Immutable.
 */
final class MethodCall {
    /** For an event's method: arguments from the event, and the event's first argument. */
    static final Sources OF_EVENT = new Sources(
            methodType(Object.class, Event.class, Object.class),
            Map.of(
                    Socket.class, getter(Event.class, "socket", Socket.class),
                    Namespace.class,
                            MethodHandles.filterReturnValue(
                                    getter(Event.class, "socket", Socket.class),
                                    getter(Socket.class, "namespace", Namespace.class)),
                    Event.class, MethodHandles.identity(Event.class),
                    Arguments.class, getter(Event.class, "arguments", Arguments.class)));

    /** For a connect method: arguments from the socket. */
    static final Sources OF_CONNECT = new Sources(
            methodType(void.class, Socket.class),
            Map.of(
                    Socket.class, MethodHandles.identity(Socket.class),
                    Namespace.class, getter(Socket.class, "namespace", Namespace.class)));

    /** For a disconnect method: arguments from the socket, and the reason. */
    static final Sources OF_DISCONNECT =
            new Sources(methodType(void.class, Socket.class, DisconnectReason.class), OF_CONNECT.getters);

    private final MethodHandle handle;

    private MethodCall(MethodHandle handle) {
        this.handle = handle;
    }

    /**
     * Where the arguments of a method come from.
     *
     * @param call the type of a call
     * @param getters by type of parameter, take the argument from the call's first argument; a parameter of any other
     *     type gets the call's second argument
     */
    record Sources(MethodType call, Map<Class<?>, MethodHandle> getters) {}

    /** @throws IllegalArgumentException if the method cannot be called */
    static MethodCall of(Object target, Method method, Sources sources) {
        if (!method.trySetAccessible()) {
            throw new IllegalArgumentException("it cannot be called: " + Access.remedy(method.getDeclaringClass()));
        }
        MethodHandle call;
        try {
            call = MethodHandles.lookup().unreflect(method).asFixedArity().bindTo(target);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible); // it was made accessible
        }
        MethodType roots = sources.call;
        int[] order = new int[call.type().parameterCount()];
        MethodType unordered = methodType(roots.returnType());
        for (int i = 0; i < order.length; i++) {
            MethodHandle getter = sources.getters.get(call.type().parameterType(i));
            order[i] = getter == null ? 1 : 0;
            if (getter != null) {
                call = MethodHandles.filterArguments(call, i, getter);
            }
            unordered = unordered.appendParameterTypes(roots.parameterType(order[i]));
        }
        return new MethodCall(MethodHandles.permuteArguments(call.asType(unordered), roots, order));
    }

    private static MethodHandle getter(Class<?> type, String name, Class<?> result) {
        try {
            return MethodHandles.lookup().findVirtual(type, name, methodType(result));
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @Nullable
    Object withEvent(Event event, Object payload) throws Exception {
        try {
            return (Object) handle.invokeExact(event, payload);
        } catch (Throwable failure) {
            throw asThrown(failure);
        }
    }

    void withSocket(Socket socket) throws Exception {
        try {
            handle.invokeExact(socket);
        } catch (Throwable failure) {
            throw asThrown(failure);
        }
    }

    void withDeparture(Socket socket, DisconnectReason reason) throws Exception {
        try {
            handle.invokeExact(socket, reason);
        } catch (Throwable failure) {
            throw asThrown(failure);
        }
    }

    private static Exception asThrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof Exception exception ? exception : new UndeclaredThrowableException(failure);
    }
}
