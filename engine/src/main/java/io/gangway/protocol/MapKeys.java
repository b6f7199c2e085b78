package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a map's keys as JSON values, not by {@code toString()}; a map whose keys are written as objects or arrays
 * becomes an array of pairs. Gson's own setting applies to all maps; this factory does not apply it to maps whose keys are strings, whole numbers, booleans or UUIDs.
 */
final class MapKeys implements TypeAdapterFactory {
    private static final Set<Class<?>> PLAIN =
            Set.of(String.class, Byte.class, Short.class, Integer.class, Long.class, Boolean.class, UUID.class);

    /** The Gson of the first call, with Gson's setting for complex map keys. Guarded by this. */
    private @Nullable Gson withKeys;

    @Override
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
        if (!Map.class.isAssignableFrom(type.getRawType())
                || PLAIN.contains(
                        TypeToken.get(GenericTypes.argument(type.getType(), 0)).getRawType())) {
            return null;
        }
        Gson writing = withKeys(gson);
        return gson == writing ? null : writing.getDelegateAdapter(this, type);
    }

    private synchronized Gson withKeys(Gson gson) {
        if (withKeys == null) {
            withKeys = gson.newBuilder().enableComplexMapKeySerialization().create();
        }
        return withKeys;
    }
}
