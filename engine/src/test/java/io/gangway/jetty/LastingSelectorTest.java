package io.gangway.jetty;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.CapturedLog;
import io.gangway.testing.Certificates;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A selector whose loop was killed goes on, with TLS and without. */
@Timeout(60)
class LastingSelectorTest {
    @TempDir
    static Path directory;

    private static KeyStore keys;

    private final Server server = new Server();
    private PatientConnector connector;
    private boolean encrypted;

    private enum Kind {
        PLAIN,
        TLS
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = Certificates.generate(directory, "server", "EC");
    }

    private void start(Kind kind) throws Exception {
        encrypted = kind == Kind.TLS;
        HttpConnectionFactory http = new HttpConnectionFactory();
        if (encrypted) {
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setKeyStore(keys);
            tls.setKeyStorePassword(Certificates.PASSWORD);
            connector = new PatientConnector(
                    server,
                    http.getHttpConfiguration(),
                    Duration.ofSeconds(30),
                    new SslConnectionFactory(tls, "http/1.1"),
                    http);
        } else {
            connector = new PlainConnector(server, http, Duration.ofSeconds(30));
        }
        connector.setIdleTimeout(600_000); // no connection is closed for being idle
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "alive", callback);
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private Socket connect() throws IOException {
        int port = connector.getLocalPort();
        Socket socket = encrypted
                ? Certificates.trusting(keys, null).createSocket("localhost", port)
                : new Socket("localhost", port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void expectAnswer(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("alive")) {
            int next = input.read();
            assertTrue(next >= 0, "the connection was closed");
            answer.append((char) next);
        }
    }

    private Iterable<ManagedSelector> selectors() {
        return connector.getSelectorManager().getBeans(ManagedSelector.class);
    }

    /** As an OutOfMemoryError would: where Jetty updates the keys of the connections that it has just read from. */
    private CountDownLatch poison() throws InterruptedException {
        CountDownLatch killed = new CountDownLatch(1);
        for (ManagedSelector selector : selectors()) {
            CountDownLatch poisoned = new CountDownLatch(1);
            selector.submit(current -> {
                current.keys().stream()
                        .filter(key -> key.attachment() instanceof TimedEndPoint)
                        .forEach(key -> key.attach(new Poison(key, key.attachment(), killed)));
                poisoned.countDown();
            });
            assertTrue(poisoned.await(30, SECONDS));
        }
        return killed;
    }

    private record Poison(SelectionKey key, Object sound, CountDownLatch killed) implements ManagedSelector.Selectable {
        @Override
        public Runnable onSelected() {
            return null;
        }

        @Override
        public void updateKey() {
            key.attach(sound);
            killed.countDown();
            throw new OutOfMemoryError("injected");
        }

        @Override
        public void replaceKey(SelectionKey newKey) {}
    }

    @ParameterizedTest
    @EnumSource
    void aLoopThatAnErrorEndedGoesOn(Kind kind) throws Exception {
        start(kind);
        try (CapturedLog log = new CapturedLog();
                Socket socket = connect()) {
            ask(socket);
            expectAnswer(socket);
            CountDownLatch killed = poison();
            ask(socket);
            assertTrue(killed.await(30, SECONDS));
            expectAnswer(socket);
            try (Socket another = connect()) {
                ask(another);
                expectAnswer(another);
            }
            assertTrue(
                    log.complaints().contains("ended its loop, as after an OutOfMemoryError: the loop goes on"),
                    log.text());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoopWhoseLogFailedTooIsReplaced(Kind kind) throws Exception {
        start(kind);
        PrintStream before = System.err;
        AtomicBoolean mute = new AtomicBoolean();
        System.setErr(new PrintStream(before) {
            @Override
            public void println(String line) {
                if (mute.compareAndSet(true, false)) {
                    throw new OutOfMemoryError("no memory for a log line");
                }
            }
        });
        try (Socket socket = connect()) {
            ask(socket);
            expectAnswer(socket);
            CountDownLatch killed = poison();
            mute.set(true);
            ask(socket);
            assertTrue(killed.await(30, SECONDS));
            expectAnswer(socket);
        } finally {
            System.setErr(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectorThatWasClosedIsRestarted(Kind kind) throws Exception {
        start(kind);
        try (CapturedLog log = new CapturedLog();
                Socket lost = connect()) {
            ask(lost);
            expectAnswer(lost);
            Map<ManagedSelector, Selector> closed = new HashMap<>();
            for (ManagedSelector selector : selectors()) {
                closed.put(selector, selector.getSelector());
                selector.submit(current -> {
                    try {
                        current.close();
                    } catch (IOException failure) {
                        throw new IllegalStateException(failure);
                    }
                });
            }
            assertEquals(-1, lost.getInputStream().read(), "its connections cannot be read any more");
            // Each: a connection that comes to one that is being closed is lost, too.
            closed.forEach((selector, before) -> Eventually.holds("it is replaced", () -> {
                Selector now = selector.getSelector();
                return now != null && now != before && now.isOpen();
            }));
            try (Socket socket = connect()) {
                ask(socket);
                expectAnswer(socket);
            }
            Eventually.holds(
                    "said so", () -> log.complaints().contains("failed and has been replaced; 1 connections were"));
        }
    }
}
