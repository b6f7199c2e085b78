package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import org.jspecify.annotations.Nullable;

/** A payload that arrived as JSON, and is parsed on demand. */
public final class TextPayload implements Payload {
    private final String json;
    private volatile @Nullable Parsed parsed;

    private record Parsed(@Nullable Object value) {}

    private TextPayload(String json, @Nullable Parsed parsed) {
        this.json = json;
        this.parsed = parsed;
    }

    /**
     * A payload that is not parsed yet: {@link #value} throws IllegalArgumentException if the text is not valid JSON.
     */
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
                throw new IllegalArgumentException("the payload of another node is not valid JSON", notJson);
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
