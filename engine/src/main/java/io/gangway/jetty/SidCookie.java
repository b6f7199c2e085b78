package io.gangway.jetty;

import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpCookie.SameSite;
import org.jspecify.annotations.Nullable;

/**
 * The cookie by which a load balancer finds a polling client's node again: it holds the session's id. A cookie that browsers
 * would drop without a word is refused here.
 *
 * @param path the cookie's path; null to leave it out
 * @param domain the domain whose hosts get it; null for the host that set it
 * @param sameSite the cookie's SameSite attribute; null to leave it out
 * @param partitioned whether each site that embeds a page has a cookie of its own
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
                    + "\" is no cookie's name: it has letters, digits and any of !#$%&'*+-.^_`|~, as in \"io\"");
        }
        if (path != null && !PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("\"" + HttpSettings.visible(path)
                    + "\" is no cookie's path: it begins with a slash, and is ASCII without a semicolon");
        }
        if (domain != null) {
            domain = domain.startsWith(".") ? domain.substring(1) : domain; // which browsers pass over
            if (!DOMAIN.matcher(domain).matches()) {
                throw new IllegalArgumentException(
                        "\"" + HttpSettings.visible(domain)
                                + "\" is no cookie's domain: expected a name such as \"example.com\", without a scheme or a port");
            }
        }
        // RFC 6265bis, sections 4.1.2 and 4.1.3.
        String lower = name.toLowerCase(Locale.ROOT);
        if (!secure && (lower.startsWith("__secure-") || lower.startsWith("__host-"))) {
            throw dropped(name, "has a name for cookies that are Secure: add secure(), or leave the prefix out");
        }
        if (lower.startsWith("__host-") && !(domain == null && "/".equals(path))) {
            throw dropped(name, "has a name for cookies of one host: leave domain(..) out, and the path \"/\"");
        }
        if (!secure && sameSite == SameSite.NONE) {
            throw dropped(name, "is SameSite=None and not Secure: add secure(), and serve it over TLS");
        }
        if (!secure && partitioned) {
            throw dropped(name, "is Partitioned and not Secure: add secure(), and serve it over TLS");
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
