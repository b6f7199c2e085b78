package io.gangway.annotations;

import com.google.gson.reflect.TypeToken;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types that a class gives to the type variables of its superclasses and interfaces. Immutable. */
final class GenericTypes {
    private final Map<TypeVariable<?>, Type> known = new HashMap<>();

    GenericTypes(Class<?> type) {
        learn(type);
    }

    private void learn(Class<?> type) {
        Type parent = type.getGenericSuperclass();
        if (parent != null) {
            learn(parent);
        }
        for (Type one : type.getGenericInterfaces()) {
            learn(one);
        }
    }

    private void learn(Type parent) {
        if (parent instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            TypeVariable<?>[] variables = raw.getTypeParameters();
            Type[] arguments = generic.getActualTypeArguments();
            for (int i = 0; i < variables.length; i++) {
                known.put(variables[i], resolved(arguments[i]));
            }
            learn(raw);
        } else if (parent instanceof Class<?> raw) {
            learn(raw);
        }
    }

    /** The type with its known variables replaced; unknown variables stay. */
    Type resolved(Type type) {
        if (type instanceof TypeVariable<?> variable) {
            return known.getOrDefault(variable, variable);
        } else if (type instanceof ParameterizedType generic) {
            Type[] arguments = Arrays.stream(generic.getActualTypeArguments())
                    .map(this::resolved)
                    .toArray(Type[]::new);
            return Arrays.equals(arguments, generic.getActualTypeArguments())
                    ? generic
                    : TypeToken.getParameterized(generic.getRawType(), arguments)
                            .getType();
        } else if (type instanceof GenericArrayType array) {
            return TypeToken.getArray(resolved(array.getGenericComponentType())).getType();
        } else if (type instanceof WildcardType wildcard && unknownIn(wildcard) != null) {
            // A value read as a wildcard has the type of its bound.
            return resolved(
                    wildcard.getLowerBounds().length > 0 ? wildcard.getLowerBounds()[0] : wildcard.getUpperBounds()[0]);
        }
        return type;
    }

    /** The class of values of this type. */
    Class<?> raw(Type type) {
        Type known = resolved(type);
        return known instanceof TypeVariable<?> variable
                ? raw(variable.getBounds()[0])
                : TypeToken.get(known).getRawType();
    }

    /** An unknown type variable in the type; null if there is none. */
    static @Nullable TypeVariable<?> unknownIn(Type type) {
        if (type instanceof TypeVariable<?> variable) {
            return variable;
        } else if (type instanceof GenericArrayType array) {
            return unknownIn(array.getGenericComponentType());
        } else if (type instanceof ParameterizedType generic) {
            return unknownIn(generic.getActualTypeArguments());
        } else if (type instanceof WildcardType wildcard) {
            TypeVariable<?> lower = unknownIn(wildcard.getLowerBounds());
            return lower != null ? lower : unknownIn(wildcard.getUpperBounds());
        }
        return null;
    }

    private static @Nullable TypeVariable<?> unknownIn(Type[] types) {
        for (Type type : types) {
            TypeVariable<?> unknown = unknownIn(type);
            if (unknown != null) {
                return unknown;
            }
        }
        return null;
    }
}
