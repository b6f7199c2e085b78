package io.gangway;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cookie by which a load balancer finds a polling client's node again, see {@link HttpOptions.Builder#sessionCookie(SessionCookie)}. It holds
 * the session's id, and lives as long as the browser keeps it. Immutable.
 *
 * <p>Pages of another site need it so:
 *
 * <pre>
 *   Engine.builder()
 *           .allowOrigins("https://app.example.com").allowCredentials()
 *           .http(http -> http.sessionCookie(SessionCookie.named("io").sameSite(SameSite.NONE).secure()))
 * </pre>
 */
public final class SessionCookie {
    /** With which requests a browser sends it: RFC 6265bis, section 4.1.2.7. */
    public enum SameSite {
        /** Of pages of the same site. */
        STRICT,
        /** The same, and when a user comes by a link. */
        LAX,
        /** Of all pages; the cookie has to be {@link #secure()}. */
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

    /** As Node.js sets it: {@code <name>=<sid>; Path=/; HttpOnly; SameSite=Lax}. */
    public static SessionCookie named(String name) {
        return new SessionCookie(Objects.requireNonNull(name, "name"), "/", null, false, true, false, SameSite.LAX);
    }

    /** Below which path it is sent, such as the engine's own. Default {@code /}. */
    public SessionCookie path(String path) {
        Objects.requireNonNull(path, "path");
        return new SessionCookie(name, path, domain, secure, httpOnly, partitioned, sameSite);
    }

    /** To which hosts it is sent: this one and those below it. Default: the one that set it. */
    public SessionCookie domain(String domain) {
        Objects.requireNonNull(domain, "domain");
        return new SessionCookie(name, path, domain, secure, httpOnly, partitioned, sameSite);
    }

    /** Sent over TLS alone. Default: over plain HTTP as well. */
    public SessionCookie secure() {
        return new SessionCookie(name, path, domain, true, httpOnly, partitioned, sameSite);
    }

    /** Pages' scripts may read it. Default: not (HttpOnly), for whoever knows the id can speak as the client. */
    public SessionCookie readableByScripts() {
        return new SessionCookie(name, path, domain, secure, false, partitioned, sameSite);
    }

    /** With which requests it is sent. Default {@link SameSite#LAX}. */
    public SessionCookie sameSite(SameSite sameSite) {
        Objects.requireNonNull(sameSite, "sameSite");
        return new SessionCookie(name, path, domain, secure, httpOnly, partitioned, sameSite);
    }

    /**
     * Each site that embeds the page has one of its own (CHIPS), where browsers take no others in frames of another site; it
     * has to be {@link #secure()}.
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
