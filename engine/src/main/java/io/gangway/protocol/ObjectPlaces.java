package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.JsonIOException;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Replaces placeholders by bytes in places of type {@code Object}, where Gson has read them as maps, because its own
 * adapter for {@code Object} cannot be replaced. Values of an application's adapter stay unchanged. Confined to its
 * thread.
 */
final class ObjectPlaces {
    private final Gson gson;
    private final AttachmentReader reader;
    private final PayloadTypes types;

    /** @param reader the reader of the values */
    ObjectPlaces(Gson gson, AttachmentReader reader) {
        this.gson = gson;
        this.reader = reader;
        this.types = new PayloadTypes(gson);
    }

    /** The value itself, modified in place, or a copy if it cannot be modified, such as a record. */
    @Nullable
    Object filled(@Nullable Object value, Type declared) {
        Type type = GenericTypes.resolved(Object.class, declared);
        if (value == null || type == Object.class) {
            return value == null ? null : reader.resolvedValue(value);
        }
        TypeAdapter<?> adapter = gson.getAdapter(TypeToken.get(type));
        if (PayloadTypes.isApplications(adapter)) {
            return value;
        }
        List<Type> held = GenericTypes.held(type);
        if (value instanceof Object[] array) {
            for (int i = 0; i < array.length; i++) {
                array[i] = filled(array[i], held.get(0));
            }
        } else if (value instanceof Collection<?> collection && !held.isEmpty()) {
            fillItems(collection, held.get(0));
        } else if (value instanceof Map<?, ?> map && !held.isEmpty()) {
            fillValues(map, held.get(0));
        } else if (value instanceof Optional<?> optional) {
            return optional.map(present -> filled(present, held.get(0)));
        } else if (value instanceof Map.Entry<?, ?> pair && held.size() == 2) {
            return JavaTypes.pairLike(pair, filled(pair.getKey(), held.get(0)), filled(pair.getValue(), held.get(1)));
        } else {
            return fields(value, types.members(type, adapter));
        }
        return value;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // each item is replaced by one of the same type
    private <V> void fillItems(Collection<V> collection, Type type) {
        List<V> items = new ArrayList<>(collection.size());
        boolean changed = false;
        for (V item : collection) {
            Object filled = filled(item, type);
            changed |= filled != item;
            items.add((V) filled);
        }
        if (changed) {
            collection.clear();
            collection.addAll(items);
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // each value is replaced by one of the same type
    private <K, V> void fillValues(Map<K, V> map, Type type) {
        map.replaceAll((key, value) -> (V) filled(value, type));
    }

    private Object fields(Object holder, List<PayloadTypes.Member> members) {
        Map<String, @Nullable Object> changed = new HashMap<>();
        try {
            for (PayloadTypes.Member member : members) {
                Field field = member.field();
                if (!field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    Object value = field.get(holder);
                    Object filled = filled(value, member.type());
                    if (filled != value && holder instanceof Record) {
                        changed.put(field.getName(), filled);
                    } else if (filled != value) {
                        field.set(holder, filled);
                    }
                }
            }
            return changed.isEmpty() ? holder : with(holder, changed);
        } catch (InaccessibleObjectException | ReflectiveOperationException closed) {
            throw new JsonIOException(
                    "cannot set the bytes of an attachment in a field of "
                            + holder.getClass().getName() + "; open its package to io.gangway as well",
                    closed);
        }
    }

    /** A copy of a record with some components replaced. */
    private static Object with(Object record, Map<String, @Nullable Object> changed)
            throws ReflectiveOperationException {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            types[i] = components[i].getType();
            Field field = record.getClass().getDeclaredField(name);
            field.setAccessible(true);
            values[i] = changed.containsKey(name) ? changed.get(name) : field.get(record);
        }
        Constructor<?> constructor = record.getClass().getDeclaredConstructor(types);
        constructor.setAccessible(true);
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException thrown) {
            throw new RuntimeException(MisfitException.CONSTRUCTOR_FAILED, thrown.getCause()); // like Gson's own
        }
    }
}
