package io.gangway.demo;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/**
 * Issues a token to anyone who sends a name.
 *
 * <p>There are no passwords, and anyone can sign in as anyone, because this is a demo. An application must authenticate
 * its users before it issues a token, or leave that to an identity provider.
 */
final class SignIn implements JsonRoute.Service {
    private final Tokens tokens;

    SignIn(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public JsonReply answer(Request request, JsonBody body) {
        String name = body.text("name");
        if (!UserName.isValid(name)) {
            throw new BadRequestException("\"name\" " + UserName.RULE);
        }
        return JsonReply.of(HttpStatus.OK_200, "token", tokens.issue(name));
    }
}
