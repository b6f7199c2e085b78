package io.gangway.benchmarks.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Engine;
import io.gangway.EventHandler;
import io.gangway.Namespace;
import io.gangway.benchmarks.clients.Load.Kind;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.servers.Broadcaster;
import io.gangway.benchmarks.servers.Contender;
import io.gangway.benchmarks.servers.Message;
import io.gangway.benchmarks.servers.Receipts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.ObjLongConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loads end here when something has been done, not when a time has passed: a slow machine does it later. */
@Timeout(120)
class ClientsTest {
    private static final int RECEIVERS = 10;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200); // where something is lost for certain

    @ParameterizedTest
    @EnumSource
    void tellEveryDeliveryThatAServerEmits(Contender contender) throws Exception {
        try (Contender.Running server = contender.start(0);
                Receipts receipts = Receipts.open(LONG);
                Clients clients = new Clients(LONG)) {
            clients.begin(
                    Load.of(Kind.FAN_OUT, server.port(), RECEIVERS, 1024, 4).withReceipts(receipts.port()));
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Long> emitted = CompletableFuture.supplyAsync(() -> {
                receipts.accept();
                Broadcaster broadcaster = new Broadcaster(server, receipts, 1024, 4);
                while (!enough.get()) {
                    broadcaster.deliver();
                }
                return broadcaster.published();
            });
            turnUntil(clients, () -> clients.done() >= 100);
            enough.set(true);
            turnUntil(clients, emitted::isDone);

            Count settled = clients.settle(emitted.get());

            assertEquals(emitted.get() * RECEIVERS, settled.done());
            assertTrue(settled.reads() > 0, settled::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellEveryOperationOfTheOtherLoads(Contender contender) throws IOException {
        try (Contender.Running server = contender.start(0);
                Clients clients = new Clients(LONG)) {
            int port = server.port();
            Count echo = run(clients, Load.of(Kind.ECHO, port, RECEIVERS, 64, 4), 100);
            assertEquals(echo.done(), echo.latency().of());

            Count steady = run(clients, Load.of(Kind.STEADY, port, RECEIVERS, 64, 0), 2 * RECEIVERS);
            assertEquals(steady.done(), steady.latency().of());
            assertTrue(steady.beside().p99Micros() > 0, steady::toString);

            Count connects = run(clients, Load.of(Kind.CONNECT, port, 4, 0, 0), 10);
            assertEquals(connects.done(), connects.latency().of());

            Count shootout = run(clients, Load.of(Kind.SHOOTOUT, port, RECEIVERS, 200, 4), 1);
            assertEquals(100 * RECEIVERS, shootout.done());
            assertEquals(100, shootout.beside().of());

            Count chat = run(clients, Load.of(Kind.CHAT, port, 4, 12, 20), 4 * 4 * 20 + 1); // into the second round
            assertEquals(0, chat.done() % (4 * 4 * 20));

            Count groups = run(clients, Load.groups(port, 20, 64, 10, 500, 20), 100);
            assertEquals(groups.done(), groups.latency().of());
            assertEquals(0, groups.done() % 10);
        }
    }

    @Test
    void countThoseWhoComeAndGoApart() throws IOException {
        try (Contender.Running server = Contender.GANGWAY.start(0);
                Clients clients = new Clients(LONG)) {
            clients.begin(Load.groups(server.port(), 20, 64, 10, 500, 20));
            long joined = 0;
            while (joined < 3) {
                clients.turn();
                joined += clients.count().beside().of();
            }
            Count settled = clients.settle(0);

            assertEquals(0, settled.done() % 10, "only those who stay");
        }
    }

    @Test
    void goOnWithALoadThatWasSettled() throws IOException {
        try (Contender.Running server = Contender.GANGWAY.start(0);
                Clients clients = new Clients(LONG)) {
            for (Load load : new Load[] {
                Load.of(Kind.ECHO, server.port(), RECEIVERS, 64, 4), Load.of(Kind.CONNECT, server.port(), 4, 0, 0)
            }) {
                long before = run(clients, load, 1).done();
                clients.resume();
                turnUntil(clients, () -> clients.done() > before);
                long settled = clients.settle(0).done();
                clients.turn();
                assertEquals(settled, clients.done(), "at rest");
            }
        }
    }

    @Test
    void failWhenADeliveryIsLost() throws IOException {
        assertLost("lost", 0, (namespace, number) -> {
            Message message = message(number);
            if (number == 1) {
                namespace.except(namespace.sockets().iterator().next().id()).emit("message", message);
            } else {
                namespace.emit("message", message);
            }
        });
    }

    @Test
    void failWhenTheLastDeliveriesAreLost() throws IOException {
        assertLost(RECEIVERS + " operations never completed", 2 * RECEIVERS, (namespace, number) -> {
            if (number < 2) {
                namespace.emit("message", message(number));
            }
        });
    }

    @Test
    void failWhenADeliveryComesTwice() throws IOException {
        // What a client shows first depends on how far the others are.
        assertFails("twice|out of order", (namespace, number) -> {
            namespace.emit("message", message(number));
            namespace.sockets().iterator().next().emit("message", message(number));
        });
    }

    @Test
    void failWhenTheOrderIsWrong() throws IOException {
        assertFails("out of order", (namespace, number) -> namespace.emit("message", message(1000 - number)));
    }

    @Test
    void failWhenTheMessageIsCutShort() throws IOException {
        assertFails(
                "fewer than its text's 64", (namespace, number) -> namespace.emit("message", new Message(number, "")));
    }

    @Test
    void failWhenTheServerDisconnectsOne() throws IOException {
        assertFails(
                "it did not expect: 41",
                (namespace, number) -> namespace.sockets().iterator().next().disconnect());
    }

    @Test
    void failWhenOneAnswersForAnother() throws IOException {
        try (Engine server = server((socket, message) -> {
                    socket.emit("message", message); // to its sender alone
                    return Ack.empty();
                });
                Clients clients = new Clients(SHORT)) {
            clients.begin(Load.of(Kind.SHOOTOUT, server.port(), RECEIVERS, 64, 2));
            LoadFailure failure = assertThrows(LoadFailure.class, () -> clients.settle(0));
            assertTrue(failure.getMessage().contains("never completed"), failure::getMessage);
        }
    }

    @Test
    void failWhenNobodyListens() throws IOException {
        int port;
        try (Contender.Running server = Contender.JETTY_SEND_TEXT.start(0)) {
            port = server.port();
        }
        try (Clients clients = new Clients(LONG)) {
            LoadFailure failure =
                    assertThrows(LoadFailure.class, () -> clients.begin(Load.of(Kind.ECHO, port, RECEIVERS, 64, 1)));
            assertTrue(failure.getMessage().contains("Connection refused"), failure::getMessage);
        }
    }

    /** Expects a failure that comes as soon as it is noticed. */
    private static void assertFails(String why, ObjLongConsumer<Namespace> emit) throws IOException {
        assertFails(why, LONG, emit, clients -> {
            clients.settle(3);
            // What is too much may come last; the test's timeout interrupts.
            turnUntil(clients, Thread.currentThread()::isInterrupted);
        });
    }

    /** Expects that what follows the first {@code arrive} deliveries is missed. */
    private static void assertLost(String why, int arrive, ObjLongConsumer<Namespace> emit) throws IOException {
        assertFails(why, SHORT, emit, clients -> {
            turnUntil(clients, () -> clients.done() >= arrive);
            clients.settle(3);
        });
    }

    /** A server emits three broadcasts, each of them by this; {@code why} is a regular expression. */
    private static void assertFails(
            String why, Duration patience, ObjLongConsumer<Namespace> emit, ThrowingConsumer<Clients> receive)
            throws IOException {
        try (Engine server = server((socket, message) -> Ack.empty());
                Receipts receipts = Receipts.open(LONG);
                Clients clients = new Clients(patience)) {
            clients.begin(Load.of(Kind.FAN_OUT, server.port(), RECEIVERS, 64, 3).withReceipts(receipts.port()));
            for (int number = 0; number < 3; number++) {
                emit.accept(server.namespace("/"), number);
            }
            LoadFailure failure = assertThrows(LoadFailure.class, () -> receive.accept(clients));
            assertTrue(Pattern.compile(why).matcher(failure.getMessage()).find(), failure::getMessage);
        }
    }

    private static Message message(long number) {
        return new Message(number, "a".repeat(64));
    }

    private static Count run(Clients clients, Load load, long operations) throws IOException {
        clients.begin(load);
        turnUntil(clients, () -> clients.done() >= operations);
        return clients.settle(0);
    }

    private static void turnUntil(Clients clients, BooleanSupplier condition) throws IOException {
        while (!condition.getAsBoolean()) {
            clients.turn();
        }
    }

    private static Engine server(EventHandler<Arguments> onMessage) {
        return Engine.builder().port(0).namespace("/").on("message", onMessage).start();
    }
}
