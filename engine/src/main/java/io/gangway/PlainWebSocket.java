package io.gangway;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of one plain WebSocket route: see {@link EngineBuilder#plainWebSocket(String, String,
 * java.util.function.Consumer)}. Not thread-safe.
 */
public final class PlainWebSocket {
    private @Nullable PlainFormat format;
    private @Nullable String tokenParameter;

    PlainWebSocket() {}

    /**
     * Reads and writes messages in another form. Default: {@code {"event": .., "data": ..}}.
     *
     * @param format converts messages
     * @return this
     */
    public PlainWebSocket format(PlainFormat format) {
        this.format = Objects.requireNonNull(format, "format");
        return this;
    }

    /**
     * Also accepts a token in this parameter of the query, which proxies and browsers may log. Default: only beside the
     * subprotocol {@code bearer} and in the header {@code Authorization}.
     *
     * @param parameter the parameter's name, such as {@code token}
     * @return this
     * @throws IllegalArgumentException if the name is empty
     */
    public PlainWebSocket tokenInQuery(String parameter) {
        if (parameter.isEmpty()) {
            throw new IllegalArgumentException("tokenInQuery(\"\"): name the query's parameter, such as \"token\"");
        }
        this.tokenParameter = parameter;
        return this;
    }

    @Nullable
    PlainFormat format() {
        return format;
    }

    @Nullable
    String tokenParameter() {
        return tokenParameter;
    }
}
