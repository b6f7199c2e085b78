package io.gangway.jetty;

import io.gangway.engineio.EngineIoError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The Jetty of an engine that is not mounted in another: one port, and nothing on it but the engine.
 *
 * <p>Its threads are no daemons, so that an application whose main method is over goes on.
 */
public final class StandaloneServer {
    private static final int REQUEST_HEADER_BYTES = 8 * 1024;
    /** A restart brings all clients back at once; Java's own 50 would turn most of them away. */
    private static final int ACCEPT_QUEUE = 1024;

    private static final long IDLE_MILLIS = 30_000;

    private static final Pattern HOST =
            Pattern.compile("[\\p{L}\\p{N}._-]+|\\[?[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*(%[\\w.-]+)?]?");

    private final Server server;
    private final ServerConnector connector;

    private StandaloneServer(@Nullable String host, int port, SslContextFactory.@Nullable Server tls, Handler handler) {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("gangway-http");
        server = new Server(threads, new ScheduledExecutorScheduler("gangway-http-scheduler", true), null);
        connector = connector(server, tls);
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setErrorHandler(StandaloneServer::error);
        server.setHandler(handler);
    }

    private static ServerConnector connector(Server server, SslContextFactory.@Nullable Server tls) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(REQUEST_HEADER_BYTES);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        if (tls == null) {
            return new PlainConnector(server, http);
        }
        return new ServerConnector(server, 1, -1, new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()), http);
    }

    /**
     * A name or an address, which need not be there yet.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static String checkedHost(String host) {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("host \"" + HttpSettings.visible(host)
                    + "\" should be a name or an address to listen on, such as \"localhost\", \"0.0.0.0\" or \"::1\","
                    + " without a scheme; the port goes to port(..)");
        }
        return host;
    }

    /**
     * Listens, and serves requests with {@code handler}.
     *
     * @param host the address to listen on; null for all of them
     * @param port the port to listen on; 0 for a free one, which {@link #port()} tells
     * @param tls the certificate and key for HTTPS; null for plain HTTP
     * @throws UncheckedIOException if the port cannot be listened on, naming it
     */
    public static StandaloneServer start(
            @Nullable String host, int port, SslContextFactory.@Nullable Server tls, Handler handler) {
        StandaloneServer standalone = new StandaloneServer(host, port, tls, handler);
        try {
            standalone.connector.open(); // before any thread starts
        } catch (IOException taken) {
            throw new UncheckedIOException(
                    "cannot listen on " + (host == null ? "port " + port : host + ":" + port) + ": " + reason(taken),
                    taken);
        }
        try {
            standalone.server.start();
        } catch (Exception failure) {
            standalone.stop();
            throw failure instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException(
                            "the HTTP server could not be started: " + failure.getMessage(), failure);
        }
        return standalone;
    }

    private static String reason(IOException failure) {
        Throwable cause = failure.getCause();
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }

    /** The port that is listened on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Stops the handler, whose clients are told, and frees the port. */
    public void stop() {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IllegalStateException("the HTTP server could not be stopped: " + failure.getMessage(), failure);
        }
    }

    /** In place of Jetty's page, which repeats the request's URI with the tokens in it. */
    private static boolean error(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String json = status == EngineIoError.BAD_REQUEST.status()
                ? EngineIoError.BAD_REQUEST.json()
                : "{\"code\":3,\"message\":\"" + HttpStatus.getMessage(status) + "\"}";
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
