package io.gangway.jetty;

import java.util.regex.Pattern;
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
 * @param compression whether long polling answers, and the files of the bundle, are compressed for clients that take it
 * @param clientBundle the JavaScript client's files, for pages
 */
public record HttpSettings(
        String path,
        OriginRule origins,
        TrustedProxies proxies,
        ResponseHeaders responseHeaders,
        @Nullable SidCookie cookie,
        SubprotocolRule subprotocols,
        boolean compression,
        ClientBundle clientBundle) {
    /** RFC 9110, section 5.6.2; RFC 6265 has the same for the names of cookies. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** RFC 3986's characters of a path, but for those that Jetty or a proxy would read otherwise: {@code * ; %}. */
    private static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()+,=:@-]+)+/?");

    public HttpSettings {
        path = checkedPath(path);
    }

    /**
     * The path without a slash at its end.
     *
     * @throws IllegalArgumentException if no request can have it
     */
    public static String checkedPath(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("path \"" + visible(path) + "\" should be like \"/socket.io\": names of"
                    + " letters, digits and any of ._~!$&'()+,=:@- behind single slashes, and none of them . or ..");
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    static boolean isToken(String name) {
        return TOKEN.matcher(name).matches();
    }

    /** Text for a message, whatever is in it. */
    static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean shown = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
            visible.append(shown ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return visible.toString();
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
                true,
                ClientBundle.NONE);
    }

    /** What a path that is the engine's names below it; {@code ""} if nothing. */
    String below(String pathInContext) {
        return pathInContext.substring(Math.min(path.length() + 1, pathInContext.length()));
    }

    /** Whether a request to this path, in the handler's context, is the engine's. */
    boolean owns(@Nullable String pathInContext) {
        return pathInContext != null
                && pathInContext.startsWith(path)
                && (pathInContext.length() == path.length() || pathInContext.charAt(path.length()) == '/');
    }
}
