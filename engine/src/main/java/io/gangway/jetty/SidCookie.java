package io.gangway.jetty;

import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpCookie.SameSite;
import org.jspecify.annotations.Nullable;

/**
 * The cookie with the session's id, by which a load balancer routes a polling client to its node. Refuses cookies that
 * browsers would silently drop.
 *
 * @param path the cookie's path; null to leave it out
 * @param domain the domain whose hosts get the cookie; null for only the host that set it
 * @param sameSite the cookie's SameSite attribute; null to leave it out
 * @param partitioned whether each embedding site has its own cookie
 */
public record SidCookie(
        String name,
        @Nullable String path,
        @Nullable String domain,
        boolean httpOnly,
        boolean secure,
        @Nullable SameSite sameSite,
        boolean partitioned) {
    /** RFC 6265, section 4.1.1: no control characters, and no semicolon. */
    private static final Pattern PATH = Pattern.compile("/[ -:<-~]*");

    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");

    public SidCookie {
        if (!HttpSettings.isToken(name)) {
            throw new IllegalArgumentException("\"" + HttpSettings.visible(name)
                    + "\" is not a cookie name: use letters, digits and any of !#$%&'*+-.^_`|~, as in \"io\"");
        }
        if (path != null && !PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("\"" + HttpSettings.visible(path)
                    + "\" is not a cookie path: begin it with a slash, and use ASCII without a semicolon");
        }
        if (domain != null) {
            domain = domain.startsWith(".") ? domain.substring(1) : domain; // browsers ignore a leading dot
            if (!DOMAIN.matcher(domain).matches()) {
                throw new IllegalArgumentException("\"" + HttpSettings.visible(domain)
                        + "\" is not a cookie domain: use a name such as \"example.com\", without scheme "
                        + "and port");
            }
        }
        // RFC 6265bis, sections 4.1.2 and 4.1.3.
        String lower = name.toLowerCase(Locale.ROOT);
        if (!secure && (lower.startsWith("__secure-") || lower.startsWith("__host-"))) {
            throw dropped(name, "has a prefix that requires Secure: call secure(), or leave the prefix out");
        }
        if (lower.startsWith("__host-") && !(domain == null && "/".equals(path))) {
            throw dropped(
                    name,
                    "has a prefix that allows neither a domain nor a path other than \"/\": leave "
                            + "domain(..) and path(..) out");
        }
        if (!secure && sameSite == SameSite.NONE) {
            throw dropped(name, "is SameSite=None but not Secure: call secure(), and serve it over TLS");
        }
        if (!secure && partitioned) {
            throw dropped(name, "is Partitioned but not Secure: call secure(), and serve it over TLS");
        }
    }

    private static IllegalArgumentException dropped(String name, String why) {
        return new IllegalArgumentException("browsers drop the cookie \"" + name + "\", which " + why);
    }

    HttpCookie of(String sid) {
        HttpCookie.Builder cookie =
                HttpCookie.build(name, sid).httpOnly(httpOnly).secure(secure).partitioned(partitioned);
        if (path != null) {
            cookie.path(path);
        }
        if (domain != null) {
            cookie.domain(domain);
        }
        if (sameSite != null) {
            cookie.sameSite(sameSite);
        }
        return cookie.build();
    }
}
