package io.gangway.jetty;

import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpCookie.SameSite;
import org.jspecify.annotations.Nullable;

/**
 * The cookie by which a load balancer finds a polling client's node again: it holds the session's id.
 *
 * @param path the cookie's path; null to leave it out
 * @param sameSite the cookie's SameSite attribute; null to leave it out
 */
public record SessionCookie(
        String name,
        @Nullable String path,
        boolean httpOnly,
        @Nullable SameSite sameSite) {
    /** Of a name that begins so, browsers take no cookie that lacks these attributes: RFC 6265bis, section 4.1.3. */
    private static final List<String> PREFIXES = List.of("__secure-", "__host-");

    public SessionCookie {
        if (!HttpSettings.isToken(name)) {
            throw new IllegalArgumentException("\"" + HttpSettings.visible(name)
                    + "\" is no cookie's name: it has letters, digits and any of !#$%&'*+-.^_`|~, as in \"io\"");
        }
        if (PREFIXES.stream().anyMatch(name.toLowerCase(Locale.ROOT)::startsWith)) {
            throw new IllegalArgumentException("browsers take the cookie \"" + name
                    + "\" only with the attribute Secure, which it does not have here: leave the prefix out");
        }
    }

    /** As engine.io sets it: {@code io=<sid>; Path=/; HttpOnly; SameSite=Lax}. */
    public static SessionCookie named(String name) {
        return new SessionCookie(name, "/", true, SameSite.LAX);
    }

    HttpCookie of(String sid) {
        HttpCookie.Builder cookie = HttpCookie.build(name, sid).httpOnly(httpOnly);
        if (path != null) {
            cookie.path(path);
        }
        if (sameSite != null) {
            cookie.sameSite(sameSite);
        }
        return cookie.build();
    }
}
