package io.gangway.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Whatever strikes the threads of a running engine, as many are there afterwards, and its clients notice nothing. */
@Timeout(60)
class KilledThreadsTest {
    private static final List<Throwable> EVERY_KIND = List.of(
            new OutOfMemoryError("injected"),
            new StackOverflowError(),
            new NoClassDefFoundError("injected"),
            new AssertionError("injected"),
            new IllegalStateException("injected"),
            new Exception("injected"),
            new Throwable("injected"));

    private final Set<Thread> others = Thread.getAllStackTraces().keySet();
    private final AtomicInteger next = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    private final CapturedLog log = new CapturedLog();
    private Engine engine;
    private WireClient client;

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .handlerThreads(1)
                .pingInterval(Duration.ofMillis(100))
                .pingTimeout(Duration.ofSeconds(60))
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments.get(0, Integer.class)))
                .on("fail", (socket, arguments) -> {
                    throw fails();
                })
                .on("continue", (socket, arguments) -> {
                    socket.emitWithAck("question").thenAccept(answer -> {
                        throw fails();
                    });
                    return Ack.empty();
                })
                .namespace("/connecting")
                .onConnect(socket -> {
                    throw fails();
                })
                .namespace("/leaving")
                .onDisconnect((socket, reason) -> {
                    throw fails();
                })
                .namespace("/intercepted")
                .intercept(new io.gangway.Interceptor() {
                    @Override
                    public Ack aroundConnect(io.gangway.Socket socket, io.gangway.Chain chain) {
                        throw fails();
                    }
                })
                .start();
        client = WireClient.join(engine.port()).showPings();
        engineServes();
    }

    @AfterEach
    void stop() {
        engine.close();
        log.close();
    }

    private RuntimeException fails() {
        Throwable failure = EVERY_KIND.get(next.getAndIncrement() % EVERY_KIND.size());
        thrown.add(failure);
        throw KilledThreadsTest.<RuntimeException>sneaky(failure);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T sneaky(Throwable failure) throws T {
        throw (T) failure;
    }

    /** Pings of a client that was there go on, it is answered, and others can connect. */
    private void engineServes() {
        client.send("421[\"echo\",7]");
        boolean answered = false;
        for (int pings = 0; pings < 2 || !answered; ) {
            String packet = client.next();
            if (packet.equals("2")) {
                client.send("3");
                pings++;
            }
            answered |= packet.equals("431[7]");
        }
        WireClient.join(engine.port()).send("421[\"echo\",8]").expect("431[8]").close();
    }

    private List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !others.contains(thread) && thread.getName().startsWith("gangway-"))
                .toList();
    }

    /** Jetty's pool starts and ends threads as it likes; how many of them serve clients does not show in their names. */
    private Map<String, Long> counted() {
        return threads().stream()
                .map(Thread::getName)
                .filter(name -> !name.matches("gangway-http-\\d+"))
                .collect(Collectors.groupingBy(
                        name -> name.replaceAll("^(gangway-(handler|completion|http-scheduler))-\\d+$", "$1"),
                        TreeMap::new,
                        Collectors.counting()));
    }

    @Test
    void everyKindOfThrowableIsContained() {
        exerciseAll(); // so that all threads are there
        Map<String, Long> before = counted();
        for (int i = 0; i < EVERY_KIND.size(); i++) {
            exerciseAll();
        }
        assertTrue(thrown.stream().distinct().count() == EVERY_KIND.size(), thrown::toString);
        engineServes();
        Eventually.equal(before, this::counted);
    }

    private void exerciseAll() {
        int expected = thrown.size() + 5;
        try (WireClient victim = WireClient.join(engine.port())) {
            victim.send("421[\"fail\"]");
            assertTrue(victim.next().startsWith("431[{\"status\":\"error\""));
            victim.send("42[\"continue\"]");
            victim.send(victim.next().replaceAll("^42(\\d+)\\[\"question\"]$", "43$1[]"));
            victim.send("40/connecting,");
            victim.send("40/intercepted,");
            victim.send("40/leaving,");
            Eventually.holds("in", () -> !engine.namespace("/leaving").sockets().isEmpty());
            victim.send("41/leaving,");
            Eventually.holds("all have failed", () -> thrown.size() >= expected);
        }
        Eventually.holds("left", () -> engine.namespace("/leaving").sockets().isEmpty());
    }

    /** {@code Thread.stop} throws an Error wherever the thread is; later JDKs do not have it. */
    @Test
    @EnabledForJreRange(max = JRE.JAVA_19)
    void threadsThatAreKilledAreReplaced() {
        Map<String, Long> before = counted();
        List<Thread> killed = new ArrayList<>();
        for (String name : before.keySet()) {
            boolean lasting = name.matches("gangway-(deadlines|flusher-\\d|http-watch)");
            for (Thread victim : threads()) {
                if (victim.getName().startsWith(name)) {
                    kill(victim, lasting);
                    killed.add(victim);
                }
            }
        }
        selectorsOf(threads()).forEach(selector -> {
            kill(selector, false);
            killed.add(selector);
        });
        assertTrue(killed.size() >= 6, killed::toString); // the timer, flushers, the watch, a handler, selectors
        engineServes();
        Eventually.equal(before, this::counted);
        assertTrue(log.complaints().contains("gangway-deadlines ended unexpectedly; another thread has taken over"));
        assertTrue(log.complaints().contains("gangway-flusher-0 ended unexpectedly; another thread has taken over"));
    }

    private static List<Thread> selectorsOf(List<Thread> threads) {
        return threads.stream()
                .filter(thread -> List.of(thread.getStackTrace()).toString().contains("ManagedSelector.select"))
                .toList();
    }

    /** Strikes while the thread rests, so that the Error comes out there; to end it, in the pause that follows too. */
    private static void kill(Thread victim, boolean toTheEnd) {
        Eventually.holds("rests", () -> isAtRest(victim));
        stop(victim);
        if (toTheEnd) {
            Eventually.holds("has ended", () -> {
                if (isAtRest(victim)) {
                    stop(victim);
                }
                return !victim.isAlive();
            });
        }
    }

    private static boolean isAtRest(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && List.of("park", "wait").contains(stack[0].getMethodName());
    }

    @SuppressWarnings({"deprecation", "removal"})
    private static void stop(Thread victim) {
        victim.stop();
    }
}
