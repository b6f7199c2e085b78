package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Admission;
import io.gangway.Arguments;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Holdings;
import io.gangway.Interceptor;
import io.gangway.Namespace;
import io.gangway.NamespaceBuilder;
import io.gangway.Replies;
import io.gangway.Socket;
import io.gangway.testing.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** What every stock client finds here, on each of its ways to the server. */
abstract class RealClientContract {
    private static final byte[] BYTES = {1, 2, 3, -1, 0};

    @Parameter
    RealClient.Via via;

    /** What the server's handlers note. */
    final BlockingQueue<Object> noted = new LinkedBlockingQueue<>();

    private final List<Engine> engines = new ArrayList<>();

    /** Opens a client, which connects. */
    abstract RealClient open(int port, RealClient.Introduction introduction);

    /** What becomes of a text with half an emoji on its way from this client. */
    abstract String sentWithHalfAnEmoji(String text);

    /** What becomes of a text with half an emoji on its way to this client. */
    String receivedWithHalfAnEmoji(String text) {
        return text;
    }

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
    }

    final Engine start(NamespaceBuilder builder) {
        Engine engine = builder.start();
        engines.add(engine);
        return engine;
    }

    /** An engine whose {@code /} sends back what comes: {@code echo} by an event, {@code ask} by an answer. */
    final NamespaceBuilder echo(int port) {
        return echo(Engine.builder().port(port));
    }

    private NamespaceBuilder echo(EngineBuilder builder) {
        return builder.namespace("/")
                .on("echo", (socket, arguments) -> {
                    noted.add(RealClient.shown(arguments.values()));
                    socket.emit("echoed", arguments.values().toArray());
                    return Ack.empty();
                })
                .on("ask", (socket, arguments) -> Ack.of(arguments.values().toArray()));
    }

    final RealClient connected(int port) {
        return open(port, RealClient.Introduction.via(via)).expect("connect");
    }

    final Object noted() throws InterruptedException {
        return noted.poll(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Socket only(Namespace namespace) {
        Eventually.equal(1, () -> namespace.sockets().size());
        return namespace.sockets().iterator().next();
    }

    @Test
    void connectsWithAuthAndHeadersAndEndsOnTheTransportItWants() {
        Engine engine = start(echo(0));
        RealClient client = open(
                        engine.port(),
                        RealClient.Introduction.via(via)
                                .auth("token", "s\u00e9same")
                                .header("X-Trace", "abc"))
                .expect("connect");

        Socket socket = only(engine.namespace("/"));
        assertEquals(Map.of("token", "s\u00e9same"), socket.handshake().auth());
        assertEquals("abc", socket.handshake().header("X-Trace").orElse(""));
        assertEquals(via.transports().get(0), socket.handshake().query().get("transport"));
        assertEquals(socket.id(), client.id());
        Eventually.equal(via.destination(), socket::transport);
        client.emit("echo", "still there");
        client.expect("echoed", "still there");
    }

    @Test
    void eventsGoBothWaysWithWhateverTheyCarry() throws Exception {
        Engine engine = start(echo(0));
        RealClient client = connected(engine.port());
        Object[][] events = {
            {},
            {"text"},
            {"", "quote \" backslash \\ tab \t newline \n nul \0 delete \u007f"},
            {"caf\u00e9 \u4f60\u597d \ud83d\ude00 \u2028 \u2029 \ufeff </script>"},
            {0L, -1L, 1.5, 9_007_199_254_740_991L, true, false, null},
            {BYTES},
            {new byte[0], "between", BYTES},
            {List.of(), Map.of(), Collections.singletonList(null)},
            {
                Map.of("file", BYTES, "more", List.of("a", Map.of("deep", List.of(BYTES, 2L))), "name", "\ud83d\ude00"),
                BYTES
            },
            {Map.of("_placeholder", true, "num", 7L), Map.of("$key", "__proto__")},
        };
        for (Object[] event : events) {
            client.emit("echo", event);
            assertEquals(RealClient.shown(Collections.unmodifiableList(Arrays.asList(event))), noted());
            client.expect("echoed", event);
        }
    }

    @Test
    void halfAnEmojiHarmsNobody() throws Exception {
        Engine engine = start(echo(0).on(
                        "half an answer", (socket, arguments) -> Ack.of(Map.of("half \ud83d", List.of("of \ude00")))));
        RealClient client = connected(engine.port());
        client.emit("echo", "half \ud83d of one");
        assertEquals(List.of(sentWithHalfAnEmoji("half \ud83d of one")), noted());
        assertEquals("echoed", client.next().name());

        engine.namespace("/").emit("halves \ud83d", "\ude00 \ud83d", BYTES, "\ud83d\ude00");
        client.expect(
                receivedWithHalfAnEmoji("halves \ud83d"),
                receivedWithHalfAnEmoji("\ude00 \ud83d"),
                BYTES,
                "\ud83d\ude00");

        CompletableFuture<List<@Nullable Object>> answer = client.call("half an answer");
        assertEquals(
                List.of(Map.of(receivedWithHalfAnEmoji("half \ud83d"), List.of(receivedWithHalfAnEmoji("of \ude00")))),
                RealClient.answer(answer));
    }

    @Test
    void largeEventsGoBothWays() throws Exception {
        Engine engine = start(echo(0));
        RealClient client = connected(engine.port());
        byte[] binary = new byte[300_000];
        Arrays.fill(binary, (byte) 0x5a);
        String text = "\u4f60".repeat(100_000);
        for (int i = 0; i < 3; i++) {
            client.emit("echo", i, binary, text);
            assertEquals(RealClient.shown(List.of(i, binary, text)), noted());
            client.expect("echoed", i, binary, text);
        }
    }

    @Test
    void aConnectHandlerMaySendMegabytes() {
        String page = "\u00e9".repeat(64 * 1024);
        Engine engine = start(echo(0).onConnect(socket -> {
            for (int i = 0; i < 32; i++) {
                socket.emit("state", i, page);
            }
        }));
        RealClient client = connected(engine.port());
        for (int i = 0; i < 32; i++) {
            client.expect("state", i, page);
        }
        Eventually.equal(via.destination(), only(engine.namespace("/"))::transport);
        assertEquals(List.of("still there"), RealClient.answer(client.call("ask", "still there")));
    }

    @Test
    void answersGoBothWays() throws Exception {
        Engine engine = start(echo(0).on("nothing", (socket, arguments) -> Ack.empty()));
        RealClient client = connected(engine.port());
        Object[] values = {"text", 1L, null, Map.of("file", BYTES), BYTES};
        List<@Nullable Object> shown = RealClient.shown(Arrays.asList(values));

        assertEquals(shown, RealClient.answer(client.call("ask", values)));
        assertEquals(shown, RealClient.answer(client.call(Duration.ofSeconds(9), "ask", values)));
        assertEquals(List.of(), RealClient.answer(client.call("nothing")));

        Socket socket = only(engine.namespace("/"));
        CompletableFuture<Arguments> answer = socket.emitWithAck("question", values);
        client.expect("question", values);
        assertEquals(shown, RealClient.shown(answer.get(10, TimeUnit.SECONDS).values()));
        Eventually.equal(0, () -> Holdings.of(engine).acks());
    }

    @Test
    void answersFindTheirQuestionsInWhateverOrderTheyCome() throws Exception {
        List<CompletableFuture<Object>> later = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        Engine engine = start(echo(0).on("later", (socket, arguments) -> {
            noted.add("asked");
            return Ack.later(later.get(arguments.get(0, Integer.class)));
        }));
        RealClient client = connected(engine.port());
        CompletableFuture<List<@Nullable Object>> first = client.call("later", 0);
        CompletableFuture<List<@Nullable Object>> second = client.call("later", 1);
        assertEquals("asked", noted());
        assertEquals("asked", noted());

        later.get(1).complete("second");
        assertEquals(List.of("second"), RealClient.answer(second));
        later.get(0).complete("first");
        assertEquals(List.of("first"), RealClient.answer(first));
    }

    @Test
    void aHandlersFailureIsToldByTheAnswerOrElseByAnEvent() {
        Engine engine = start(echo(0).on("fail", (socket, arguments) -> {
            throw new EngineException("Message text is required", Map.of("field", "text"));
        }));
        RealClient client = connected(engine.port());
        Map<String, Object> told =
                Map.of("status", "error", "message", "Message text is required", "data", Map.of("field", "text"));
        assertEquals(List.of(told), RealClient.answer(client.call("fail")));
        client.emit("fail");
        client.expect("exception", told);
    }

    @Test
    void eitherSideGivesUpWaitingForAnAnswer() {
        CompletableFuture<Object> late = new CompletableFuture<>();
        Engine engine = start(echo(0).on("silent", (socket, arguments) -> Ack.later(late)));
        RealClient client = connected(engine.port());
        CompletableFuture<List<@Nullable Object>> call = client.call(Duration.ofMillis(50), "silent");
        ExecutionException gaveUp = assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
        assertInstanceOf(TimeoutException.class, gaveUp.getCause());
        late.complete("too late");
        assertEquals(List.of("next"), RealClient.answer(client.call("ask", "next")));

        CompletableFuture<Arguments> answer =
                only(engine.namespace("/")).timeout(Duration.ofMillis(50)).emitWithAck("silent");
        client.expect("silent");
        ExecutionException expired = assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertInstanceOf(TimeoutException.class, expired.getCause());
    }

    @Test
    void roomsAndBroadcastsReachWhomTheyShould() {
        Engine engine = start(echo(0).on("join", String.class, (socket, room) -> {
                    socket.join(room);
                    return Ack.of(room);
                })
                .on("leave", String.class, (socket, room) -> {
                    socket.leave(room);
                    return Ack.of(room);
                })
                .on("toRoom", String.class, (socket, room) -> {
                    socket.to(room).emit("fromMember", room, BYTES);
                    return Ack.empty();
                })
                .on("shout", (socket, arguments) -> {
                    socket.broadcast().emit("shouted", socket.id());
                    return Ack.empty();
                }));
        RealClient ann = connected(engine.port());
        RealClient bob = connected(engine.port());
        RealClient eve = connected(engine.port());
        assertEquals(List.of("kitchen"), RealClient.answer(ann.call("join", "kitchen")));
        assertEquals(List.of("kitchen"), RealClient.answer(bob.call("join", "kitchen")));

        engine.namespace("/").to("kitchen").emit("dinner", "soup");
        ann.expect("dinner", "soup");
        bob.expect("dinner", "soup");
        ann.emit("toRoom", "kitchen");
        bob.expect("fromMember", "kitchen", BYTES);
        ann.emit("shout");
        bob.expect("shouted", ann.id());
        eve.expect("shouted", ann.id());
        engine.namespace("/").to(eve.id(), "kitchen").except(bob.id()).emit("some");
        ann.expect("some");
        eve.expect("some");

        assertEquals(List.of("kitchen"), RealClient.answer(bob.call("leave", "kitchen")));
        engine.namespace("/").to("kitchen").emit("dinner", "bread");
        engine.namespace("/").emit("all", 1);
        ann.expect("dinner", "bread").expect("all", 1);
        bob.expect("all", 1);
        eve.expect("all", 1);
    }

    @Test
    void aBroadcastGathersTheAnswersOfAll() throws Exception {
        Engine engine = start(echo(0));
        RealClient ann = connected(engine.port());
        RealClient bob = connected(engine.port());
        Replies replies =
                engine.namespace("/").emitWithAck("how many", 3, BYTES).get(10, TimeUnit.SECONDS);
        assertTrue(replies.isComplete());
        List<Object> each = RealClient.shown(List.of(3, BYTES));
        assertEquals(
                List.of(each, each),
                replies.received().stream()
                        .map(answer -> RealClient.shown(answer.values()))
                        .toList());
        ann.expect("how many", 3, BYTES);
        bob.expect("how many", 3, BYTES);
    }

    @Test
    void twoNamespacesShareOneConnection() throws Exception {
        Engine engine = start(echo(0).onDisconnect((socket, reason) -> noted.add("/: " + reason))
                .namespace("/chat")
                .on("ask", (socket, arguments) -> Ack.of("chat", arguments))
                .onDisconnect((socket, reason) -> noted.add("/chat: " + reason)));
        RealClient client = connected(engine.port());
        RealClient chat = client.join("/chat").expect("connect");
        assertNotEquals(client.id(), chat.id());
        assertEquals(client.id(), only(engine.namespace("/")).id());
        assertEquals(chat.id(), only(engine.namespace("/chat")).id());
        assertEquals(1, Holdings.of(engine).sessions());

        engine.namespace("/chat").emit("news", "for the chat");
        engine.namespace("/").emit("news", "for all");
        chat.expect("news", "for the chat");
        client.expect("news", "for all");
        assertEquals(List.of("chat", 1L), RealClient.answer(chat.call("ask", 1)));
        assertEquals(List.of(2L), RealClient.answer(client.call("ask", 2)));

        chat.disconnect();
        chat.expect("disconnect", "io client disconnect");
        assertEquals("/chat: client namespace disconnect", noted());
        assertEquals(List.of(3L), RealClient.answer(client.call("ask", 3)));
        assertEquals(0, engine.namespace("/chat").sockets().size());
    }

    @Test
    void aRefusedConnectIsToldWithItsData() {
        Engine engine = start(echo(0).namespace("/members").intercept(new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                if (socket.handshake().auth("token").filter("open"::equals).isPresent()) {
                    return chain.proceed();
                }
                throw new EngineException("Members only", Map.of("code", 7, "hint", "ask \ud83d\ude00"));
            }
        }));
        RealClient.Introduction introduction = RealClient.Introduction.via(via).namespace("/members");
        open(engine.port(), introduction.auth("token", "guessed"))
                .expect("connect_error", "Members only", Map.of("code", 7, "hint", "ask \ud83d\ude00"));
        open(engine.port(), introduction.auth("token", "open")).expect("connect");
        open(engine.port(), RealClient.Introduction.via(via).namespace("/nowhere"))
                .expect("connect_error", "Invalid namespace");
        assertEquals(1, engine.namespace("/members").sockets().size());
    }

    @Test
    void aClientThatTheServerDisconnectsStaysAway() throws Exception {
        Engine engine = start(echo(0).onDisconnect((socket, reason) -> noted.add(reason)));
        RealClient client = connected(engine.port());
        engine.namespace("/").emit("last words");
        only(engine.namespace("/")).disconnect();
        client.expect("last words").expect("disconnect", "io server disconnect");
        assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, noted());

        client.connect();
        client.expect("connect");
        Eventually.equal(via.destination(), only(engine.namespace("/"))::transport);
        engine.namespace("/").emit("last words");
        only(engine.namespace("/")).closeConnection();
        client.expect("last words").expect("disconnect", "io server disconnect");
        assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, noted());
        Eventually.equal(0, () -> Holdings.of(engine).sessions());
    }

    @Test
    void aClientThatDisconnectsComesBackWhenItWantsTo() throws Exception {
        Engine engine = start(echo(0).onDisconnect((socket, reason) -> noted.add(reason)));
        RealClient client = connected(engine.port());
        String id = client.id();
        client.disconnect();
        client.expect("disconnect", "io client disconnect");
        // It says so, and closes the connection: over polling the two may come in either order.
        assertTrue(Set.of(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, DisconnectReason.TRANSPORT_CLOSE)
                .contains(noted()));
        Eventually.equal(0, () -> Holdings.of(engine).sockets());

        client.connect();
        client.expect("connect");
        assertNotEquals(id, client.id());
        assertEquals(List.of("again"), RealClient.answer(client.call("ask", "again")));
    }

    @Test
    void comesBackAfterARestartAndHearsEverythingOnce() throws Exception {
        // The Java client takes no notice of a WebSocket's Close frame: it has to miss a ping. No client may miss one
        // before, though the machine stand still.
        Engine first = start(echo(Engine.builder()
                        .port(0)
                        .pingInterval(Duration.ofMillis(500))
                        .pingTimeout(Duration.ofSeconds(5)))
                .onDisconnect((socket, reason) -> noted.add(reason)));
        int port = first.port();
        RealClient client = connected(port);
        RealClient other = connected(port);
        client.emit("echo", "before");
        client.expect("echoed", "before");
        assertEquals(List.of("before"), noted());

        first.close();
        assertEquals("disconnect", client.next().name());
        assertEquals("disconnect", other.next().name());
        assertEquals(DisconnectReason.SERVER_SHUTDOWN, noted());
        assertEquals(DisconnectReason.SERVER_SHUTDOWN, noted());

        Engine second = start(echo(port));
        client.expectConnectInTheEnd();
        other.expectConnectInTheEnd();
        client.emit("echo", "after");
        client.expect("echoed", "after");
        assertEquals(List.of("after"), noted());
        second.namespace("/").emit("news", 1);
        second.namespace("/").emit("news", 2);
        client.expect("news", 1).expect("news", 2);
        other.expect("news", 1).expect("news", 2);
        assertEquals(0, noted.size());
        assertEquals(2, second.namespace("/").sockets().size());
    }

    @Test
    void aClientThatIsToldToComeLaterBacksOffAndComesInLater() {
        List<Long> attempts = Collections.synchronizedList(new ArrayList<>());
        Engine engine = start(Engine.builder()
                .port(0)
                .admission(handshake -> {
                    attempts.add(System.nanoTime());
                    return attempts.size() <= 3 ? Admission.refuse(503, Duration.ofSeconds(1)) : Admission.accept();
                })
                .namespace("/"));
        Duration delay = Duration.ofMillis(60);
        RealClient client = open(engine.port(), RealClient.Introduction.via(via).reconnectionDelay(delay));
        for (int i = 0; i < 3; i++) {
            assertEquals("connect_error", client.next().name());
        }
        client.expect("connect");
        assertEquals(4, attempts.size());
        for (int i = 1; i < 4; i++) {
            long pause = attempts.get(i) - attempts.get(i - 1);
            assertTrue(pause >= 0.9 * (delay.toNanos() << (i - 1)), "it came again after " + Duration.ofNanos(pause));
        }
    }

    @Test
    void tenAttachmentsArriveWholeThoughTwoThreadsEmitAtOnce() throws Exception {
        int events = 50;
        Engine engine = start(echo(0));
        RealClient client = connected(engine.port());
        Socket socket = only(engine.namespace("/"));
        List<Thread> emitters = Stream.of("left", "right")
                .map(side -> new Thread(() -> {
                    for (int number = 0; number < events; number++) {
                        socket.emit(side, tenAttachments(side, number));
                    }
                }))
                .toList();
        emitters.forEach(Thread::start);

        Map<String, Integer> next = new HashMap<>(Map.of("left", 0, "right", 0));
        for (int i = 0; i < 2 * events; i++) {
            RealClient.Happening event = client.next();
            int number = next.merge(event.name(), 1, Integer::sum) - 1;
            assertEquals(RealClient.shown(List.of(tenAttachments(event.name(), number))), event.arguments());
        }
        assertEquals(Map.of("left", events, "right", events), next);
        for (Thread emitter : emitters) {
            emitter.join();
        }
    }

    private static Object[] tenAttachments(String side, int number) {
        return Stream.iterate(0, i -> i + 1)
                .limit(10)
                .map(i -> ByteBuffer.allocate(6)
                        .putChar(side.charAt(0))
                        .putShort((short) number)
                        .putShort(i.shortValue())
                        .array())
                .toArray();
    }
}
