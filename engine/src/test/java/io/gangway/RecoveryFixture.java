package io.gangway;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** Engines that give sessions back and end with the test, and who came to their namespaces and left them, in order. */
abstract class RecoveryFixture {
    /** Signs in the user whom the auth payload names, if it names one. */
    static final Interceptor SIGN_IN = Around.connects((socket, chain) -> {
        socket.handshake().auth("user").ifPresent(socket::signIn);
        return chain.proceed();
    });

    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
    }

    /** On a free port, with a window that no test outlasts. */
    static EngineBuilder recovering(UnaryOperator<Recovery> recovery) {
        return Engine.builder().port(0).recovery(recovery.apply(Recovery.window(Duration.ofMinutes(2))));
    }

    static EngineBuilder recovering() {
        return recovering(recovery -> recovery);
    }

    /** Those who come to the namespace are {@link #connected}, and {@link #left} when they have gone. */
    final NamespaceBuilder watched(NamespaceBuilder namespace) {
        return namespace.onConnect(sockets::add).onDisconnect((socket, reason) -> reasons.add(reason));
    }

    /** Starts an engine that ends with the test. */
    final Engine start(NamespaceBuilder last) {
        Engine engine = last.start();
        engines.add(engine);
        return engine;
    }

    /** A client whose connect handler has run. */
    final ReturningClient joined(Engine engine) throws InterruptedException {
        ReturningClient client = ReturningClient.join(engine.port());
        connected();
        return client;
    }

    /** Who has come next. */
    final Socket connected() throws InterruptedException {
        Socket socket = sockets.poll(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertNotNull(socket, "no connect handler ran");
        return socket;
    }

    /** Why the next one left. */
    final DisconnectReason left() throws InterruptedException {
        DisconnectReason reason = reasons.poll(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertNotNull(reason, "nobody left");
        return reason;
    }

    /** The next one was cut off. */
    final void gone() throws InterruptedException {
        DisconnectReason reason = left();
        assertTrue(
                Set.of(DisconnectReason.TRANSPORT_CLOSE, DisconnectReason.TRANSPORT_ERROR)
                        .contains(reason),
                reason::toString);
    }

    /** Cuts a client off; when this returns, its socket has left. */
    final ReturningClient cut(ReturningClient client) throws InterruptedException {
        client.cut();
        gone();
        return client;
    }
}
