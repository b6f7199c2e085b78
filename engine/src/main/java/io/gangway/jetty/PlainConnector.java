package io.gangway.jetty;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;

/**
 * A port without TLS that sets up and closes each connection without changing threads. None of that blocks, and waking
 * another thread costs more than the work itself.
 */
final class PlainConnector extends PatientConnector {
    PlainConnector(Server server, HttpConnectionFactory http, Duration headTimeout) {
        super(server, http.getHttpConfiguration(), headTimeout, http);
    }

    @Override
    void serve(Runnable task, Executor threads) {
        task.run();
    }

    @Override
    TimedEndPoint timed(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new HoldingEndPoint(channel, selector, key, getScheduler());
    }
}
