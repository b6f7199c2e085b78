package io.gangway.demo;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.server.handler.DoSHandler;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.util.Callback;

/** The JSON routes: each rate-limited, and open to pages of the allowed origins. */
final class JsonRoutes {
    /** The rate limit per client address; clients behind one proxy share it. */
    private static final int REQUESTS_PER_SECOND = 20;

    private static final int BURST = 100;
    private static final int MAX_ADDRESSES = 10_000;

    private static final JsonReply TOO_MANY = JsonReply.error(HttpStatus.TOO_MANY_REQUESTS_429, "Too many requests");

    private JsonRoutes() {}

    /** Maps each path to its service, and passes other paths to the next handler. */
    static Handler of(List<String> allowedOrigins, Map<String, JsonRoute.Service> services) {
        PathMappingsHandler routes = new PathMappingsHandler();
        services.forEach((path, service) ->
                routes.addMapping(PathSpec.from(path), open(allowedOrigins, bounded(new JsonRoute(service)))));
        return routes;
    }

    private static Handler bounded(Handler route) {
        return new DoSHandler(
                route,
                DoSHandler.ID_FROM_REMOTE_ADDRESS,
                new DoSHandler.LeakingBucketTrackerFactory(REQUESTS_PER_SECOND, BURST, null),
                JsonRoutes::refuse,
                MAX_ADDRESSES);
    }

    private static boolean refuse(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
        SmallBody.read(request, response, callback, body -> TOO_MANY);
        return true;
    }

    private static Handler open(List<String> allowedOrigins, Handler route) {
        if (allowedOrigins.isEmpty()) {
            return route;
        }
        CrossOriginHandler crossOrigin = new CrossOriginHandler();
        crossOrigin.setAllowedOriginPatterns(
                allowedOrigins.stream().map(Pattern::quote).collect(Collectors.toUnmodifiableSet()));
        crossOrigin.setAllowedMethods(Set.of(HttpMethod.POST.asString()));
        crossOrigin.setAllowedHeaders(Set.of(HttpHeader.CONTENT_TYPE.asString(), HttpHeader.AUTHORIZATION.asString()));
        crossOrigin.setAllowCredentials(false); // tokens are not cookies
        crossOrigin.setHandler(route);
        return crossOrigin;
    }
}
