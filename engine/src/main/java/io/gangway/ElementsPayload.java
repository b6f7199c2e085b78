package io.gangway;

import io.gangway.cluster.Payload;
import io.gangway.protocol.Elements;
import org.jspecify.annotations.Nullable;

/** A payload for other nodes: elements as one array, or a single element. Thread-safe. */
final class ElementsPayload implements Payload {
    private final Elements elements;
    private final boolean array;
    private volatile @Nullable Object value;

    private ElementsPayload(Elements elements, boolean array) {
        this.elements = elements;
        this.array = array;
    }

    /** All elements, as an array. */
    static Payload array(Elements elements) {
        return new ElementsPayload(elements, true);
    }

    /** The only element; null if there is none. */
    static Payload first(Elements elements) {
        return new ElementsPayload(elements, false);
    }

    @Override
    public boolean hasBinary() {
        return !elements.attachments().isEmpty();
    }

    @Override
    public String json() {
        if (hasBinary()) {
            throw new IllegalStateException("a payload with binary data has no JSON text; call value()");
        }
        if (array) {
            return elements.array();
        }
        return elements.size() == 0 ? "null" : elements.json(0);
    }

    @Override
    public @Nullable Object value() {
        Object decoded = value;
        if (decoded == null) {
            decoded = array ? elements.values() : elements.size() == 0 ? null : elements.value(0);
            value = decoded;
        }
        return decoded;
    }

    @Override
    public String toString() {
        return "Payload[" + elements.size() + " elements]"; // not the values: logs show no payload
    }
}
