package io.gangway.annotations;

import io.gangway.EngineBuilder;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import java.util.Objects;
import java.util.function.Function;

/**
 * Makes Gateways of objects with annotated methods:
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
 * <p>Methods may be of any visibility, and be inherited from superclasses and interfaces. A generated proxy subclass
 * has the annotations of the class it was generated from. Each annotated object gets its own object of each interceptor
 * class.
 */
public final class Gateways {
    private Gateways() {}

    /**
     * Makes a Gateway that calls this object's annotated methods. Its interceptors are created with their constructors
     * without parameters.
     *
     * @param annotated has methods with {@link OnEvent}, {@link OnConnect} or {@link OnDisconnect}
     * @return the Gateway, for {@link EngineBuilder#namespace(String, Gateway)} and similar methods
     * @throws IllegalArgumentException if an annotation cannot work, naming the class, the method and the remedy
     */
    public static Gateway of(Object annotated) {
        return of(annotated, InterceptorObjects::byConstructor);
    }

    /**
     * Makes a Gateway that calls this object's annotated methods, with interceptors from a function.
     *
     * @param annotated has methods with {@link OnEvent}, {@link OnConnect} or {@link OnDisconnect}
     * @param interceptors returns the object of an {@link Intercept}'s class, such as {@code beans::getBean}; called
     *     once for each class
     * @return the Gateway, for {@link EngineBuilder#namespace(String, Gateway)} and similar methods
     * @throws IllegalArgumentException if an annotation cannot work, naming the class, the method and the remedy
     */
    public static Gateway of(
            Object annotated, Function<Class<? extends Interceptor>, ? extends Interceptor> interceptors) {
        Objects.requireNonNull(annotated, "annotated");
        Objects.requireNonNull(interceptors, "interceptors");
        return new AnnotatedGateway(annotated, new InterceptorObjects(interceptors));
    }

    /**
     * Lets each object configure the namespace that its class's {@link GangwayNamespace} names.
     *
     * @param builder the engine's builder
     * @param annotated objects of classes with {@link GangwayNamespace}
     * @return the builder
     * @throws IllegalArgumentException if a class names no namespace, or an annotation cannot work, naming the class
     *     and the remedy
     */
    public static EngineBuilder add(EngineBuilder builder, Object... annotated) {
        for (Object one : annotated) {
            Gateway gateway = of(one); // before namespaceOf, because its errors say more
            builder.namespace(namespaceOf(one.getClass()), gateway);
        }
        return builder;
    }

    /**
     * Returns the namespace that the class's {@link GangwayNamespace} names.
     *
     * @param type the class of an annotated object
     * @return the name
     * @throws IllegalArgumentException if the class has no such annotation, or its interfaces name different namespaces
     */
    public static String namespaceOf(Class<?> type) {
        return new Lineage(type).namespace();
    }
}
