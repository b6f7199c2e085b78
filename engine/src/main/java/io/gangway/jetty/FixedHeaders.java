package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The same headers for every response. Immutable. */
public final class FixedHeaders implements ResponseHeaders {
    public static final FixedHeaders NONE = new FixedHeaders(Map.of());

    /** The engine's own: another value of one of these breaks the response that it stands in. */
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

    /** By names in whatever case. */
    private final Map<String, String> headers;

    private FixedHeaders(Map<String, String> headers) {
        this.headers = headers;
    }

    /**
     * These headers and one more, or another value of one.
     *
     * @throws IllegalArgumentException if no such header can be sent, or it is the engine's own
     */
    public FixedHeaders with(String name, String value) {
        if (!HttpSettings.isToken(name)) {
            throw new IllegalArgumentException("\"" + HttpSettings.visible(name)
                    + "\" is no header's name: it has letters, digits and any of !#$%&'*+-.^_`|~");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (ENGINES.contains(lower) || lower.startsWith(ENGINES_PREFIX)) {
            throw new IllegalArgumentException(
                    "the header " + name + " is the engine's own, which says how it answers: leave it out");
        }
        if (!value.chars()
                .allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f && (c < 0x80 || c >= 0xa0)))) {
            throw new IllegalArgumentException("the header " + name + " cannot have the value \""
                    + HttpSettings.visible(value) + "\": it has no line breaks or other control characters, and of"
                    + " Unicode only Latin-1");
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

    /** These, or none if they are none: a response costs nothing then. */
    public ResponseHeaders orNone() {
        return headers.isEmpty() ? ResponseHeaders.NONE : this;
    }
}
