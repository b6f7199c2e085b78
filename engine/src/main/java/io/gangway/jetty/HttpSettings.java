package io.gangway.jetty;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an engine's HTTP side.
 *
 * @param path where clients find the engine, such as {@code /socket.io}; paths below it belong to the engine too
 * @param origins the origins whose pages may connect
 * @param proxies the proxies whose headers about the client are trusted
 * @param responseHeaders additional headers of the responses
 * @param cookie set by the handshake of a polling client; null for none
 * @param subprotocols chooses one of the subprotocols that a WebSocket client offers
 * @param compression whether long-polling responses and the bundle's files are compressed for clients that accept gzip
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
    /** RFC 9110, section 5.6.2; cookie names follow the same rule in RFC 6265. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** The path characters of RFC 3986, except those that Jetty or a proxy would interpret: {@code * ; %}. */
    private static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()+,=:@-]+)+/?");

    public HttpSettings {
        path = checkedPath(path);
    }

    /**
     * The path without a slash at its end.
     *
     * @throws IllegalArgumentException if no request can have this path
     */
    public static String checkedPath(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("path \"" + visible(path) + "\" is not usable: write it like "
                    + "\"/socket.io\", as names of letters, digits and any of ._~!$&'()+,=:@- after single "
                    + "slashes, none of them \".\" or \"..\"");
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    static boolean isToken(String name) {
        return TOKEN.matcher(name).matches();
    }

    /** Text made safe for a message, whatever it contains. */
    static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean shown = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
            visible.append(shown ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return visible.toString();
    }

    /** The default settings: the path of stock clients, and only pages of the same host. */
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

    /** The rest of a path below the engine's own; {@code ""} if there is none. */
    String below(String pathInContext) {
        return pathInContext.substring(Math.min(path.length() + 1, pathInContext.length()));
    }

    /** Whether a request to this path, within the handler's context, is for the engine. */
    public boolean owns(@Nullable String pathInContext) {
        return pathInContext != null
                && pathInContext.startsWith(path)
                && (pathInContext.length() == path.length() || pathInContext.charAt(path.length()) == '/');
    }
}
