package io.gangway.cluster;

import org.jspecify.annotations.Nullable;

/**
 * One JSON value on its way between nodes, as text or as plain Java, whichever its reader needs; each is made when it is
 * first asked for, and remembered. Immutable and thread-safe.
 */
public interface Payload {
    /** Whether there is binary data somewhere in the value, which its text cannot express. */
    boolean hasBinary();

    /**
     * The value as JSON text.
     *
     * @throws IllegalStateException if it has binary data
     */
    String json();

    /** The value as plain Java: String, Long, Double, Boolean, Map with names as keys, List, byte[] or null. */
    @Nullable
    Object value();
}
