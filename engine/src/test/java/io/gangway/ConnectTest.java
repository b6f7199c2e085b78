package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A socket's way into a namespace: interceptors, admission, connect handlers, the first event. */
class ConnectTest {
    private static final String UNADMITTED = "before a namespace admits it, a client may send at most 65536 bytes";

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();

    @AutoClose
    private Engine engine;

    private NamespaceBuilder namespace(Around.Connects around) {
        return Engine.builder()
                .port(0)
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> {
                    sockets.add(socket);
                    return around.aroundConnect(socket, chain);
                }))
                .onConnect(socket -> log.add("connected"))
                .onDisconnecting((socket, reason) -> log.add("disconnecting"))
                .onDisconnect((socket, reason) -> log.add("disconnected: " + reason))
                .on("echo", (socket, arguments) -> {
                    log.add("echo");
                    return Ack.of(arguments);
                });
    }

    private Socket socket() throws InterruptedException {
        return sockets.poll(10, TimeUnit.SECONDS);
    }

    // ---- refused

    @Test
    void aFailureIsTheClientsConnectErrorWithMessageAndData() {
        engine = namespace((socket, chain) -> {
                    throw new EngineException("who are you?", Map.of("code", 42));
                })
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").expect("44{\"message\":\"who are you?\",\"data\":{\"code\":42}}");
        client.send("40{\"token\":\"x\"}").expect("44{\"message\":\"who are you?\",\"data\":{\"code\":42}}");
        client.close();
        assertEquals(List.of(), List.copyOf(log));
    }

    @Test
    void aFailureThatIsReturnedIsTheSameAsOneThatIsThrown() {
        engine = namespace((socket, chain) -> Ack.failed(new UnauthorizedException("Invalid token")))
                .start();
        WireClient.open(engine.port())
                .send("40")
                .expect("44{\"message\":\"Invalid token\"}")
                .close();
    }

    @Test
    void anyOtherFailureIsMaskedAndLogged() {
        try (CapturedLog captured = new CapturedLog()) {
            engine = namespace((socket, chain) -> {
                        throw new IOException("password=hunter2");
                    })
                    .start();
            WireClient client = WireClient.open(engine.port());
            client.send("40");
            String refusal = client.next();
            assertTrue(refusal.startsWith("44{\"message\":\"Internal server error\""), refusal);
            assertFalse(refusal.contains("hunter2"), refusal);
            assertTrue(captured.text().contains("java.io.IOException: password=hunter2"), captured.text());
            client.close();
        }
    }

    @Test
    void anErrorInAnInterceptorRefusesTheClientAndCostsNothingElse() {
        try (CapturedLog captured = new CapturedLog()) {
            AtomicInteger number = new AtomicInteger();
            engine = namespace((socket, chain) -> switch (number.getAndIncrement()) {
                        case 0 -> throw new StackOverflowError();
                        case 1 -> throw new AssertionError("a bug");
                        case 2 -> throw new OutOfMemoryError("not really");
                        case 3 -> null;
                        default -> chain.proceed();
                    })
                    .start();
            WireClient client = WireClient.open(engine.port());
            for (int i = 0; i < 4; i++) {
                client.send("40");
                String refusal = client.next();
                assertTrue(refusal.startsWith("44{\"message\":\"Internal server error\""), refusal);
            }
            client.joinNamespace("/");
            client.close();
            assertTrue(
                    captured.text()
                            .contains("returned null instead of an Ack; return Ack.empty() to answer without values"),
                    captured.text());
        }
    }

    @Test
    void dataThatCannotBeWrittenIsLeftOutOfTheRefusal() {
        try (CapturedLog captured = new CapturedLog()) {
            engine = namespace((socket, chain) -> {
                        throw new EngineException("no", new Object() {});
                    })
                    .start();
            WireClient.open(engine.port())
                    .send("40")
                    .expect("44{\"message\":\"no\"}")
                    .close();
            assertTrue(captured.text().contains("cannot write the data of a connect_error"), captured.text());
        }
    }

    @Test
    void aRefusedSocketLeavesNoTrace() throws Exception {
        engine = namespace((socket, chain) -> {
                    socket.join("room");
                    socket.emit("never seen");
                    socket.attach(String.class, "state");
                    CompletableFuture<Arguments> unused = socket.emitWithAck("never answered");
                    throw new EngineException("no");
                })
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").expect("44{\"message\":\"no\"}");
        Socket refused = socket();
        assertFalse(refused.isConnected());
        assertEquals(Set.of(), refused.rooms());
        assertEquals(Set.of(), engine.namespace("/").roomNames());
        assertEquals(0, engine.namespace("/").sockets().size());
        refused.emit("after");
        refused.join("again");
        engine.namespace("/").to("room", "again", refused.id()).emit("for nobody");
        Eventually.equal(0, () -> engine.occupancy().acks());
        client.close();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        assertEquals(List.of(), List.copyOf(log), "no handler hears of it");
    }

    @Test
    void whatARefusedClientSentMeanwhileIsNotHandled() {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        engine = namespace((socket, chain) -> Ack.later(verdict))
                .namespace("/other")
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").send("420[\"echo\"]").send("42[\"echo\"]");
        client.joinNamespace("/other"); // so that the events have been seen
        verdict.completeExceptionally(new EngineException("no"));
        client.expect("44{\"message\":\"no\"}");
        client.send("41/other,");
        client.joinNamespace("/other");
        assertEquals(List.of(), List.copyOf(log));
        client.close();
    }

    @Test
    void aRefusedClientMayTryAgain() {
        AtomicInteger tries = new AtomicInteger();
        engine = namespace((socket, chain) -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new EngineException("not yet");
                    }
                    return chain.proceed();
                })
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").expect("44{\"message\":\"not yet\"}");
        client.send("40").expect("44{\"message\":\"not yet\"}");
        client.joinNamespace("/");
        client.send("420[\"echo\",1]").expect("430[1]").close();
    }

    @Test
    void aConnectWithoutPayloadRunsTheSameWayAsOneWithOne() throws Exception {
        BlockingQueue<Map<String, Object>> auths = new LinkedBlockingQueue<>();
        engine = namespace((socket, chain) -> {
                    auths.add(socket.handshake().auth());
                    return chain.proceed();
                })
                .start();
        WireClient one = WireClient.join(engine.port());
        WireClient two = WireClient.open(engine.port());
        two.send("40{}").expectConnected();
        WireClient three = WireClient.open(engine.port());
        three.send("40{\"token\":\"abc\",\"n\":[1,null,{\"x\":2.5}]}").expectConnected();
        assertEquals(Map.of(), auths.poll(10, TimeUnit.SECONDS));
        assertEquals(Map.of(), auths.poll(10, TimeUnit.SECONDS));
        Map<String, Object> auth = auths.poll(10, TimeUnit.SECONDS);
        assertEquals("abc", auth.get("token"));
        assertEquals("[1, null, {x=2.5}]", auth.get("n").toString());
        List.of(one, two, three).forEach(WireClient::close);
    }

    // ---- admitted

    @Test
    void returningWithoutProceedingAdmitsToo() {
        engine = namespace((socket, chain) -> Ack.empty()).start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"echo\",1]").expect("430[1]").close();
        assertEquals("connected", log.peek());
    }

    @Test
    void proceedingTwiceAdmitsOnce() {
        engine = namespace((socket, chain) -> {
                    chain.proceed();
                    return chain.proceed();
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"echo\",1]").expect("430[1]").close();
        assertEquals(List.of("connected", "echo"), List.copyOf(log).subList(0, 2));
    }

    @Test
    void untilItIsAdmittedASocketIsNotConnectedAndInNoRoom() throws Exception {
        engine = namespace((socket, chain) -> {
                    log.add(socket.isConnected() + " "
                            + socket.namespace().sockets().size());
                    socket.join("room");
                    socket.namespace().to("room", socket.id()).emit("too early");
                    socket.namespace().emit("too early");
                    Ack ack = chain.proceed();
                    log.add(socket.isConnected() + " "
                            + socket.namespace().sockets().size());
                    socket.namespace().to("room").emit("in time");
                    return ack;
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        client.expect("42[\"in time\"]");
        assertEquals("false 0", log.poll());
        assertEquals("connected", log.poll());
        assertEquals("true 1", log.poll());
        assertEquals(
                Set.of("room", socket().id()),
                engine.namespace("/").sockets().iterator().next().rooms());
        client.close();
    }

    @Test
    void whatIsEmittedBeforeTheAdmissionComesBehindTheAnswerInOrder() {
        engine = namespace((socket, chain) -> {
                    socket.emit("first", 1);
                    CompletableFuture<Void> unused =
                            socket.emitWithAck("second").thenAccept(values -> socket.emit("answered", values));
                    socket.emit("third", (Object) new byte[] {3});
                    socket.lossy().emit("dropped");
                    Ack ack = chain.proceed();
                    socket.emit("sixth");
                    return ack;
                })
                .onConnect(socket -> socket.emit("fourth"))
                .onConnect(socket -> socket.emit("fifth"))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.expect("42[\"first\",1]", "420[\"second\"]", "451-[\"third\",{\"_placeholder\":true,\"num\":0}]");
        client.expect("binary 03", "42[\"fourth\"]", "42[\"fifth\"]", "42[\"sixth\"]");
        client.send("430[\"yes\"]").expect("42[\"answered\",\"yes\"]").close();
    }

    @Test
    void theConnectHandlersFinishBeforeTheFirstEventIsHandled() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine = namespace((socket, chain) -> chain.proceed())
                .onConnect(socket -> {
                    release.await();
                    log.add("second handler");
                })
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").send("420[\"echo\",1]").expectConnected();
        assertEquals("connected", log.poll(10, TimeUnit.SECONDS));
        release.countDown();
        client.expect("430[1]");
        assertEquals(List.of("second handler", "echo"), List.copyOf(log));
        client.close();
    }

    @Test
    void aConnectHandlerThatFailsTellsTheClientAndTheSocketStays() {
        try (CapturedLog captured = new CapturedLog()) {
            AtomicInteger number = new AtomicInteger();
            engine = Engine.builder()
                    .port(0)
                    .namespace("/")
                    .onConnect(socket -> {
                        if (number.getAndIncrement() == 0) {
                            throw new EngineException("no lobby for you", 7);
                        }
                        throw new IllegalStateException("secret");
                    })
                    .on("echo", (socket, arguments) -> Ack.of(arguments))
                    .start();
            WireClient one = WireClient.join(engine.port());
            one.expect("42[\"exception\",{\"status\":\"error\",\"message\":\"no lobby for you\",\"data\":7}]");
            one.send("420[\"echo\"]").expect("430[]").close();
            WireClient two = WireClient.join(engine.port());
            two.expectMasked("42[\"exception\",", "]").close();
            assertTrue(captured.text().contains("secret"), captured.text());
        }
    }

    @Test
    void aConnectHandlerMayDisconnectAndNoEventIsHandled() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(Socket::disconnect)
                .onDisconnect((socket, reason) -> log.add("disconnected: " + reason))
                .on("echo", (socket, arguments) -> {
                    log.add("echo");
                    return Ack.of(arguments);
                })
                .namespace("/other")
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").send("42[\"echo\"]").expectConnected();
        client.expect("41");
        client.joinNamespace("/other");
        assertEquals(List.of("disconnected: server namespace disconnect"), List.copyOf(log));
        client.close();
    }

    @Test
    void anInterceptorMayDisconnectTheSocketAndTheClientHearsOfIt() {
        engine = namespace((socket, chain) -> {
                    socket.disconnect();
                    return chain.proceed();
                })
                .namespace("/other")
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").send("42[\"echo\"]");
        String refusal = client.next();
        assertTrue(refusal.startsWith("44{\"message\":"), refusal);
        client.joinNamespace("/other");
        client.close();
        assertEquals(List.of(), List.copyOf(log));
    }

    // ---- a late verdict

    @Test
    void theVerdictMayComeLateAndWithoutHoldingAThread() {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        engine = Engine.builder()
                .port(0)
                .handlerThreads(1)
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> Ack.later(verdict)))
                .namespace("/other")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40");
        client.joinNamespace("/other");
        client.send("42/other,0[\"echo\",1]").expect("43/other,0[1]");
        verdict.complete(null);
        client.expectConnected();
        client.close();
    }

    @Test
    void eventsOfThatNamespaceWaitForTheVerdictAndThoseOfOthersDoNot() throws Exception {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        engine = namespace((socket, chain) -> Ack.later(verdict.thenApply(allowed -> chain.proceed())))
                .namespace("/other")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").send("420[\"echo\",1]").send("421[\"echo\",2]");
        client.joinNamespace("/other");
        client.send("42/other,0[\"echo\",3]").expect("43/other,0[3]");
        assertEquals(List.of(), List.copyOf(log));
        assertFalse(socket().isConnected());
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> verdict.complete("go on"));
        client.expectConnected();
        client.expect("430[1]", "431[2]");
        assertEquals(List.of("connected", "echo", "echo"), List.copyOf(log));
        client.close();
    }

    @Test
    void aLateFailureIsTheSameAsOneAtOnce() {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        engine = namespace((socket, chain) -> Ack.later(verdict)).start();
        WireClient client = WireClient.open(engine.port());
        client.send("40");
        verdict.completeExceptionally(new UnauthorizedException("Token expired", Map.of("at", 1)));
        client.expect("44{\"message\":\"Token expired\",\"data\":{\"at\":1}}").close();
    }

    @Test
    void aLateAckIsAVerdictToo() {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        engine = namespace((socket, chain) -> Ack.later(verdict)).start();
        WireClient client = WireClient.open(engine.port());
        client.send("40");
        verdict.complete(Ack.failed(new EngineException("no")));
        client.expect("44{\"message\":\"no\"}").close();
    }

    @Test
    void aClientThatLeavesMeanwhileIsNotAdmitted() throws Exception {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        engine = namespace((socket, chain) -> Ack.later(verdict.thenApply(allowed -> chain.proceed())))
                .namespace("/other")
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40");
        Socket gone = socket();
        client.send("42[\"echo\"]").send("41");
        client.joinNamespace("/other");
        verdict.complete("go on");
        client.send("41/other,");
        client.joinNamespace("/other");
        assertFalse(gone.isConnected());
        assertEquals(0, engine.namespace("/").sockets().size());
        assertEquals(List.of(), List.copyOf(log));
        client.close();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
    }

    @Test
    void aClientThatLeavesMeanwhileMayComeAgainAtOnce() throws Exception {
        BlockingQueue<CompletableFuture<Object>> verdicts = new LinkedBlockingQueue<>();
        engine = namespace((socket, chain) -> {
                    CompletableFuture<Object> verdict = new CompletableFuture<>();
                    verdicts.add(verdict);
                    return Ack.later(verdict);
                })
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40");
        CompletableFuture<Object> first = verdicts.poll(10, TimeUnit.SECONDS);
        client.send("41").send("40").send("420[\"echo\",1]");
        CompletableFuture<Object> second = verdicts.poll(10, TimeUnit.SECONDS);
        second.complete(null);
        client.expectConnected();
        client.expect("430[1]");
        first.complete(Ack.failed(new EngineException("too late for anyone")));
        client.send("421[\"echo\",2]").expect("431[2]").close();
    }

    @Test
    void aClientThatIsLostMeanwhileIsNotAdmittedAndLeavesNothing() throws Exception {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        engine = namespace((socket, chain) -> Ack.later(verdict.thenApply(allowed -> chain.proceed())))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40").send("42[\"echo\"]");
        Socket lost = socket();
        client.abort();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        verdict.complete("go on");
        assertEquals(Set.of(), lost.rooms());
        assertFalse(lost.isConnected());
        assertEquals(List.of(), List.copyOf(log));
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
    }

    @Test
    void moreEventsThanAllowedBeforeTheVerdictEndTheConnection() {
        EngineBuilder builder = Engine.builder().port(0).limits(limits -> limits.maxQueuedEvents(8));
        engine = builder.namespace("/")
                .intercept(Around.connects((socket, chain) -> Ack.later(new CompletableFuture<>())))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40");
        for (int i = 0; i < 9; i++) {
            client.send("42[\"echo\"]");
        }
        client.expect("closed 1002");
    }

    @Test
    void moreBytesThanAllowedBeforeTheVerdictEndTheConnection() {
        EngineBuilder builder = Engine.builder().port(0);
        engine = builder.namespace("/")
                .intercept(Around.connects((socket, chain) -> Ack.later(new CompletableFuture<>())))
                .start();
        WireClient client = WireClient.open(engine.port());
        client.send("40");
        for (int i = 0; i < 7; i++) {
            client.send("42[\"echo\",\"" + "x".repeat(10_000) + "\"]");
        }
        client.expect("closed 1008 " + UNADMITTED);
    }

    @Test
    void eventsForAllNamespacesTogetherAreFewUntilOneAdmits() {
        EngineBuilder builder = Engine.builder().port(0);
        for (int i = 0; i < 90; i++) {
            builder.namespace("/" + i)
                    .intercept(Around.connects((socket, chain) -> Ack.later(new CompletableFuture<>())));
        }
        engine = builder.start();
        WireClient client = WireClient.open(engine.port());
        for (int i = 0; i < 90; i++) {
            client.send("40/" + i + ",");
        }
        for (int i = 0; i < 4; i++) {
            client.send("42/" + i + ",[\"echo\",\"" + "x".repeat(20_000) + "\"]");
        }
        client.expect("closed 1008 " + UNADMITTED);
    }

    @Test
    void aMessageIsShortUntilANamespaceAdmitsTheClient() {
        engine = Engine.builder().port(0).namespace("/").start();
        WireClient.open(engine.port())
                .send("40{\"token\":\"" + "x".repeat(70_000) + "\"}")
                .expect("closed 1009 " + UNADMITTED);
        PollingClient polling = PollingClient.open(engine.port());
        try (RawClient raw = RawClient.connect(engine.port())) {
            raw.write(RawClient.head("POST", polling.path("polling"), "Content-Length: 70000"));
            assertEquals(413, raw.response().status());
        }
        assertEquals(400, polling.tryPost("40").statusCode());
        WireClient admitted = WireClient.open(engine.port()).send("40{\"token\":\"" + "x".repeat(20_000) + "\"}");
        admitted.expectConnected();
        admitted.send("42[\"large\",\"" + "x".repeat(900_000) + "\"]");
        admitted.close();
    }

    @Test
    void attachmentsForAForeignNamespaceEndTheConnectionAtTheHeader() {
        engine = Engine.builder().port(0).namespace("/").start();
        WireClient client = WireClient.join(engine.port());
        client.send("451-/other,[\"image\",{\"_placeholder\":true,\"num\":0}]").expect("closed 1002");
    }

    /** A client in that namespace; on a machine that stands still it may come too late, and has to come again. */
    private WireClient joinOther() {
        for (int tries = 0; tries < 10; tries++) {
            WireClient client = WireClient.open(engine.port()).send("40/other,");
            String answer = client.next();
            if (answer.startsWith("40/other,")) {
                return client;
            }
            assertTrue(answer.startsWith("closed"), answer);
        }
        return fail("never in time");
    }

    @Test
    void aVerdictThatNeverComesRefusesTheClient() {
        CompletionStage<Object> never = new CompletableFuture<>();
        engine = Engine.builder()
                .port(0)
                .connectTimeout(Duration.ofSeconds(1))
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> Ack.later(never)))
                .namespace("/other")
                .start();
        WireClient client = joinOther(); // so that the connection is not closed for being nowhere
        client.send("40").expect("44{\"message\":\"Connection timed out\"}");
        Eventually.equal(1, () -> engine.occupancy().sockets());
        client.close();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
    }

    @Test
    void aVerdictThatComesTooLateChangesNothing() throws Exception {
        CompletableFuture<Object> verdict = new CompletableFuture<>();
        EngineBuilder builder = Engine.builder().port(0).connectTimeout(Duration.ofSeconds(1));
        engine = builder.namespace("/")
                .intercept(Around.connects((socket, chain) -> {
                    sockets.add(socket);
                    return Ack.later(verdict.thenApply(allowed -> chain.proceed()));
                }))
                .onConnect(socket -> log.add("connected"))
                .namespace("/other")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .start();
        WireClient client = joinOther();
        client.send("40").expect("44{\"message\":\"Connection timed out\"}");
        verdict.complete("go on");
        client.send("42/other,0[\"echo\"]").expect("43/other,0[]");
        assertFalse(socket().isConnected());
        assertEquals(List.of(), List.copyOf(log));
        client.close();
    }

    // ---- what the socket knows

    @Test
    void theHandshakeShowsHeadersQueryAddressTimeAndUrl() throws Exception {
        engine = namespace((socket, chain) -> chain.proceed()).start();
        WireClient client =
                WireClient.connect(engine.port(), "/socket.io/?EIO=4&transport=websocket&room=a%20b&room=c&plus=1%2B1");
        client.next();
        client.send("40{\"user\":\"ada\"}").expectConnected();
        Handshake handshake = socket().handshake();
        assertEquals("a b", handshake.query().get("room"));
        assertEquals("1+1", handshake.query().get("plus"));
        assertEquals("localhost:" + engine.port(), handshake.header("Host").orElseThrow());
        assertEquals("websocket", handshake.headers().get("upgrade").toLowerCase(Locale.ROOT));
        assertEquals("ada", handshake.auth("user").orElseThrow());
        assertTrue(
                Set.of("127.0.0.1", "0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]", "::1")
                        .contains(handshake.address()),
                handshake.address());
        assertTrue(handshake.url().startsWith("/socket.io/?EIO=4"), handshake.url());
        assertFalse(handshake.secure());
        assertTrue(Duration.between(handshake.time(), Instant.now()).abs().toMinutes() < 1);
        client.close();
    }

    @Test
    void theQueryIsOfTheConnectionAndTheAuthOfTheNamespace() throws Exception {
        engine = Engine.builder()
                .port(0)
                .namespace("/a")
                .onConnect(sockets::add)
                .namespace("/b")
                .onConnect(sockets::add)
                .start();
        WireClient client = WireClient.connect(engine.port(), "/socket.io/?EIO=4&transport=websocket&q=1");
        client.next();
        client.send("40/a,{\"for\":\"a\"}").expectConnected();
        client.send("40/b,{\"for\":\"b\"}").expectConnected();
        Handshake a = socket().handshake();
        Handshake b = socket().handshake();
        assertEquals("1", a.query().get("q"));
        assertEquals("1", b.query().get("q"));
        assertEquals("a", a.auth().get("for"));
        assertEquals("b", b.auth().get("for"));
        client.close();
    }

    @Test
    void interceptorsOfOneNamespaceDoNotRunForAnother() {
        engine = Engine.builder()
                .port(0)
                .intercept(Around.connects((socket, chain) -> {
                    log.add("engine " + socket.namespace().name());
                    return chain.proceed();
                }))
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> {
                    throw new EngineException("not here");
                }))
                .namespace("/chat")
                .start();
        WireClient client = WireClient.open(engine.port());
        client.joinNamespace("/chat");
        client.send("40").expect("44{\"message\":\"not here\"}");
        assertEquals(List.of("engine /chat", "engine /"), List.copyOf(log));
        client.close();
    }

    @Test
    void theNextInterceptorIsNotAskedAfterARefusal() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .intercept(Around.connects((socket, chain) -> {
                    throw new EngineException("first");
                }))
                .intercept(Around.connects((socket, chain) -> {
                    log.add("second");
                    return chain.proceed();
                }))
                .onConnect(socket -> log.add("connected"))
                .start();
        WireClient.open(engine.port())
                .send("40")
                .expect("44{\"message\":\"first\"}")
                .close();
        assertEquals(List.of(), List.copyOf(log));
    }
}
