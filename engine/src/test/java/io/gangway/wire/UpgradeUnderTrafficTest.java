package io.gangway.wire;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.Socket;
import io.gangway.clients.NodeProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two hundred stock clients go from polling to WebSocket while numbered events, many of them binary, run both ways: none is
 * lost, doubled, reordered, or mixed with another. The long form, with fifty times the traffic, is
 * {@code mvn -B -pl engine test -Dtest=UpgradeUnderTrafficTest -Dgangway.long=true}.
 */
@Tag("threads")
class UpgradeUnderTrafficTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int CLIENTS = 200;
    /** How much goes on when all have upgraded, each way and, on the server, for each thread. */
    private static final int FURTHER = LONG ? 500 : 10;

    /** Between two rounds of a thread, while clients upgrade and from then on: what one Node process can take. */
    private static final long PAUSE_NANOS = 30_000_000;

    private static final long LONG_PAUSE_NANOS = 100_000_000;

    /** Where the Node process gets little of the machine its clients take their time, and that is no fault. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<Socket, Sender> senders = new ConcurrentHashMap<>();
    private final BlockingQueue<Map<String, @Nullable Object>> done = new LinkedBlockingQueue<>();

    @Test
    void nothingIsLostDoubledReorderedOrMixed() throws Exception {
        try (Engine engine = Engine.builder()
                        .port(0)
                        .pingTimeout(PATIENCE)
                        .limits(limits -> limits.upgradeTimeout(PATIENCE).slowAfter(PATIENCE))
                        .namespace("/")
                        .onConnect(socket -> {
                            senders.put(socket, new Sender());
                            socket.emit("threads", 4);
                        })
                        .on("up", (socket, arguments) -> {
                            sender(socket).took(arguments);
                            return Ack.empty();
                        })
                        .on("end", (socket, arguments) -> {
                            sender(socket).ended(arguments.get(0, Integer.class));
                            return Ack.empty();
                        })
                        .onDisconnect(
                                (socket, reason) -> sender(socket).problems.add("left: " + reason))
                        .start();
                NodeProcess node = NodeProcess.start(
                        "traffic.js",
                        done::add,
                        String.valueOf(engine.port()),
                        String.valueOf(CLIENTS),
                        String.valueOf(FURTHER))) {
            Namespace namespace = engine.namespace("/");
            BooleanSupplier upgraded = () -> namespace.sockets().size() == CLIENTS
                    && namespace.sockets().stream()
                            .allMatch(socket -> socket.transport().equals("websocket"));
            List<Thread> emitters = List.of(
                    new Thread(new Direct("direct 1", namespace, upgraded)),
                    new Thread(new Direct("direct 2", namespace, upgraded)),
                    new Thread(new Broadcast("broadcast 1", namespace, upgraded)),
                    new Thread(new Broadcast("broadcast 2", namespace, upgraded)));
            emitters.forEach(Thread::start);

            int underTraffic = 0;
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    Map<String, @Nullable Object> client = done.poll(LONG ? 300 : 60, TimeUnit.SECONDS);
                    assertNotNull(client, () -> "clients are missing: " + transports(namespace));
                    assertEquals(List.of(), client.get("problems"), () -> client + " " + problems());
                    Map<?, ?> before = assertInstanceOf(Map.class, client.get("before"), "it upgraded");
                    assertTrue((Long) client.get("received") >= 4L * FURTHER, client::toString);
                    underTraffic += (Long) before.get("sent") > 0 && (Long) before.get("received") > 0 ? 1 : 0;
                }
            } finally {
                emitters.forEach(Thread::interrupt);
            }
            assertTrue(underTraffic > CLIENTS / 4, underTraffic + " upgraded under traffic");
            assertEquals(CLIENTS, senders.size());
            senders.forEach((socket, sender) -> {
                assertEquals(List.of(), List.copyOf(sender.problems), socket::toString);
                assertEquals("websocket", socket.transport());
                assertTrue(sender.took >= FURTHER, socket::toString);
                assertEquals(sender.took, sender.sent, socket::toString);
            });
        }
    }

    private static Map<String, Long> transports(Namespace namespace) {
        return namespace.sockets().stream().collect(groupingBy(Socket::transport, counting()));
    }

    private List<String> problems() {
        return senders.values().stream()
                .flatMap(sender -> sender.problems.stream())
                .toList();
    }

    private Sender sender(Socket socket) {
        Sender sender = senders.get(socket);
        if (sender == null) {
            throw new IllegalStateException("an event came before the connect handler ran");
        }
        return sender;
    }

    /** What came from one client. Confined to its events, and then to the test. */
    private static final class Sender {
        private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
        private volatile int took;
        private volatile int sent = -1;

        void took(Arguments arguments) {
            int number = arguments.get(0, Integer.class);
            if (number != took) {
                problems.add(number + " came in place of " + took);
            }
            took = number + 1;
            List<?> attachments = (List<?>) arguments.values().get(1);
            for (int i = 0; i < attachments.size(); i++) {
                String text = new String((byte[]) attachments.get(i), StandardCharsets.US_ASCII);
                if (!text.equals(number + " " + i)) {
                    problems.add(number + " has \"" + text + "\" as attachment " + i);
                }
            }
            if (attachments.size() != number % 4) {
                problems.add(number + " has " + attachments.size() + " attachments");
            }
        }

        void ended(int count) {
            sent = count;
        }
    }

    /** Emits numbered events in rounds, until everyone has upgraded and for some rounds more. */
    private abstract static class Emitter implements Runnable {
        final String name;
        final Namespace namespace;
        private final BooleanSupplier upgraded;

        Emitter(String name, Namespace namespace, BooleanSupplier upgraded) {
            this.name = name;
            this.namespace = namespace;
            this.upgraded = upgraded;
        }

        @Override
        public void run() {
            int left = FURTHER;
            while (left > 0 && !Thread.interrupted()) {
                round();
                boolean done = upgraded.getAsBoolean();
                left -= done ? 1 : 0;
                LockSupport.parkNanos(done ? LONG_PAUSE_NANOS : PAUSE_NANOS);
            }
            end();
        }

        abstract void round();

        abstract void end();

        /** The event's arguments: who emits, the number, and up to three attachments that say so too. */
        Object[] numbered(long number) {
            List<byte[]> attachments = new ArrayList<>();
            for (int i = 0; i < number % 4; i++) {
                attachments.add((name + " " + number + " " + i).getBytes(StandardCharsets.US_ASCII));
            }
            return new Object[] {name, number, attachments};
        }
    }

    /** To each socket on its own, from its first moment on. */
    private static final class Direct extends Emitter {
        private final Map<Socket, AtomicLong> numbers = new ConcurrentHashMap<>();

        Direct(String name, Namespace namespace, BooleanSupplier upgraded) {
            super(name, namespace, upgraded);
        }

        @Override
        void round() {
            for (Socket socket : namespace.sockets()) {
                long number = numbers.computeIfAbsent(socket, first -> new AtomicLong())
                        .getAndIncrement();
                socket.emit("down", numbered(number));
            }
        }

        @Override
        void end() {
            numbers.forEach((socket, number) -> socket.emit("end", name, number.get()));
        }
    }

    /** To all at once. */
    private static final class Broadcast extends Emitter {
        private long number;

        Broadcast(String name, Namespace namespace, BooleanSupplier upgraded) {
            super(name, namespace, upgraded);
        }

        @Override
        void round() {
            namespace.emit("down", numbered(number++));
        }

        @Override
        void end() {
            namespace.emit("end", name, number);
        }
    }
}
