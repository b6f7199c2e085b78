package io.gangway.demo;

import io.gangway.UnauthorizedException;
import java.time.Clock;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Notifies users on all their devices at their own request; nobody can notify anyone else. */
final class NotifyYourself implements JsonRoute.Service {
    private static final String SCHEME = "Bearer ";
    private static final int MAX_CHARACTERS = 500;

    private final Tokens tokens;
    private final NotificationService notifications;
    private final Clock clock;

    NotifyYourself(Tokens tokens, NotificationService notifications, Clock clock) {
        this.tokens = tokens;
        this.notifications = notifications;
        this.clock = clock;
    }

    @Override
    public JsonReply answer(Request request, JsonBody body) {
        String user = tokens.user(token(request.getHeaders().get(HttpHeader.AUTHORIZATION)));
        String text = body.text("text");
        if (text.isBlank() || text.length() > MAX_CHARACTERS) {
            throw new BadRequestException(
                    "\"text\" must be 1 to " + MAX_CHARACTERS + " characters long, and not blank");
        }
        notifications.notifyUser(user, new NotificationService.Notification(text, clock.instant()));
        return JsonReply.of(HttpStatus.ACCEPTED_202, "notified", user);
    }

    private static String token(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new UnauthorizedException("Missing authentication token");
        }
        return authorization.substring(SCHEME.length()).strip();
    }
}
