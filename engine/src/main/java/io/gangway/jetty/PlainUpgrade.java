package io.gangway.jetty;

import io.gangway.connection.Refusal;
import io.gangway.connection.UpgradeRequest;
import io.gangway.engineio.EngineIoError;
import io.gangway.engineio.Query;
import io.gangway.logs.SparingLog;
import io.gangway.plain.PlainRoute;
import io.gangway.plain.PlainServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens plain WebSockets, and finds the token in their handshakes. Thread-safe. */
final class PlainUpgrade {
    private static final Logger log = LoggerFactory.getLogger(PlainUpgrade.class);
    private static final SparingLog sparing = new SparingLog(log);

    /** The subprotocol before a token: browsers can send a token in no other header of a WebSocket. */
    private static final String BEARER = "bearer";

    private static final String SCHEME = "bearer ";
    private static final String SUBPROTOCOLS = "sec-websocket-protocol";

    private final PlainServer server;
    private final HttpSettings settings;
    private final WebSocketUpgrade webSockets;
    private final RefusedHandshakes refused;

    PlainUpgrade(PlainServer server, HttpSettings settings, WebSocketUpgrade webSockets, RefusedHandshakes refused) {
        this.server = server;
        this.settings = settings;
        this.webSockets = webSockets;
        this.refused = refused;
    }

    /** Upgrades a request whose origin is allowed, or refuses it. */
    void serve(
            PlainRoute route,
            PollingExchange exchange,
            Query query,
            String path,
            Response response,
            Callback callback) {
        SubprotocolOffer offer = SubprotocolOffer.in(exchange.request().getHeaders());
        String parameter = route.tokenParameter();
        if (offer == null || (parameter != null && query.repeated().contains(parameter))) {
            String detail = "its subprotocols or its token are given twice or malformed";
            log.debug("refused a plain WebSocket: {}", detail);
            refused.tell(EngineIoError.BAD_REQUEST, detail, exchange.request(), query);
            exchange.refuse(EngineIoError.BAD_REQUEST);
            return;
        }
        String paired = paired(offer.names());
        UpgradeRequest handshake =
                withoutToken(RequestCopy.of(exchange.request(), query, settings.proxies()), offer.names(), paired);
        Refusal refusal = route.refuse(handshake);
        if (refusal != null) {
            EngineIoHandler.refuse(exchange, refusal, response);
            return;
        }
        String subprotocol;
        try {
            subprotocol = paired == null ? offer.chosenBy(settings.subprotocols(), () -> handshake) : BEARER;
        } catch (RuntimeException failure) {
            sparing.error(failure, "refused a WebSocket: the application's choice of a subprotocol failed");
            refused.tellNoSubprotocol(exchange.request(), query);
            EngineIoHandler.refuse(exchange, new Refusal(HttpStatus.INTERNAL_SERVER_ERROR_500, null), response);
            return;
        }
        String token = token(handshake, paired, parameter);
        boolean upgraded = webSockets.upgrade(
                exchange.request(),
                response,
                callback,
                subprotocol,
                WebSocketDialect.PLAIN,
                server.settings().maxPayload(),
                socket -> settings.responseHeaders().initial(handshake, response.getHeaders()::put),
                socket -> server.open(route, handshake, path, token, socket));
        if (!upgraded) {
            String detail = "the request's headers are not a valid WebSocket handshake";
            log.debug("refused a plain WebSocket: {}", detail);
            refused.tell(EngineIoError.BAD_REQUEST, detail, exchange.request(), query);
            exchange.refuse(EngineIoError.BAD_REQUEST);
        }
    }

    /** The token offered behind {@code bearer}; null if there is none. */
    private static @Nullable String paired(List<String> offered) {
        int bearer = offered.indexOf(BEARER);
        return bearer >= 0 && bearer + 1 < offered.size() ? offered.get(bearer + 1) : null;
    }

    private static @Nullable String token(
            UpgradeRequest handshake, @Nullable String paired, @Nullable String parameter) {
        if (paired != null) {
            return paired;
        }
        String credentials = handshake.headers().getOrDefault(HttpHeader.AUTHORIZATION.lowerCaseName(), "");
        if (credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return credentials.substring(SCHEME.length()).strip();
        }
        return parameter == null ? null : handshake.query().get(parameter);
    }

    /** The request as handlers see it, without the token among its subprotocols. */
    private static UpgradeRequest withoutToken(UpgradeRequest request, List<String> offered, @Nullable String token) {
        if (token == null) {
            return request;
        }
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.put(
                SUBPROTOCOLS,
                offered.stream().filter(name -> !name.equals(token)).collect(Collectors.joining(", ")));
        return new UpgradeRequest(
                request.url(), headers, request.query(), request.remoteAddress(), request.secure(), request.time());
    }
}
