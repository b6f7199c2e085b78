package io.gangway;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cookie by which a load balancer routes a polling client to its node, see
 * {@link HttpOptions.Builder#sessionCookie(SessionCookie)}. It contains the session's id, and lasts until the browser
 * is closed. Immutable.
 *
 * <p>For pages of another site, set it like this:
 *
 * <pre>
 *   Engine.builder()
 *           .allowOrigins("https://app.example.com").allowCredentials()
 *           .http(http -> http.sessionCookie(SessionCookie.named("io").sameSite(SameSite.NONE).secure()))
 * </pre>
 */
public final class SessionCookie {
    /** The requests with which a browser sends the cookie: RFC 6265bis, section 4.1.2.7. */
    public enum SameSite {
        /** Requests from pages of the same site. */
        STRICT,
        /** The same, and when a user follows a link to the site. */
        LAX,
        /** Requests from all pages; the cookie must be {@link #secure()}. */
        NONE
    }

    private final String name;
    private final String path;
    private final @Nullable String domain;
    private final boolean secure;
    private final boolean httpOnly;
    private final boolean partitioned;
    private final SameSite sameSite;

    private SessionCookie(
            String name,
            String path,
            @Nullable String domain,
            boolean secure,
            boolean httpOnly,
            boolean partitioned,
            SameSite sameSite) {
        this.name = name;
        this.path = path;
        this.domain = domain;
        this.secure = secure;
        this.httpOnly = httpOnly;
        this.partitioned = partitioned;
        this.sameSite = sameSite;
    }

    /**
     * The cookie that Node.js sets: {@code <name>=<sid>; Path=/; HttpOnly; SameSite=Lax}.
     *
     * @param name the cookie's name
     * @return the cookie
     */
    public static SessionCookie named(String name) {
        return new SessionCookie(Objects.requireNonNull(name, "name"), "/", null, false, true, false, SameSite.LAX);
    }

    /**
     * The path below which the cookie is sent, such as the engine's own. Default {@code /}.
     *
     * @param path the path
     * @return a cookie with this path
     */
    public SessionCookie path(String path) {
        Objects.requireNonNull(path, "path");
        return new SessionCookie(name, path, domain, secure, httpOnly, partitioned, sameSite);
    }

    /**
     * The domain to whose hosts the cookie is sent. Default: only the host that set it.
     *
     * @param domain the domain
     * @return a cookie with this domain
     */
    public SessionCookie domain(String domain) {
        Objects.requireNonNull(domain, "domain");
        return new SessionCookie(name, path, domain, secure, httpOnly, partitioned, sameSite);
    }

    /**
     * Sends the cookie only over TLS. Default: over plain HTTP as well.
     *
     * @return a cookie with the attribute Secure
     */
    public SessionCookie secure() {
        return new SessionCookie(name, path, domain, true, httpOnly, partitioned, sameSite);
    }

    /**
     * Lets scripts in pages read the cookie. Default: no (HttpOnly), because anyone who knows the id can impersonate
     * the client.
     *
     * @return a cookie without the attribute HttpOnly
     */
    public SessionCookie readableByScripts() {
        return new SessionCookie(name, path, domain, secure, false, partitioned, sameSite);
    }

    /**
     * The requests with which the cookie is sent. Default {@link SameSite#LAX}.
     *
     * @param sameSite the requests
     * @return a cookie with this SameSite attribute
     */
    public SessionCookie sameSite(SameSite sameSite) {
        Objects.requireNonNull(sameSite, "sameSite");
        return new SessionCookie(name, path, domain, secure, httpOnly, partitioned, sameSite);
    }

    /**
     * Gives each site that embeds the page its own cookie (CHIPS), which some browsers require in frames of another
     * site; the cookie must be {@link #secure()}.
     *
     * @return a cookie with the attribute Partitioned
     */
    public SessionCookie partitioned() {
        return new SessionCookie(name, path, domain, secure, httpOnly, true, sameSite);
    }

    String name() {
        return name;
    }

    String path() {
        return path;
    }

    @Nullable
    String domain() {
        return domain;
    }

    boolean isSecure() {
        return secure;
    }

    boolean isHttpOnly() {
        return httpOnly;
    }

    boolean isPartitioned() {
        return partitioned;
    }

    SameSite sameSite() {
        return sameSite;
    }
}
