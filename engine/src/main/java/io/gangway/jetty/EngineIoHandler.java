package io.gangway.jetty;

import io.gangway.connection.Refusal;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.connection.UpgradeRequest;
import io.gangway.engineio.EngineIoError;
import io.gangway.engineio.EngineIoException;
import io.gangway.engineio.EngineIoServer;
import io.gangway.engineio.EngineIoSession;
import io.gangway.engineio.PollingPost;
import io.gangway.engineio.Query;
import io.gangway.logs.SparingLog;
import io.gangway.plain.PlainRoute;
import io.gangway.plain.PlainServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves Engine.IO on one path, anywhere in a tree of Jetty handlers; requests for other paths go on to the handler it
 * wraps.
 *
 * <p>Never blocks, and neither may the application's {@link ResponseHeaders} and admission: unless another handler
 * blocks, Jetty handles requests on the selector's thread and need not wake another for each.
 *
 * <p>Starts and stops with the Jetty server it belongs to. Stopping first closes all sessions, while their connections
 * are still open to tell the clients.
 */
public final class EngineIoHandler extends Handler.Wrapper {
    private static final Logger log = LoggerFactory.getLogger(EngineIoHandler.class);
    private static final SparingLog sparing = new SparingLog(log);

    /** How long a stop waits at most until the close packets are written and received. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final EngineIoServer server;
    private final PlainServer plain;
    private final HttpSettings settings;
    private final Runnable onStart;
    private final Supplier<Duration> onStopping;
    private final Runnable onStop;
    private final Occupancy occupancy = new Occupancy();
    private final RefusedOrigins refusedOrigins = new RefusedOrigins();
    private final RefusedHandshakes refused;
    private final LifeCycle.Listener beforeServerStops = new LifeCycle.Listener() {
        @Override
        public void lifeCycleStopping(LifeCycle stopping) {
            closeSessions();
        }
    };

    private volatile @Nullable WebSocketUpgrade webSockets;
    private volatile boolean closed;

    /**
     * @param plain the sessions of plain WebSockets
     * @param onStart runs when the handler starts, before the first request
     * @param onStopping runs before the sessions are closed, and returns how much time is left to close them
     * @param onStop runs when the handler has stopped, after the last session has closed
     */
    public EngineIoHandler(
            EngineIoServer server,
            PlainServer plain,
            HttpSettings settings,
            Runnable onStart,
            Supplier<Duration> onStopping,
            Runnable onStop) {
        this.server = server;
        this.plain = plain;
        this.settings = settings;
        this.onStart = onStart;
        this.onStopping = onStopping;
        this.onStop = onStop;
        this.refused = new RefusedHandshakes(server, settings);
    }

    @Override
    protected void doStart() throws Exception {
        onStart.run();
        closed = false;
        Server jetty = getServer();
        webSockets = new WebSocketUpgrade(
                server.deadlines(),
                server.laggards().limits().slowAfter(),
                server.settings().messageTimeout(),
                occupancy,
                jetty);
        // Jetty stops its connectors before its handlers, and without a stop timeout it calls no graceful shutdown.
        jetty.addEventListener(beforeServerStops);
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        try {
            closeSessions();
            getServer().removeEventListener(beforeServerStops);
            super.doStop();
        } finally {
            onStop.run();
        }
    }

    /** Lets clients leave in order and closes all sessions, then waits briefly until their close packets are written. */
    public void closeSessions() {
        Duration left = onStopping.get();
        closed = true;
        server.close();
        plain.close();
        occupancy.awaitNone(left.compareTo(FAREWELL) < 0 ? left : FAREWELL);
    }

    /**
     * With TLS, waking another thread pays off: TLS handshakes run on the reading thread and take a millisecond each.
     */
    @Override
    public InvocationType getInvocationType() {
        return isBehindTls() ? InvocationType.BLOCKING : super.getInvocationType();
    }

    private boolean isBehindTls() {
        Server jetty = getServer();
        return jetty != null
                && Arrays.stream(jetty.getConnectors())
                        .anyMatch(connector -> connector.getConnectionFactory(SslConnectionFactory.class) != null);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        PlainRoute route = path != null && WebSocketUpgrade.isWanted(request) ? plain.route(path) : null;
        if (route == null && !settings.owns(path)) {
            return super.handle(request, response, callback);
        }
        OriginRule origins = settings.origins();
        origins.addHeaders(request, response.getHeaders());
        Query query = Query.parse(request.getHttpURI().getQuery());
        if (settings.responseHeaders() != ResponseHeaders.NONE) {
            UpgradeRequest copy = RequestCopy.of(request, query == null ? Query.NONE : query, settings.proxies());
            settings.responseHeaders().every(copy, response.getHeaders()::put);
        }
        String file = route == null ? settings.below(path) : "";
        if (ClientBundle.isNamed(file)) {
            serveClient(file, request, response, callback);
            return true;
        }
        PollingExchange exchange = new PollingExchange(request, response, callback, settings, occupancy);
        try {
            if (query == null || OriginRule.isMalformed(request)) {
                refused.tell(EngineIoError.BAD_REQUEST, "the query or the Origin is malformed", request, query);
                exchange.refuse(EngineIoError.BAD_REQUEST);
            } else if (!origins.allows(request, settings.proxies())) {
                refusedOrigins.tell(request, origins, settings.proxies());
                refused.tell(EngineIoError.FORBIDDEN, "pages of this origin are not allowed", request, query);
                exchange.refuse(EngineIoError.FORBIDDEN);
            } else if (route != null) {
                servePlain(route, exchange, query, path, response, callback);
            } else if (!OriginRule.isPreflight(request)) {
                serve(exchange, query, response, callback);
            } else if (origins.isConfigured()) {
                origins.addPreflightHeaders(request, response.getHeaders());
                exchange.noContent();
            } else {
                exchange.refuse(EngineIoError.BAD_HANDSHAKE_METHOD);
            }
        } catch (EngineIoException broken) {
            String detail = String.valueOf(broken.getMessage());
            log.debug("refused a request: {}: {}", broken.error(), detail);
            refused.tell(broken.error(), detail, request, query);
            exchange.refuse(broken.error());
        }
        return true;
    }

    /**
     * Served to everyone: scripts are no secret, and browsers withhold them from pages that the origin rule does not
     * allow.
     */
    private void serveClient(String file, Request request, Response response, Callback callback) {
        if (OriginRule.isPreflight(request) && settings.origins().isConfigured()) {
            settings.origins().addPreflightHeaders(request, response.getHeaders());
            response.setStatus(HttpStatus.NO_CONTENT_204);
            response.write(true, null, callback);
        } else {
            settings.clientBundle().serve(file, settings.compression(), request, response, callback);
        }
    }

    private void servePlain(
            PlainRoute route,
            PollingExchange exchange,
            Query query,
            String path,
            Response response,
            Callback callback) {
        WebSocketUpgrade upgrade = webSockets;
        if (closed || upgrade == null) {
            refused.tellClosing(exchange.request(), query);
            refuse(exchange, new Refusal(HttpStatus.SERVICE_UNAVAILABLE_503, null), response);
        } else {
            new PlainUpgrade(plain, settings, upgrade, refused).serve(route, exchange, query, path, response, callback);
        }
    }

    private void serve(PollingExchange exchange, Query query, Response response, Callback callback)
            throws EngineIoException {
        Request request = exchange.request();
        boolean webSocket = WebSocketUpgrade.isWanted(request);
        EngineIoSession session = server.verify(request.getMethod(), query, webSocket);
        if (session == null) {
            UpgradeRequest handshake = RequestCopy.of(request, query, settings.proxies());
            if (closed) {
                refused.tellClosing(request, query);
                refuse(exchange, new Refusal(HttpStatus.SERVICE_UNAVAILABLE_503, null), response);
                return;
            }
            Refusal refusal = server.refuse(handshake);
            if (refusal != null) {
                refuse(exchange, refusal, response);
                return;
            }
            Runnable headers = () -> settings.responseHeaders().initial(handshake, response.getHeaders()::put);
            if (webSocket) {
                upgrade(
                        exchange,
                        query,
                        response,
                        callback,
                        socket -> {
                            headers.run();
                            socket.holdResponse();
                        },
                        socket -> server.openWebSocket(handshake, socket));
            } else {
                headers.run();
                server.openPolling(handshake, exchange);
            }
        } else if (webSocket) {
            upgrade(
                    exchange,
                    query,
                    response,
                    callback,
                    session::offer,
                    socket -> session.awaits(socket) ? session : null);
        } else if (HttpMethod.GET.is(request.getMethod())) {
            exchange.whenGone(() -> session.onPollGone(exchange));
            session.onPoll(exchange);
            exchange.waits();
        } else if (PostBody.isEncoded(request)) {
            response.getHeaders().put(HttpHeader.ACCEPT_ENCODING, "identity");
            throw new EngineIoException(
                    EngineIoError.UNSUPPORTED_ENCODING, "the POST has a Content-Encoding, such as gzip");
        } else {
            PollingPost post = session.onPost(exchange);
            if (post != null) {
                PostBody.read(exchange, post, server);
            }
        }
    }

    private void upgrade(
            PollingExchange exchange,
            Query query,
            Response response,
            Callback callback,
            Consumer<WebSocketTransport> negotiated,
            Function<Transport, @Nullable Session> opening) {
        Request request = exchange.request();
        WebSocketUpgrade upgrade = webSockets;
        SubprotocolOffer offer = SubprotocolOffer.in(request.getHeaders());
        if (upgrade == null || offer == null) {
            String detail = "its Sec-WebSocket-Protocol is not a list of distinct tokens";
            log.debug("refused a WebSocket: {}", detail);
            refused.tell(EngineIoError.BAD_REQUEST, detail, request, query);
            exchange.refuse(EngineIoError.BAD_REQUEST);
            return;
        }
        String subprotocol;
        try {
            subprotocol =
                    offer.chosenBy(settings.subprotocols(), () -> RequestCopy.of(request, query, settings.proxies()));
        } catch (Throwable failure) {
            sparing.error(failure, "refused a WebSocket: the application's choice of a subprotocol failed");
            refused.tellNoSubprotocol(request, query);
            refuse(exchange, new Refusal(HttpStatus.INTERNAL_SERVER_ERROR_500, null), response);
            return;
        }
        // As in Node's engine.io: a client that may send only text is sent only text.
        WebSocketDialect dialect = query.parameters().getOrDefault("b64", "").isEmpty()
                ? WebSocketDialect.ENGINE_IO
                : WebSocketDialect.ENGINE_IO_TEXT;
        int maxPayload = server.settings().maxPayload();
        if (!upgrade.upgrade(request, response, callback, subprotocol, dialect, maxPayload, negotiated, opening)) {
            String detail = "the request's headers are not a valid WebSocket handshake";
            log.debug("refused a WebSocket: {}", detail);
            refused.tell(EngineIoError.BAD_REQUEST, detail, request, query);
            exchange.refuse(EngineIoError.BAD_REQUEST);
        }
    }

    /** Answers with the refusal's status. */
    static void refuse(PollingExchange exchange, Refusal refusal, Response response) {
        Duration retryAfter = refusal.retryAfter();
        if (retryAfter != null) {
            long seconds = retryAfter.plusSeconds(1).minusNanos(1).toSeconds();
            response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds);
        }
        if (refusal.status() == EngineIoError.FORBIDDEN.status()) {
            exchange.refuse(EngineIoError.FORBIDDEN);
        } else {
            String reason = HttpStatus.getMessage(refusal.status());
            exchange.refuse(refusal.status(), "{\"code\":4,\"message\":\"" + reason + "\"}");
        }
    }
}
