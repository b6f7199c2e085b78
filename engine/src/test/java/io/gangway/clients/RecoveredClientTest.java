package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.Recovery;
import io.gangway.Socket;
import io.gangway.testing.Eventually;
import io.gangway.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The stock JavaScript client, of JSON and of MessagePack, whose TCP connections break in every state. */
@ParameterizedClass
@EnumSource(RecoveredClientTest.Way.class)
class RecoveredClientTest {
    /** After so long the server has noticed a cut, if there was a connection that it could see broken. */
    private static final Duration AGAIN = Duration.ofMillis(500);

    private static NodeClients clients;

    /** How the client gets to the server. */
    enum Way {
        JSON_POLLING(RealClient.Via.POLLING, Map.of()),
        JSON_WEBSOCKET(RealClient.Via.WEBSOCKET, Map.of()),
        MESSAGE_PACK_POLLING(RealClient.Via.POLLING, MessagePackClientTest.PARSER),
        MESSAGE_PACK_WEBSOCKET(RealClient.Via.WEBSOCKET, MessagePackClientTest.PARSER);

        private final RealClient.Via via;

        @SuppressWarnings("ImmutableEnumChecker") // Map.of makes an immutable one
        private final Map<String, ?> parser;

        Way(RealClient.Via via, Map<String, ?> parser) {
            this.via = via;
            this.parser = parser;
        }
    }

    @Parameter
    private Way way;

    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private Engine engine;
    private Namespace namespace;
    private FaultProxy line;
    private NodeClients.Client client;
    private Socket socket;

    @BeforeAll
    static void startNode() {
        clients = new NodeClients();
    }

    @AfterAll
    static void endNode() {
        clients.close();
    }

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .recovery(Recovery.window(Duration.ofMinutes(2)))
                // The stock client does not notice each cut in an upgrade, but only that there is no ping any more; a
                // machine that stands still must not be taken for a cut.
                .pingInterval(Duration.ofSeconds(1))
                .pingTimeout(Duration.ofSeconds(5))
                .namespace("/other", other -> {})
                .namespace("/")
                .onConnect(sockets::add)
                .start();
        namespace = engine.namespace("/");
        line = FaultProxy.to(engine.port());
    }

    @AfterEach
    void close() {
        clients.forget();
        line.close();
        engine.close();
    }

    private void join(RealClient.Via via) throws InterruptedException {
        Map<String, Object> options = new HashMap<>(way.parser);
        options.put("reconnectionDelayMax", 100); // also after attempts that were cut
        client = clients.open(
                line.url("http"), RealClient.Introduction.via(via).reconnectionDelay(Duration.ofMillis(20)), options);
        client.expect("connect");
        socket = taken();
        socket.join("room");
        socket.share(Map.of("name", "Ann"));
    }

    private void join() throws InterruptedException {
        join(way.via);
    }

    private Socket taken() throws InterruptedException {
        Socket next = sockets.poll(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertNotNull(next, "no connect handler ran");
        return next;
    }

    /** An event and its arguments, without its offset. */
    private static List<@Nullable Object> event(RealClient.Happening happening) {
        List<@Nullable Object> event = new ArrayList<>(List.of(happening.name()));
        List<@Nullable Object> arguments = happening.arguments();
        assertTrue(
                String.valueOf(arguments.get(arguments.size() - 1)).matches("[\\w-]{8}\\.[0-9a-z]+"),
                () -> "" + happening);
        event.addAll(arguments.subList(0, arguments.size() - 1));
        return event;
    }

    /** The client's next event, however often its connection breaks before. */
    private List<@Nullable Object> nextEvent() {
        RealClient.Happening happening = client.next();
        while (List.of("connect", "disconnect", "connect_error").contains(happening.name())) {
            happening = client.next();
        }
        return event(happening);
    }

    private void expect(@Nullable Object... event) {
        assertEquals(RealClient.shown(Arrays.asList(event)), nextEvent());
    }

    /** The client is back with all that it had, and nothing else is on its way. */
    private void requireBack() throws InterruptedException {
        requireBack(taken());
    }

    private void requireBack(Socket back) throws InterruptedException {
        String id = socket.id();
        Socket again = back;
        while (!again.isConnected()) {
            again = taken(); // it was cut more than once
        }
        again.emit("end");
        expect("end");
        assertTrue(client.recovered());
        assertEquals(id, client.id());
        assertEquals(id, again.id());
        assertTrue(again.recovered());
        assertTrue(again.rooms().contains("room"));
        assertEquals(Map.of("name", "Ann"), again.findShared(Map.class).orElseThrow());
    }

    /** The client is away until {@link #letBack}: what is emitted by its former socket is sent to it as it comes back. */
    private void cut() {
        long[] last = {System.nanoTime() - AGAIN.toNanos()};
        Eventually.holds("the server has noticed", () -> {
            // A client that polls does so now, and has a connection that can break, unless a ping ends the poll just
            // then: in that case it is too early, and the next poll's is cut.
            if (socket.isWritable() && System.nanoTime() - last[0] >= AGAIN.toNanos()) {
                line.refuse();
                line.cut();
                last[0] = System.nanoTime();
            }
            return !socket.isConnected();
        });
    }

    private void letBack() {
        line.pass();
    }

    @Test
    void cutWhileIdleOrPolling() throws Exception {
        join();
        socket.emit("before", 1);
        expect("before", 1);
        cut();
        socket.emit("own", 2);
        namespace.to("room").emit("room", new byte[] {3});
        namespace.emit("all", "text");
        letBack();
        expect("own", 2);
        expect("room", new byte[] {3});
        expect("all", "text");
        requireBack();
    }

    @Test
    void cutBeforeAnyEvent() throws Exception {
        join();
        cut();
        namespace.to("room").emit("first");
        letBack();
        expect("first");
        requireBack();
    }

    @Test
    void cutInTheMiddleOfAStream() throws Exception {
        join();
        for (int i = 0; i < 300; i++) {
            if (i == 100) {
                line.cutAfter(2_000);
            }
            namespace.to("room").emit("n", i);
        }
        for (int i = 0; i < 300; i++) {
            expect("n", i);
        }
        requireBack();
    }

    @Test
    void cutInTheMiddleOfBinary() throws Exception {
        join();
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 7);
        line.cutAfter(150_000);
        for (int i = 0; i < 3; i++) {
            namespace.to(socket.id()).emit("n", i, large, List.of(large)); // the client may be back before the last
        }
        for (int i = 0; i < 3; i++) {
            expect("n", i, large, List.of(large));
        }
        requireBack();
    }

    @Test
    void cutWithAnAckPending() throws Exception {
        join();
        var answer = socket.emitWithAck("silent question");
        assertEquals("silent question", client.next().name());
        var unanswered = client.call(Duration.ofSeconds(1), "question");
        cut();
        assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        socket.emit("after");
        letBack();
        expect("after");
        assertThrows(ExecutionException.class, () -> unanswered.get(10, TimeUnit.SECONDS));
        requireBack();
    }

    @Test
    void cutAfterALossyEvent() throws Exception {
        join();
        socket.emit("n", 1);
        expect("n", 1);
        List<@Nullable Object> lossy = null;
        while (lossy == null) { // a polling client can be written to only while it polls
            socket.lossy().emit("lossy", "text");
            LockSupport.parkNanos(1_000_000);
            lossy = client.poll().map(RecoveredClientTest::event).orElse(null);
        }
        assertEquals(List.of("lossy", "text"), lossy);
        cut();
        socket.lossy().emit("lossy", "gone");
        socket.emit("n", 2);
        letBack();
        List<@Nullable Object> next = nextEvent();
        while (next.equals(List.of("lossy", "text"))) {
            next = nextEvent();
        }
        assertEquals(List.of("n", 2L), next);
        requireBack();
    }

    @Test
    void cutInTheUpgrade() throws Exception {
        join(RealClient.Via.UPGRADING);
        for (int i = 0; i < 100; i++) {
            if (i == 50) {
                line.cut();
            }
            namespace.emit("n", i);
        }
        cut(); // perhaps the first time it had not begun to poll, or only its WebSocket broke
        letBack();
        for (int i = 0; i < 100; i++) {
            expect("n", i);
        }
        requireBack();
    }

    @Test
    void cutWithTwoNamespacesOnOneConnection() throws Exception {
        join();
        RealClient beside = client.join("/other").expect("connect");
        Namespace other = engine.namespace("/other");
        String id = beside.id();
        other.emit("n", 0);
        assertEquals(List.of("n", 0L), event(beside.next()));
        cut();
        for (int i = 1; i < 4; i++) {
            other.to(id).emit("n", i);
            namespace.to("room").emit("n", i);
        }
        letBack();
        for (int i = 1; i < 4; i++) {
            expect("n", i);
            RealClient.Happening next = beside.next();
            while (!next.name().equals("n")) {
                next = beside.next();
            }
            assertEquals(List.of("n", (long) i), event(next));
        }
        requireBack();
        assertEquals(id, beside.id());
    }

    /** What was queued for the connection that nobody reads any more is not lost with it. */
    @Test
    void backBeforeTheServerHasNoticed() throws Exception {
        join();
        socket.emit("n", 0);
        expect("n", 0);
        Socket back = null;
        int sent = 0;
        while (back == null) { // a polling client that is between two polls does not notice either
            line.cutUnnoticed();
            for (int i = 0; i < 10; i++) {
                namespace.to("room").emit("n", ++sent);
            }
            back = sockets.poll(200, TimeUnit.MILLISECONDS);
        }
        for (int i = 1; i <= sent; i++) {
            expect("n", i);
        }
        requireBack(back);
        assertFalse(socket.isConnected());
        assertEquals(1, namespace.sockets().size());
    }

    /** Four threads emit to the client itself, to its room, to all, and to a room that it joins and leaves. */
    @Test
    void cutManyTimesUnderTraffic() throws Exception {
        join();
        int cuts = Boolean.getBoolean("gangway.long") ? 250 : 6; // times four ways
        String id = socket.id();
        Map<String, List<Long>> expected = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        Object joining = new Object();
        boolean[] member = {false};
        for (String to : List.of("own", "room", "all", "sometimes")) {
            List<Long> sent = new ArrayList<>();
            expected.put(to, sent);
            Thread thread = new Thread(() -> {
                for (long n = 0; !over.get(); n++) {
                    switch (to) {
                        case "own" -> namespace.to(id).emit(to, n);
                        case "room" -> namespace.to("room").emit(to, n);
                        case "all" -> namespace.emit(to, n);
                        default -> {
                            synchronized (joining) {
                                if (n % 7 == 0) {
                                    member[0] = !member[0];
                                    if (member[0]) {
                                        namespace.to(id).socketsJoin(to);
                                    } else {
                                        namespace.to(id).socketsLeave(to);
                                    }
                                }
                                namespace.to(to).emit(to, n);
                            }
                        }
                    }
                    if (!to.equals("sometimes") || member[0]) {
                        sent.add(n);
                    }
                    LockSupport.parkNanos(2_000_000);
                }
            });
            threads.add(thread);
            thread.start();
        }
        Random random = new Random(1);
        for (int i = 0; engine.recoveryCounts().recovered() < cuts; i++) {
            LockSupport.parkNanos(random.nextInt(60) * 1_000_000L);
            line.cut();
            if (i % 3 == 0) { // and again, at the latest when it is back
                LockSupport.parkNanos(random.nextInt(30) * 1_000_000L);
                line.cut();
            }
            Eventually.holds("it is back", () -> namespace.sockets().size() == 1);
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        namespace.emit("end");
        Map<String, List<Long>> received = new HashMap<>();
        for (List<@Nullable Object> next = nextEvent(); !next.get(0).equals("end"); next = nextEvent()) {
            received.computeIfAbsent((String) next.get(0), name -> new ArrayList<>())
                    .add((Long) next.get(1));
        }
        for (String to : expected.keySet()) {
            assertEquals(expected.get(to), received.getOrDefault(to, List.of()), to);
        }
        assertTrue(client.recovered());
        assertEquals(id, client.id());
    }
}
