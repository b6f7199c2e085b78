package io.gangway.benchmarks.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A server to measure, on the loopback interface, path {@code /socket.io/} and namespace {@code /}. */
public enum Contender {
    GANGWAY("gangway", "Gangway") {
        @Override
        Running startOn(int port) {
            return GangwayServer.start(port);
        }
    },
    NETTY_SOCKETIO("netty-socketio", "netty-socketio") {
        @Override
        Running startOn(int port) throws IOException {
            return NettySocketIoServer.start(
                    port == 0 ? freePort() : port); // it cannot report a port chosen by the system
        }
    },
    JETTY_SEND_TEXT("jetty", "Jetty sendText") {
        @Override
        Running startOn(int port) throws Exception {
            return JettySendTextServer.start(port);
        }
    };

    private final String parameter;
    private final String title;

    Contender(String parameter, String title) {
        this.parameter = parameter;
        this.title = title;
    }

    /**
     * The server that JMH's parameter {@code server} names.
     *
     * @throws IllegalArgumentException if the name is unknown; the message lists the known ones
     */
    public static Contender of(String parameter) {
        return Arrays.stream(values())
                .filter(contender -> contender.parameter.equals(parameter))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown server \"" + parameter + "\"; choose one of "
                        + Arrays.stream(values())
                                .map(contender -> contender.parameter)
                                .collect(Collectors.joining(", "))));
    }

    /** Its name in the tables. */
    public String title() {
        return title;
    }

    /**
     * Starts the server on the port, or on a free one if it is 0.
     *
     * @throws UncheckedIOException if the port cannot be opened
     */
    public Running start(int port) {
        requireFree(port);
        try {
            return startOn(port);
        } catch (Exception failure) {
            throw new IllegalStateException(title + " did not start on port " + port, failure);
        }
    }

    abstract Running startOn(int port) throws Exception;

    /** Checked in advance, because each server reports a taken port in its own way. */
    private void requireFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(loopback(port));
        } catch (IOException taken) {
            throw new UncheckedIOException(
                    title + " cannot listen on 127.0.0.1:" + port + " (" + taken.getMessage()
                            + "); name another port, or 0 for a free one",
                    taken);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(loopback(0));
            return probe.getLocalPort();
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** A running server. */
    public interface Running extends AutoCloseable {
        int port();

        /** Emits the event {@code message} with this argument to every client, as an application would. */
        void broadcast(Message message);

        @Override
        void close();
    }
}
