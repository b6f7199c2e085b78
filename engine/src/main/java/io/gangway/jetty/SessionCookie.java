package io.gangway.jetty;

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
