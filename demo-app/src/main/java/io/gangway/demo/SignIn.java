package io.gangway.demo;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/**
 * Issues a token to anyone who sends a name.
 *
 * <p>There are no passwords, and anyone can sign in as anyone, because this is a demo. An application must authenticate
 * its users before it issues a token, or leave that to an identity provider.
 */
final class SignIn implements JsonRoute.Service {
    private static final Pattern NAME =
            Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N} ._'-]{0,38}[\\p{L}\\p{M}\\p{N}])?");

    private final Tokens tokens;

    SignIn(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public JsonReply answer(Request request, JsonBody body) {
        String name = body.text("name");
        if (!NAME.matcher(name).matches()) {
            throw new BadRequestException(
                    "\"name\" must be 1 to 40 letters and digits, with spaces, dots, hyphens, underscores "
                            + "and apostrophes only between them");
        }
        return JsonReply.of(HttpStatus.OK_200, "token", tokens.issue(name));
    }
}
