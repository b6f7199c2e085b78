package io.gangway.jetty;

import org.jspecify.annotations.Nullable;

/**
 * The choices of an engine's HTTP side.
 *
 * @param path where clients find the engine, such as {@code /socket.io}; what lies below is the engine's too
 * @param origins whose pages may connect
 * @param proxies who is believed about clients whose requests it forwards
 * @param responseHeaders what else the responses say
 * @param cookie set on the handshake of a polling client; null for none
 * @param subprotocols what a WebSocket's client is answered of those it offers
 * @param compression whether long polling answers are compressed for clients that take it
 */
public record HttpSettings(
        String path,
        OriginRule origins,
        TrustedProxies proxies,
        ResponseHeaders responseHeaders,
        @Nullable SessionCookie cookie,
        SubprotocolRule subprotocols,
        boolean compression) {
    public HttpSettings {
        if (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "the path \"" + path + "\" has to begin with a slash, as in \"/socket.io\"");
        }
    }

    /** The path of stock clients, for pages of the same host, without anything extra. */
    public static HttpSettings standard() {
        return new HttpSettings(
                "/socket.io",
                OriginRule.sameHost(),
                TrustedProxies.NONE,
                ResponseHeaders.NONE,
                null,
                SubprotocolRule.FIRST_OFFERED,
                true);
    }

    /** Whether a request to this path, in the handler's context, is the engine's. */
    boolean owns(@Nullable String pathInContext) {
        return pathInContext != null
                && pathInContext.startsWith(path)
                && (pathInContext.length() == path.length() || pathInContext.charAt(path.length()) == '/');
    }
}
