package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Adds the same headers to every response. Immutable. */
public final class FixedHeaders implements ResponseHeaders {
    public static final FixedHeaders NONE = new FixedHeaders(Map.of());

    /** Headers that the engine sets itself: another value would break the response. */
    private static final Set<String> ENGINES = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final String ENGINES_PREFIX = "sec-websocket-";

    /** By name, ignoring case. */
    private final Map<String, String> headers;

    private FixedHeaders(Map<String, String> headers) {
        this.headers = headers;
    }

    /**
     * These headers with one added or replaced.
     *
     * @throws IllegalArgumentException if the name or value is invalid, or the engine sets this header itself
     */
    public FixedHeaders with(String name, String value) {
        if (!HttpSettings.isToken(name)) {
            throw new IllegalArgumentException("\"" + HttpSettings.visible(name)
                    + "\" is not a header name: use letters, digits and any of !#$%&'*+-.^_`|~");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (ENGINES.contains(lower) || lower.startsWith(ENGINES_PREFIX)) {
            throw new IllegalArgumentException("header \"" + name + "\" is set by the engine itself: leave it out");
        }
        if (!value.chars()
                .allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f && (c < 0x80 || c >= 0xa0)))) {
            throw new IllegalArgumentException("header \"" + name + "\" cannot have the value \""
                    + HttpSettings.visible(value) + "\": use Latin-1 text without line breaks and other control "
                    + "characters");
        }
        Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.put(name, value);
        return new FixedHeaders(Collections.unmodifiableMap(more));
    }

    @Override
    public void every(UpgradeRequest request, BiConsumer<String, String> add) {
        headers.forEach(add);
    }

    /** These headers, or {@link ResponseHeaders#NONE} if there are none, which costs nothing per response. */
    public ResponseHeaders orNone() {
        return headers.isEmpty() ? ResponseHeaders.NONE : this;
    }
}
