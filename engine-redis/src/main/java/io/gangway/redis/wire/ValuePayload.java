package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A payload that was decoded to a plain Java value, and is written as JSON on demand. */
final class ValuePayload implements Payload {
    private final @Nullable Object value;
    private final boolean binary;
    private volatile @Nullable String json;

    /** @param value a plain value that is never changed again */
    ValuePayload(@Nullable Object value) {
        this.value = value;
        this.binary = holdsBinary(value);
    }

    private static boolean holdsBinary(@Nullable Object value) {
        if (value instanceof List<?> list) {
            for (Object element : list) {
                if (holdsBinary(element)) {
                    return true;
                }
            }
            return false;
        }
        if (value instanceof Map<?, ?> map) {
            for (Object element : map.values()) {
                if (holdsBinary(element)) {
                    return true;
                }
            }
            return false;
        }
        return value instanceof byte[];
    }

    @Override
    public boolean hasBinary() {
        return binary;
    }

    @Override
    public String json() {
        if (binary) {
            throw new IllegalStateException("cannot write a value with binary data as JSON; use value()");
        }
        String known = json;
        if (known == null) {
            known = PlainJson.write(value);
            json = known;
        }
        return known;
    }

    @Override
    public @Nullable Object value() {
        return value;
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
