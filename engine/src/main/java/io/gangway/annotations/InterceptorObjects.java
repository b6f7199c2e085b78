package io.gangway.annotations;

import io.gangway.Interceptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The interceptors of one annotated object, one for each class. Not thread-safe. */
final class InterceptorObjects {
    private final Function<Class<? extends Interceptor>, ? extends Interceptor> source;
    private final Map<Class<? extends Interceptor>, Interceptor> known = new HashMap<>();

    InterceptorObjects(Function<Class<? extends Interceptor>, ? extends Interceptor> source) {
        this.source = source;
    }

    /**
     * The objects, in the order of their classes.
     *
     * @param place the class or method with the annotation, for messages
     */
    List<Interceptor> of(List<Class<? extends Interceptor>> types, String place) {
        return types.stream().map(type -> of(type, place)).toList();
    }

    private Interceptor of(Class<? extends Interceptor> type, String place) {
        Interceptor there = known.get(type);
        if (there == null) {
            try {
                there = source.apply(type);
            } catch (IllegalArgumentException refused) {
                throw new IllegalArgumentException(place + ": " + refused.getMessage(), refused);
            }
            if (there == null) {
                throw new IllegalArgumentException(place + ": no " + type.getName()
                        + " for its @Intercept: the function given to Gateways.of(..) has returned null");
            }
            known.put(type, there);
        }
        return there;
    }

    static Interceptor byConstructor(Class<? extends Interceptor> type) {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw new IllegalArgumentException("@Intercept names " + type.getName()
                    + ", which is abstract: name a class, or call Gateways.of(object, type -> ..) with what makes it");
        }
        Constructor<? extends Interceptor> constructor;
        try {
            constructor = type.getDeclaredConstructor();
        } catch (NoSuchMethodException missing) {
            throw new IllegalArgumentException(
                    "@Intercept names " + type.getName() + ", which has no constructor without parameters"
                            + (isInner(type) ? ", since it is an inner class: make it static" : ": give it one")
                            + ", or call Gateways.of(object, type -> ..) with what makes it",
                    missing);
        }
        if (!constructor.trySetAccessible()) {
            throw new IllegalArgumentException("@Intercept names " + type.getName()
                    + ", whose constructor cannot be called: " + Access.remedy(type));
        }
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException thrown) {
            throw new IllegalArgumentException(
                    "the constructor of " + type.getName() + ", which @Intercept names, has thrown "
                            + thrown.getTargetException(),
                    thrown.getTargetException());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isInner(Class<?> type) {
        return type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
    }
}
