package io.gangway.annotations;

import io.gangway.Interceptor;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A class with its superclasses and interfaces, and the annotations on all of them and on their methods. */
final class Lineage {
    private final Class<?> type;
    private final GenericTypes generics;

    /** The class and its superclasses, then the interfaces, the nearest first. */
    private final List<Class<?>> types;

    Lineage(Class<?> type) {
        this.type = type;
        this.generics = new GenericTypes(type);
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
            all.add(one);
        }
        for (Class<?> one : List.copyOf(all)) {
            addInterfaces(one, all);
        }
        this.types = List.copyOf(all);
    }

    private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
        List<Class<?>> interfaces = Arrays.asList(type.getInterfaces());
        all.addAll(interfaces);
        interfaces.forEach(one -> addInterfaces(one, all));
    }

    GenericTypes generics() {
        return generics;
    }

    /** The class that the application wrote: the superclass of a generated proxy, otherwise the class itself. */
    Class<?> written() {
        Class<?> written = type;
        while (isGenerated(written) && written.getSuperclass() != Object.class) {
            written = written.getSuperclass();
        }
        return written;
    }

    /** Whether the class is a generated subclass of the application's class, as CGLIB makes them for Spring. */
    boolean isGeneratedSubclass() {
        return written() != type;
    }

    private static boolean isGenerated(Class<?> type) {
        return type.getName().contains("$$");
    }

    String namespace() {
        Set<String> names = new LinkedHashSet<>();
        for (Class<?> one : types) {
            GangwayNamespace annotation = one.getDeclaredAnnotation(GangwayNamespace.class);
            if (annotation != null && !one.isInterface()) {
                return annotation.value();
            } else if (annotation != null) {
                names.add(annotation.value());
            }
        }
        if (names.size() == 1) {
            return names.iterator().next();
        }
        throw new IllegalArgumentException(
                names.isEmpty()
                        ? written().getName() + " has no @GangwayNamespace: give it one, such as"
                                + " @GangwayNamespace(\"/chat\"), or name the namespace:"
                                + " builder.namespace(\"/chat\", Gateways.of(object))"
                        : written().getName() + " has interfaces whose @GangwayNamespace differ, " + names
                                + ": give the class itself one");
    }

    /** The interceptors' classes on the class and its supertypes, the outermost first. */
    List<Class<? extends Interceptor>> interceptors() {
        List<Intercept> nearestFirst = new ArrayList<>();
        for (Class<?> one : types) {
            Intercept annotation = one.getDeclaredAnnotation(Intercept.class);
            if (annotation != null) {
                nearestFirst.add(annotation);
            }
        }
        return outermostFirst(nearestFirst);
    }

    private static List<Class<? extends Interceptor>> outermostFirst(List<Intercept> nearestFirst) {
        List<Intercept> annotations = new ArrayList<>(nearestFirst);
        Collections.reverse(annotations);
        Set<Class<? extends Interceptor>> classes = new LinkedHashSet<>();
        annotations.forEach(annotation -> classes.addAll(Arrays.asList(annotation.value())));
        return List.copyOf(classes);
    }

    /**
     * The class's methods, each with the methods that it overrides; methods of superclasses first, those of one class
     * by name.
     */
    List<Family> methods() {
        List<Family> families = new ArrayList<>();
        for (Class<?> one : types) {
            for (Method method : one.getDeclaredMethods()) {
                if (!method.isBridge()) {
                    families.stream()
                            .filter(family -> overrides(family.nearest(), method))
                            .findFirst()
                            .orElseGet(() -> {
                                Family family = new Family(new ArrayList<>());
                                families.add(family);
                                return family;
                            })
                            .methods()
                            .add(method);
                }
            }
        }
        // Orders by the farthest class, so that a method keeps its place if a proxy overrides it.
        families.sort(Comparator.comparingInt(
                        (Family family) -> -types.indexOf(family.farthest().getDeclaringClass()))
                .thenComparing(family -> family.farthest().getName()));
        return families;
    }

    /** Whether the method of the nearer class overrides the other. */
    private boolean overrides(Method nearer, Method farther) {
        int modifiers = farther.getModifiers();
        return nearer.getName().equals(farther.getName())
                && nearer.getDeclaringClass() != farther.getDeclaringClass()
                && !Modifier.isStatic(modifiers | nearer.getModifiers())
                && !Modifier.isPrivate(modifiers | nearer.getModifiers())
                && (Modifier.isPublic(modifiers)
                        || Modifier.isProtected(modifiers)
                        || isSamePackage(nearer.getDeclaringClass(), farther.getDeclaringClass()))
                && parameters(nearer).equals(parameters(farther));
    }

    private static boolean isSamePackage(Class<?> one, Class<?> other) {
        return one.getPackageName().equals(other.getPackageName()) && one.getClassLoader() == other.getClassLoader();
    }

    private List<Class<?>> parameters(Method method) {
        return Arrays.stream(method.getGenericParameterTypes())
                .<Class<?>>map(generics::raw)
                .toList();
    }

    /** A method and the methods that it overrides, the nearest first. */
    record Family(List<Method> methods) {
        Method nearest() {
            return methods.get(0);
        }

        private Method farthest() {
            return methods.get(methods.size() - 1);
        }

        /** The nearest method with this annotation; null if there is none. */
        <A extends Annotation> @Nullable Method with(Class<A> annotation) {
            return methods.stream()
                    .filter(method -> method.isAnnotationPresent(annotation))
                    .findFirst()
                    .orElse(null);
        }

        List<Class<? extends Interceptor>> interceptors() {
            return outermostFirst(methods.stream()
                    .map(method -> method.getDeclaredAnnotation(Intercept.class))
                    .filter(annotation -> annotation != null)
                    .toList());
        }
    }
}
