package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import org.jspecify.annotations.Nullable;

/** A payload that came as JSON text, and is plain Java once someone asks for it. */
public final class TextPayload implements Payload {
    private final String json;
    private volatile @Nullable Parsed parsed;

    private record Parsed(@Nullable Object value) {}

    private TextPayload(String json, @Nullable Parsed parsed) {
        this.json = json;
        this.parsed = parsed;
    }

    /** A text that whoever uses it has yet to check: {@link #value} throws IllegalArgumentException if it is not JSON. */
    public static TextPayload unchecked(String json) {
        return new TextPayload(json, null);
    }

    static TextPayload checked(String json) throws MalformedMessageException {
        return new TextPayload(json, new Parsed(PlainJson.read(json)));
    }

    @Override
    public boolean hasBinary() {
        return false;
    }

    @Override
    public String json() {
        return json;
    }

    @Override
    public @Nullable Object value() {
        Parsed known = parsed;
        if (known == null) {
            try {
                known = new Parsed(PlainJson.read(json));
            } catch (MalformedMessageException notJson) {
                throw new IllegalArgumentException("what came from another node is not JSON", notJson);
            }
            parsed = known;
        }
        return known.value();
    }

    @Override
    public String toString() {
        return json;
    }
}
