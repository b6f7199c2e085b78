package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.JsonIOException;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.annotations.SerializedName;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Examines the structure of payload types, as far as a Gson binds them by fields and elements. Immutable. */
final class PayloadTypes {
    private static final String GSONS_OWN = "com.google.gson.internal.";
    private static final String OURS = PayloadTypes.class.getPackageName() + ".";

    /**
     * Gson's own adapter for Class, which refuses everything; its wrapper class also wraps adapters of applications.
     */
    private static final TypeAdapter<?> NO_CLASSES = new Gson().getAdapter(Class.class);

    private final Gson gson;

    PayloadTypes(Gson gson) {
        this.gson = gson;
    }

    /** A field with the names it may have in JSON. */
    record Member(Field field, List<String> names, Type type) {}

    /** A part of a type that Gson cannot instantiate, and its place. */
    private record Flaw(String where, Type type, String why) {}

    // ---- when the engine is built

    /** Like {@link Json#flaw}. */
    @Nullable
    String flaw(TypeToken<?> type) {
        Flaw flaw = flaw(type.getType(), "", new HashSet<>());
        if (flaw == null) {
            return null;
        }
        String what = flaw.type.getTypeName() + ", " + flaw.why;
        return flaw.where.isEmpty() ? what : flaw.where + " is a " + what;
    }

    private @Nullable Flaw flaw(Type declared, String where, Set<Type> seen) {
        Type type = GenericTypes.resolved(Object.class, declared);
        if (!seen.add(type)) {
            return null;
        }
        TypeAdapter<?> adapter = gson.getAdapter(TypeToken.get(type));
        if (adapter == NO_CLASSES) {
            return new Flaw(where, type, "which no client may name");
        }
        if (isApplications(adapter)) {
            return null;
        }
        String why = whyNot(type, adapter);
        if (why != null) {
            return new Flaw(where, type, why);
        }
        for (Type held : GenericTypes.held(type)) {
            Flaw flaw = flaw(held, GenericTypes.raw(type) == Optional.class ? where : where + "[]", seen);
            if (flaw != null) {
                return flaw;
            }
        }
        for (Member member : members(type, adapter)) {
            String name = member.names.get(0);
            Flaw flaw = flaw(member.type, Path.join(where, name), seen);
            if (flaw != null && reads(adapter, name)) {
                return flaw;
            }
        }
        return null;
    }

    static boolean isApplications(TypeAdapter<?> adapter) {
        String name = adapter.getClass().getName();
        return !name.startsWith(GSONS_OWN) && !name.startsWith(OURS);
    }

    private static @Nullable String whyNot(Type type, TypeAdapter<?> adapter) {
        Class<?> raw = GenericTypes.raw(type);
        boolean many = Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw);
        if (raw.isAnonymousClass() || (raw.isLocalClass() && !Modifier.isStatic(raw.getModifiers()))) {
            return "a local or anonymous class";
        } else if (many || (Modifier.isAbstract(raw.getModifiers()) && !raw.isPrimitive() && !raw.isArray())) {
            String empty = Collection.class.isAssignableFrom(raw) ? "[]" : "{}";
            // The application may have an InstanceCreator for the type, so reading must be tried.
            return makes(adapter, empty) ? null : kind(raw);
        }
        return null;
    }

    private static String kind(Class<?> type) {
        if (type.isInterface()) {
            return type.isSealed() ? "a sealed interface" : "an interface";
        }
        boolean isAbstract = Modifier.isAbstract(type.getModifiers());
        return isAbstract ? "an abstract class" : "a class without a constructor that takes nothing";
    }

    private static boolean makes(TypeAdapter<?> adapter, String json) {
        try {
            Object unused = adapter.fromJson(json);
            return true;
        } catch (JsonIOException noInstance) {
            return false;
        } catch (IOException | RuntimeException butAnother) {
            return true; // the adapter has read something
        }
    }

    /** Whether Gson reads this field, rather than excluding it by an annotation or a strategy. */
    private static boolean reads(TypeAdapter<?> adapter, String name) {
        Probe probe = new Probe(name);
        try {
            Object unused = adapter.read(probe);
        } catch (IOException | RuntimeException seen) {
            return !probe.skipped;
        }
        return !probe.skipped;
    }

    /** An object with one field, which fails when that field is read or skipped, before an instance is made. */
    private static final class Probe extends JsonReader {
        private boolean skipped;

        Probe(String name) {
            super(new StringReader("{" + new Gson().toJson(name) + ":{}}"));
        }

        @Override
        public void skipValue() throws IOException {
            skipped = true;
            throw new IOException("skipped");
        }
    }

    // ---- when a client sends a value that does not fit

    /** Describes a value that did not fit, as far as the types on its path are known. */
    MisfitException misfit(TypeToken<?> payload, PathReader reader, Throwable cause) {
        Path path = reader.path();
        StringBuilder field = new StringBuilder();
        boolean secret = false;
        @Nullable Type type = payload.getType();
        for (Path.Step step : path.steps()) {
            String name = step.name();
            if (name == null) {
                field.append('[').append(step.index()).append(']');
            } else if (type != null && isMap(type)) {
                field.append(secret ? "[..]" : Path.key(name));
            } else {
                field.replace(0, field.length(), Path.join(field.toString(), name));
            }
            secret |= name != null && Shown.isSecret(name);
            type = type == null ? null : inner(type, step);
        }
        PathReader.Came came = reader.came();
        String message = cause.getMessage();
        if (message != null && message.startsWith("duplicate key: ")) {
            return new MisfitException(field.toString(), "each key once", "it twice", "it twice", cause);
        }
        Type declared = type == null ? null : path.isAtKey() ? keyOf(type) : type;
        String expected = declared == null ? "another value" : expected(declared, reader.isNumber());
        // A value received instead of a whole object is not shown: it may be anything.
        boolean shown = !secret && declared != null && isScalar(declared);
        return new MisfitException(
                field.toString(),
                path.isAtKey() ? "each key to be " + expected : expected,
                shown ? came.value() : came.kind(),
                came.kind(),
                cause);
    }

    private boolean isScalar(Type declared) {
        Type type = present(declared);
        Class<?> raw = GenericTypes.raw(type);
        return isNumber(raw)
                || raw.isPrimitive()
                || raw == Boolean.class
                || raw == Character.class
                || raw.isEnum()
                || CharSequence.class.isAssignableFrom(raw)
                || gson.getAdapter(TypeToken.get(type)) instanceof ScalarAdapter;
    }

    private static boolean isMap(Type type) {
        return Map.class.isAssignableFrom(GenericTypes.raw(present(type)));
    }

    private @Nullable Type inner(Type outer, Path.Step step) {
        Type type = present(outer);
        TypeAdapter<?> adapter = gson.getAdapter(TypeToken.get(type));
        if (isApplications(adapter)) {
            return null;
        }
        Class<?> raw = GenericTypes.raw(type);
        if (JavaTypes.isPair(raw)) {
            return step.name() == null ? GenericTypes.argument(type, step.index() == 0 ? 0 : 1) : null;
        } else if (isMap(type)) {
            Type[] types = {keyOf(type), GenericTypes.held(type).get(0)};
            return step.name() == null
                    ? TypeToken.getParameterized(Map.Entry.class, types).getType()
                    : types[1];
        }
        String name = step.name();
        if (name == null) {
            List<Type> held = GenericTypes.held(type);
            return held.isEmpty() ? null : held.get(0);
        }
        return members(type, adapter).stream()
                .filter(member -> member.names.contains(name))
                .findFirst()
                .map(Member::type)
                .orElse(null);
    }

    /** The type of an optional's content; any other type unchanged. */
    private static Type present(Type type) {
        Class<?> raw = GenericTypes.raw(type);
        if (raw == Optional.class) {
            return present(GenericTypes.argument(type, 0));
        } else if (raw == OptionalInt.class) {
            return Integer.class;
        } else if (raw == OptionalLong.class) {
            return Long.class;
        }
        return raw == OptionalDouble.class ? Double.class : type;
    }

    /**
     * The expected value, in words for authors of clients.
     *
     * @param number whether a number was received
     */
    String expected(Type declared, boolean number) {
        Type type = present(declared);
        Class<?> raw = GenericTypes.raw(type);
        if (isNumber(raw) && !number) {
            return "a number";
        }
        if (gson.getAdapter(TypeToken.get(type)) instanceof ScalarAdapter<?> scalar) {
            return scalar.expected();
        } else if (raw == byte.class || raw == short.class || raw == int.class || raw == long.class) {
            return "a whole number";
        } else if (Set.of(Byte.class, Short.class, Integer.class, Long.class).contains(raw)) {
            return "a whole number";
        } else if (isNumber(raw)) {
            return "a number";
        } else if (raw == boolean.class || raw == Boolean.class) {
            return "a boolean";
        } else if (CharSequence.class.isAssignableFrom(raw)) {
            return "a string";
        } else if (raw == byte[].class || ByteBuffer.class.isAssignableFrom(raw)) {
            return "binary data";
        } else if (JavaTypes.isPair(raw)) {
            return "an array of a key and a value";
        } else if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
            return "an array";
        } else if (Map.class.isAssignableFrom(raw)) {
            return "an object";
        }
        String name = raw.getSimpleName();
        return (name.isEmpty() || "AEIOU".indexOf(Character.toUpperCase(name.charAt(0))) < 0 ? "a " : "an ") + name;
    }

    private static boolean isNumber(Class<?> raw) {
        return Number.class.isAssignableFrom(raw)
                || (raw.isPrimitive() && raw != boolean.class && raw != char.class && raw != void.class);
    }

    // ---- the structure of types

    private static Type keyOf(Type map) {
        return GenericTypes.argument(GenericTypes.as(present(map), Map.class), 0);
    }

    /** The fields by which Gson binds the type; none if it binds it otherwise. */
    List<Member> members(Type type, TypeAdapter<?> declared) {
        TypeAdapter<?> adapter = declared instanceof JavaTypes.RecordAdapter<?> record ? record.fields() : declared;
        if (!adapter.getClass().getName().startsWith(GSONS_OWN + "bind.ReflectiveTypeAdapterFactory")) {
            return List.of();
        }
        List<Member> members = new ArrayList<>();
        Type declaring = type;
        for (Class<?> raw = GenericTypes.raw(type); raw != null && raw != Object.class; raw = raw.getSuperclass()) {
            for (Field field : raw.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !Modifier.isTransient(field.getModifiers())
                        && !field.isSynthetic()
                        && !field.isAnnotationPresent(JsonAdapter.class)) {
                    members.add(
                            new Member(field, names(field), GenericTypes.resolved(declaring, field.getGenericType())));
                }
            }
            Type parent = raw.getGenericSuperclass();
            declaring = parent == null ? Object.class : GenericTypes.resolved(declaring, parent);
        }
        return members;
    }

    /** A field's name in the standard Gson's JSON. */
    static String name(Field field) {
        SerializedName own = field.getAnnotation(SerializedName.class);
        return own == null ? field.getName() : own.value();
    }

    private List<String> names(Field field) {
        SerializedName own = field.getAnnotation(SerializedName.class);
        List<String> names = new ArrayList<>();
        names.add(own == null ? gson.fieldNamingStrategy().translateName(field) : own.value());
        names.addAll(own == null ? gson.fieldNamingStrategy().alternateNames(field) : Arrays.asList(own.alternate()));
        return names;
    }
}
