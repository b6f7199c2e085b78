package io.gangway.cluster;

import org.jspecify.annotations.Nullable;

/**
 * One JSON value sent between nodes, readable as text or as plain Java. Each form is made when first asked for, and
 * cached. Immutable and thread-safe.
 */
public interface Payload {
    /** {@return whether the value contains binary data, which JSON text cannot express} */
    boolean hasBinary();

    /**
     * {@return the value as JSON text}
     *
     * @throws IllegalStateException if the value contains binary data
     */
    String json();

    /** {@return the value as plain Java: String, Long, Double, Boolean, Map with String keys, List, byte[] or null} */
    @Nullable
    Object value();
}
