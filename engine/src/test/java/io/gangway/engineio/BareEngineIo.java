package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionAcceptor;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Flusher;
import io.gangway.connection.Frame;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.Laggards;
import io.gangway.connection.ManualLooks;
import io.gangway.jetty.EngineIoHandler;
import io.gangway.jetty.HttpSettings;
import io.gangway.jetty.StandaloneServer;
import io.gangway.jetty.StandaloneSettings;
import io.gangway.plain.PlainServer;
import io.gangway.plain.PlainSettings;
import io.gangway.tasks.Deadlines;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** An Engine.IO server with nothing above it: it says back what it hears, and remembers what it was told. */
public final class BareEngineIo implements AutoCloseable, ConnectionAcceptor {
    public static final EngineIoSettings STANDARD = new EngineIoSettings(
            Duration.ofSeconds(25),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            1_000_000,
            Set.of("polling", "websocket"),
            true);

    public final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    public final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    public final BlockingQueue<CloseReason> closes = new LinkedBlockingQueue<>();

    private final Flusher flusher = new Flusher("bare", 1);
    private final Deadlines deadlines = new Deadlines("bare");
    private final EngineIoServer server;
    private final StandaloneServer jetty;
    private final List<String> greetings;

    private BareEngineIo(EngineIoSettings settings, HttpSettings http, List<String> greetings) {
        this.greetings = greetings;
        flusher.start();
        deadlines.start();
        Laggards laggards = ManualLooks.none(16 << 20);
        server = new EngineIoServer(settings, this, flusher, laggards, deadlines, InboundBudget.unlimited());
        PlainServer plain = new PlainServer(
                List.of(),
                new PlainSettings(settings.pingInterval(), settings.pingTimeout(), 1),
                flusher,
                laggards,
                deadlines,
                InboundBudget.unlimited());
        jetty = StandaloneServer.start(
                StandaloneSettings.onPort(0),
                new EngineIoHandler(server, plain, http, () -> {}, () -> Duration.ofSeconds(2), () -> {}));
    }

    public static BareEngineIo start() {
        return start(HttpSettings.standard());
    }

    public static BareEngineIo start(HttpSettings http) {
        return new BareEngineIo(STANDARD, http, List.of());
    }

    /** One that sends each client these messages as soon as it is there. */
    public static BareEngineIo greeting(String... messages) {
        return new BareEngineIo(STANDARD, HttpSettings.standard(), List.of(messages));
    }

    public int port() {
        return jetty.port();
    }

    public int sessions() {
        return server.sessions();
    }

    @Override
    public ConnectionListener accept(Connection connection) {
        connections.add(connection);
        greetings.forEach(greeting -> connection.send(Frame.of(greeting)));
        return new ConnectionListener() {
            @Override
            public void onText(String text) {
                messages.add(text);
                connection.send(Frame.of(text));
            }

            @Override
            public void onBinary(ByteBuffer bytes) {
                messages.add("binary of " + bytes.remaining());
                connection.send(Frame.of("binary", List.of(bytes)));
            }

            @Override
            public void onClose(CloseReason reason, String detail) {
                closes.add(reason);
            }
        };
    }

    @Override
    public void close() {
        jetty.stop();
        flusher.close();
        deadlines.close();
    }
}
