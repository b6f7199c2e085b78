package io.gangway.protocol;

import com.google.gson.reflect.TypeToken;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Resolves Java's generic types: their arguments, elements and supertypes. */
final class GenericTypes {
    private GenericTypes() {}

    /** The type's argument at this index; Object if it has none. */
    static Type argument(Type type, int index) {
        return type instanceof ParameterizedType generic && generic.getActualTypeArguments().length > index
                ? generic.getActualTypeArguments()[index]
                : Object.class;
    }

    /**
     * The types that a container's JSON consists of: an array's or collection's elements, a map's values, an Optional's
     * or a pair's contents; empty for any other type.
     */
    static List<Type> held(Type type) {
        Class<?> raw = raw(type);
        if (type instanceof GenericArrayType array) {
            return List.of(array.getGenericComponentType());
        } else if (raw.isArray()) {
            return List.of(raw.getComponentType());
        } else if (Collection.class.isAssignableFrom(raw)) {
            return List.of(argument(as(type, Collection.class), 0));
        } else if (Map.class.isAssignableFrom(raw)) {
            return List.of(argument(as(type, Map.class), 1));
        } else if (raw == Optional.class) {
            return List.of(argument(type, 0));
        } else if (JavaTypes.isPair(raw)) {
            return List.of(argument(type, 0), argument(type, 1));
        }
        return List.of();
    }

    static Class<?> raw(Type type) {
        return TypeToken.get(type).getRawType();
    }

    /** The type seen as its supertype {@code target}. */
    static Type as(Type type, Class<?> target) {
        Class<?> raw = raw(type);
        if (raw == target) {
            return type;
        }
        return Stream.concat(Stream.ofNullable(raw.getGenericSuperclass()), Stream.of(raw.getGenericInterfaces()))
                .filter(parent -> target.isAssignableFrom(raw(parent)))
                .findFirst()
                .map(parent -> as(resolved(type, parent), target))
                .orElse(target);
    }

    /** A type used in {@code context}, with its variables replaced by the context's arguments. */
    static Type resolved(Type context, Type type) {
        if (type instanceof TypeVariable<?> variable) {
            TypeVariable<?>[] declared = raw(context).getTypeParameters();
            int index = Arrays.asList(declared).indexOf(variable);
            return context instanceof ParameterizedType generic && index >= 0
                    ? generic.getActualTypeArguments()[index]
                    : raw(variable.getBounds()[0]);
        } else if (type instanceof WildcardType any) {
            return resolved(context, any.getUpperBounds()[0]);
        } else if (type instanceof GenericArrayType array) {
            return TypeToken.getArray(resolved(context, array.getGenericComponentType()))
                    .getType();
        } else if (type instanceof ParameterizedType generic) {
            Type[] arguments = Stream.of(generic.getActualTypeArguments())
                    .map(argument -> resolved(context, argument))
                    .toArray(Type[]::new);
            try {
                return TypeToken.getParameterized(generic.getRawType(), arguments)
                        .getType();
            } catch (IllegalArgumentException innerOfAGenericClass) {
                return generic.getRawType();
            }
        }
        return type;
    }
}
