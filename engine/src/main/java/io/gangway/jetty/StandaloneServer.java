package io.gangway.jetty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * The Jetty of an engine that is not mounted in another: one port, and nothing on it but the engine.
 *
 * <p>Its threads are no daemons, so that an application whose main method is over goes on.
 */
public final class StandaloneServer {
    /** A restart brings all clients back at once; Java's own 50 would turn most of them away. */
    private static final int ACCEPT_QUEUE = 1024;

    private static final Pattern HOST =
            Pattern.compile("[\\p{L}\\p{N}._-]+|\\[?[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*(%[\\w.-]+)?]?");

    private final Server server;
    private final ServerConnector connector;

    private StandaloneServer(StandaloneSettings settings, Handler handler) {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("gangway-http");
        server = new Server(threads, new ScheduledExecutorScheduler("gangway-http-scheduler", true), null);
        connector = connector(server, settings);
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(Math.max(1, settings.idleTimeout().toMillis())); // 0 would be none
        server.addConnector(connector);
        server.setErrorHandler(new ErrorAnswer(settings.maxHeaderSize()));
        server.setHandler(handler);
    }

    private static ServerConnector connector(Server server, StandaloneSettings settings) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(settings.maxHeaderSize()); // a limit: no buffer is of that size
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        SslContextFactory.Server tls = settings.tls();
        if (tls == null) {
            return new PlainConnector(server, http);
        }
        configuration.addCustomizer(new TlsHostCheck(tls, settings.tlsHosts()));
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
     * @throws UncheckedIOException if the port cannot be listened on, naming it
     */
    public static StandaloneServer start(StandaloneSettings settings, Handler handler) {
        StandaloneServer standalone = new StandaloneServer(settings, handler);
        try {
            standalone.connector.open(); // before any thread starts
        } catch (IOException taken) {
            throw new UncheckedIOException(
                    "cannot listen on "
                            + (settings.host() == null
                                    ? "port " + settings.port()
                                    : settings.host() + ":" + settings.port())
                            + ": " + reason(taken),
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
}
