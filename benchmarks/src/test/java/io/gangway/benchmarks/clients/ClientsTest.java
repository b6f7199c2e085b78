package io.gangway.benchmarks.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Engine;
import io.gangway.EventHandler;
import io.gangway.benchmarks.clients.Load.Kind;
import io.gangway.benchmarks.servers.Contender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientsTest {
    private static final int RECEIVERS = 10;

    @ParameterizedTest
    @EnumSource
    void tellEveryDeliveryOfAServer(Contender contender) throws IOException {
        try (Contender.Running server = contender.start(0);
                Clients clients = new Clients(Duration.ofMillis(500))) {
            Measured fanOut = clients.run(load(server.port(), Kind.FAN_OUT, 1024, 4));
            assertTrue(fanOut.operations() > 0, fanOut::toString);
            assertTrue(fanOut.reads() > 0, fanOut::toString);

            Measured echo = clients.run(load(server.port(), Kind.ECHO, 64, 4));
            assertTrue(echo.operations() > 0, echo::toString);

            Measured steady = clients.run(load(server.port(), Kind.STEADY, 64, 0));
            assertTrue(steady.p99Micros() > 0 && steady.echoP99Micros() > 0, steady::toString);

            Measured connects = clients.run(load(server.port(), Kind.CONNECT, 0, 0));
            assertTrue(connects.operations() > 0, connects::toString);
        }
    }

    @Test
    void countExactlyWhatTheServerSent() throws IOException {
        AtomicInteger handled = new AtomicInteger();
        try (Engine server = server((socket, message) -> {
                    handled.incrementAndGet();
                    socket.namespace().emit("message", message);
                    return Ack.empty();
                });
                Clients clients = new Clients(Duration.ofMillis(500))) {
            Measured fanOut = clients.run(load(server.port(), Kind.FAN_OUT, 64, 4));

            assertTrue(fanOut.operations() > 0, fanOut::toString);
            assertEquals(handled.get() * (long) RECEIVERS, fanOut.total());
        }
    }

    @Test
    void failWhenADeliveryIsLost() {
        AtomicInteger handled = new AtomicInteger();
        assertFails("lost", (socket, message) -> {
            if (handled.incrementAndGet() == 5) {
                socket.broadcast().emit("message", message); // all but the sender
            } else {
                socket.namespace().emit("message", message);
            }
            return Ack.empty();
        });
    }

    @Test
    void failWhenTheLastDeliveriesAreLost() {
        assertFails("10 of what was begun never came", (socket, message) -> Ack.empty(), 1);
    }

    @Test
    void failWhenADeliveryComesTwice() {
        assertFails("twice", (socket, message) -> {
            socket.namespace().emit("message", message);
            socket.emit("message", message);
            return Ack.empty();
        });
    }

    @Test
    void failWhenTheOrderIsWrong() {
        AtomicInteger number = new AtomicInteger(1000);
        assertFails("out of order", (socket, message) -> {
            socket.namespace().emit("message", Map.of("seq", number.decrementAndGet(), "text", "a".repeat(64)));
            return Ack.empty();
        });
    }

    @Test
    void failWhenTheMessageIsCutShort() {
        assertFails("less than its text's 64", (socket, message) -> {
            socket.namespace().emit("message", Map.of("seq", 0));
            return Ack.empty();
        });
    }

    @Test
    void failWhenTheServerDisconnectsOne() {
        assertFails("it did not expect: 41", (socket, message) -> {
            socket.disconnect();
            return Ack.empty();
        });
    }

    @Test
    void failWhenNobodyListens() throws IOException {
        int port;
        try (Contender.Running server = Contender.JETTY_SEND_TEXT.start(0)) {
            port = server.port();
        }
        try (Clients clients = new Clients(Duration.ofMillis(500))) {
            LoadFailure failure = assertThrows(LoadFailure.class, () -> clients.run(load(port, Kind.FAN_OUT, 64, 1)));
            assertTrue(failure.getMessage().contains("Connection refused"), failure::getMessage);
        }
    }

    private static void assertFails(String why, EventHandler<Arguments> onMessage) {
        assertFails(why, onMessage, 2);
    }

    private static void assertFails(String why, EventHandler<Arguments> onMessage, int window) {
        try (Engine server = server(onMessage);
                Clients clients = new Clients(Duration.ofMillis(500))) {
            LoadFailure failure =
                    assertThrows(LoadFailure.class, () -> clients.run(load(server.port(), Kind.FAN_OUT, 64, window)));
            assertTrue(failure.getMessage().contains(why), failure::getMessage);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Engine server(EventHandler<Arguments> onMessage) {
        return Engine.builder().port(0).namespace("/").on("message", onMessage).start();
    }

    private static Load load(int port, Kind kind, int bytes, int window) {
        return new Load(kind, port, ownPid(), RECEIVERS, bytes, window, 20, 150);
    }

    private static long ownPid() {
        return ProcessHandle.current().pid();
    }
}
