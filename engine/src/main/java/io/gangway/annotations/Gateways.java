package io.gangway.annotations;

import io.gangway.EngineBuilder;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import java.util.Objects;
import java.util.function.Function;

/**
 * Makes Gateways of objects whose class says by annotations what it handles:
 *
 * <pre>
 *   &#64;GangwayNamespace("/chat")
 *   &#64;Intercept(TokenGuard.class)
 *   class Chat {
 *       &#64;OnConnect void joined(Socket socket) { socket.join("lobby"); }
 *
 *       &#64;OnEvent("message") Map&lt;String, Boolean&gt; message(Message message, Socket socket) {
 *           socket.to("lobby").emit("message", message);
 *           return Map.of("success", true);      // what the client's callback gets
 *       }
 *   }
 *
 *   Gateways.add(Engine.builder().port(3001), new Chat()).start();
 *   Engine.builder().namespace("/talk", Gateways.of(new Chat()));      // the same in a namespace of another name
 * </pre>
 *
 * <p>Methods may be of any visibility, and be inherited from superclasses and interfaces. A subclass that a proxy generated has
 * the annotations of the class it stands for. Each interceptor's class becomes one object for each annotated object.
 */
public final class Gateways {
    private Gateways() {}

    /**
     * A Gateway that does what the annotations of this object's class say. Its interceptors are made by their constructors
     * without parameters.
     *
     * @param annotated has methods with {@link OnEvent}, {@link OnConnect} or {@link OnDisconnect}
     * @return the Gateway, for {@link EngineBuilder#namespace(String, Gateway)} and its like
     * @throws IllegalArgumentException naming the class, the method and what to change, if they cannot be followed
     */
    public static Gateway of(Object annotated) {
        return of(annotated, InterceptorObjects::byConstructor);
    }

    /**
     * A Gateway that does what the annotations of this object's class say.
     *
     * @param annotated has methods with {@link OnEvent}, {@link OnConnect} or {@link OnDisconnect}
     * @param interceptors gives the object of an {@link Intercept}'s class, such as {@code beans::getBean}; asked once for each
     * @return the Gateway, for {@link EngineBuilder#namespace(String, Gateway)} and its like
     * @throws IllegalArgumentException naming the class, the method and what to change, if they cannot be followed
     */
    public static Gateway of(
            Object annotated, Function<Class<? extends Interceptor>, ? extends Interceptor> interceptors) {
        Objects.requireNonNull(annotated, "annotated");
        Objects.requireNonNull(interceptors, "interceptors");
        return new AnnotatedGateway(annotated, new InterceptorObjects(interceptors));
    }

    /**
     * Has each of the objects configure the namespace that its class's {@link GangwayNamespace} names.
     *
     * @param builder is given the namespaces
     * @param annotated objects of classes with {@link GangwayNamespace}
     * @return the builder
     * @throws IllegalArgumentException naming the class and what to change, if one names none or its annotations cannot be
     *     followed
     */
    public static EngineBuilder add(EngineBuilder builder, Object... annotated) {
        for (Object one : annotated) {
            Gateway gateway = of(one); // its errors first: they tell more
            builder.namespace(namespaceOf(one.getClass()), gateway);
        }
        return builder;
    }

    /**
     * The namespace that the class's {@link GangwayNamespace} names.
     *
     * @param type a class whose objects {@link #of} takes
     * @return the name
     * @throws IllegalArgumentException if it has none, or interfaces of it name different ones
     */
    public static String namespaceOf(Class<?> type) {
        return new Lineage(type).namespace();
    }
}
