package io.gangway.demo;

import io.gangway.UnauthorizedException;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Handles POSTs with small JSON objects, and passes every other request to the next handler.
 *
 * <p>A page of another origin cannot send JSON unless a preflight request allowed it.
 */
final class JsonRoute extends Handler.Abstract.NonBlocking {
    private static final JsonReply UNSUPPORTED =
            JsonReply.error(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "Content-Type must be application/json");
    private static final JsonReply TOO_LARGE = JsonReply.error(
            HttpStatus.PAYLOAD_TOO_LARGE_413, "The body must not exceed " + SmallBody.MAX_BYTES + " bytes");

    private final Service service;

    /** Processes the body of a request. */
    @FunctionalInterface
    interface Service {
        /**
         * Returns the reply; must not block.
         *
         * @throws BadRequestException to reply with 400
         * @throws UnauthorizedException to reply with 401
         */
        JsonReply answer(Request request, JsonBody body);
    }

    JsonRoute(Service service) {
        this.service = service;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!HttpMethod.POST.is(request.getMethod())) {
            return false;
        }
        SmallBody.read(request, response, callback, body -> answer(request, body));
        return true;
    }

    private JsonReply answer(Request request, SmallBody body) {
        if (!isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            return UNSUPPORTED;
        }
        if (body.isTooLarge()) {
            return TOO_LARGE;
        }
        try {
            return service.answer(request, JsonBody.of(body.text()));
        } catch (BadRequestException refused) {
            return JsonReply.error(HttpStatus.BAD_REQUEST_400, refused.getMessage());
        } catch (UnauthorizedException refused) {
            return JsonReply.error(HttpStatus.UNAUTHORIZED_401, refused.getMessage());
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }
}
