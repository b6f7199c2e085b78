package io.gangway.jetty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.UnresolvedAddressException;
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
import org.jspecify.annotations.Nullable;

/**
 * The Jetty server of an engine that is not embedded in another one: a port that serves only the engine.
 *
 * <p>Its threads are not daemons, so that the JVM keeps running after the application's main method returns.
 */
public final class StandaloneServer {
    /** After a restart all clients reconnect at once; Java's default of 50 would refuse most of them. */
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
        connector.setAcceptedSendBufferSize(Sockets.SEND_BUFFER_BYTES); // for responses to polls
        connector.setIdleTimeout(Math.max(1, settings.idleTimeout().toMillis())); // Jetty takes 0 as no timeout
        server.addConnector(connector);
        server.setErrorHandler(new ErrorAnswer(settings.maxHeaderSize()));
        server.setHandler(handler);
    }

    private static ServerConnector connector(Server server, StandaloneSettings settings) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(
                settings.maxHeaderSize()); // only a limit: no buffer of that size is allocated
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        http.setInputBufferSize(RequestBuffers.BYTES);
        SslContextFactory.Server tls = settings.tls();
        if (tls == null) {
            return new PlainConnector(server, http, settings.headTimeout());
        }
        configuration.addCustomizer(new TlsHostCheck(tls, settings.tlsHosts()));
        return new PatientConnector(
                server,
                configuration,
                settings.headTimeout(),
                new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()),
                http);
    }

    /**
     * Checks the form of a host name or address; whether it exists is not checked.
     *
     * @throws IllegalArgumentException if it is neither a name nor an address
     */
    public static String checkedHost(String host) {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("host \"" + HttpSettings.visible(host)
                    + "\" is not a host to listen on: use a name or an address such as \"localhost\", \"0.0.0.0\" "
                    + "or \"::1\", without a scheme, and pass the port to port(..)");
        }
        return host;
    }

    /**
     * Opens the port and serves requests with {@code handler}.
     *
     * @throws UncheckedIOException if the port cannot be opened, naming it
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
                            + ": " + reason(settings.host(), taken),
                    taken);
        }
        try {
            standalone.server.start();
        } catch (Exception failure) {
            standalone.stop();
            throw failure instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("cannot start the HTTP server: " + failure, failure);
        }
        return standalone;
    }

    private static String reason(@Nullable String host, IOException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof UnresolvedAddressException) {
            return "the host name cannot be resolved; pass host(..) a name or an address of this machine";
        }
        return (cause.getMessage() == null ? cause.toString() : cause.getMessage())
                + "; pass port(..) another port"
                + (host == null ? "" : ", or host(..) another address of this machine");
    }

    /** The port on which the server listens. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Stops the handler, which tells its clients, and frees the port. */
    public void stop() {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IllegalStateException("cannot stop the HTTP server: " + failure, failure);
        }
    }
}
