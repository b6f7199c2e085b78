package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A payload that came as plain Java, and is JSON text once someone asks for it. */
final class ValuePayload implements Payload {
    private final @Nullable Object value;
    private final boolean binary;
    private volatile @Nullable String json;

    /** @param value plain, and left alone from now on */
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
            throw new IllegalStateException("there is binary data in the value, which its text cannot express");
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
