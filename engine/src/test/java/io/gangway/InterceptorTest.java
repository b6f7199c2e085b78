package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What lies around handlers, and the listeners of {@code onAny}. */
class InterceptorTest {
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    @AutoClose
    private Engine engine;

    /** Says when it is entered and left. */
    private Interceptor named(String name) {
        return new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                log.add("> " + name);
                return chain.proceed().whenSettled((values, failure) -> log.add("< " + name));
            }

            @Override
            public Ack aroundEvent(Event event, Chain chain) {
                log.add("> " + name);
                return chain.proceed().whenSettled((values, failure) -> log.add("< " + name));
            }
        };
    }

    private List<String> logged() {
        List<String> lines = new ArrayList<>();
        log.drainTo(lines);
        return lines;
    }

    // ---- order

    @Test
    void theOrderIsEngineNamespaceGatewayEventHandler() {
        engine = Engine.builder()
                .port(0)
                .intercept(named("engine 1"))
                .namespace(
                        "/",
                        gateway -> gateway.on(
                                        "x",
                                        (socket, arguments) -> {
                                            log.add("handler");
                                            return Ack.of("done");
                                        },
                                        named("event 1"),
                                        named("event 2"))
                                .onConnect(socket -> log.add("connect handler"))
                                .intercept(named("gateway")))
                .namespace("/")
                .intercept(named("namespace"))
                .namespace("/elsewhere")
                .intercept(named("elsewhere"))
                .namespace("/third", gateway -> gateway.intercept(named("third")))
                .intercept(named("engine 2"))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"x\"]").expect("430[\"done\"]").close();
        assertEquals(
                List.of(
                        "> engine 1",
                        "> engine 2",
                        "> namespace",
                        "> gateway",
                        "connect handler",
                        "< gateway",
                        "< namespace",
                        "< engine 2",
                        "< engine 1",
                        "> engine 1",
                        "> engine 2",
                        "> namespace",
                        "> gateway",
                        "> event 1",
                        "> event 2",
                        "handler",
                        "< event 2",
                        "< event 1",
                        "< gateway",
                        "< namespace",
                        "< engine 2",
                        "< engine 1"),
                logged());
    }

    @Test
    void aGatewaysInterceptorCoversItsEventsAndTheNamespacesConnects() {
        engine = Engine.builder()
                .port(0)
                .namespace("/", gateway -> gateway.intercept(named("first")).on("a", (socket, data) -> Ack.of("a")))
                .namespace("/", gateway -> gateway.intercept(named("second")).on("b", (socket, data) -> Ack.of("b")))
                .namespace("/")
                .on("c", (socket, data) -> Ack.of("c"))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"c\"]").expect("430[\"c\"]");
        assertEquals(List.of("> first", "> second", "< second", "< first"), logged());
        client.send("420[\"a\"]").expect("430[\"a\"]");
        assertEquals(List.of("> first", "< first"), logged());
        client.send("420[\"b\"]").expect("430[\"b\"]");
        assertEquals(List.of("> second", "< second"), logged());
        client.close();
    }

    @Test
    void eventsThatNobodyHandlesPassTheNamespacesInterceptors() {
        engine = Engine.builder()
                .port(0)
                .intercept(named("engine"))
                .namespace("/")
                .intercept(Around.events((event, chain) -> {
                    log.add(event.name() + " " + event.wantsAck());
                    return event.name().equals("mine") ? Ack.of("answered here") : chain.proceed();
                }))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("42[\"first\"]").send("420[\"mine\"]").expect("430[\"answered here\"]");
        logged();
        client.send("420[\"mine\"]").expect("430[\"answered here\"]");
        assertEquals(List.of("> engine", "mine true", "< engine"), logged());
        client.send("42[\"other\"]").send("421[\"other\"]");
        client.send("422[\"mine\"]").expect("432[\"answered here\"]").close();
        assertEquals(
                List.of("> engine", "other false", "< engine", "> engine", "other true", "< engine"),
                logged().subList(0, 6));
    }

    // ---- what they can do

    @Test
    void anInterceptorSeesTheEventAndItsArguments() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .intercept(Around.events((event, chain) -> {
                    log.add(event.name()
                            + event.arguments().values()
                            + event.socket().isConnected());
                    return chain.proceed();
                }))
                .on("x", (socket, arguments) -> Ack.of(arguments))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"x\",1,\"two\"]").expect("430[1,\"two\"]").close();
        assertEquals(List.of("x[1, two]true"), logged());
    }

    @Test
    void refusingAnEventKeepsItFromTheHandlerAndTellsTheClient() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("x", (socket, arguments) -> Ack.of(log.add("handled")), Around.events((event, chain) -> {
                    throw new EngineException("not you");
                }))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"x\"]").expect("430[{\"status\":\"error\",\"message\":\"not you\"}]");
        client.send("42[\"x\"]")
                .expect("42[\"exception\",{\"status\":\"error\",\"message\":\"not you\"}]")
                .close();
        assertEquals(List.of(), logged());
    }

    @Test
    void proceedNeverThrowsForWhatLiesInside() {
        try (CapturedLog captured = new CapturedLog()) {
            engine = Engine.builder()
                    .port(0)
                    .namespace("/")
                    .intercept(Around.events((event, chain) -> {
                        Ack inner = chain.proceed();
                        log.add("proceeded");
                        return inner.recover(IllegalStateException.class, failure -> Ack.of("recovered"))
                                .recover(AssertionError.class, failure -> Ack.failed(new EngineException("mapped")));
                    }))
                    .on("throws", (socket, arguments) -> {
                        throw new IllegalStateException();
                    })
                    .on("error", (socket, arguments) -> {
                        throw new AssertionError();
                    })
                    .on(
                            "late",
                            (socket, arguments) ->
                                    Ack.later(CompletableFuture.failedFuture(new IllegalStateException())))
                    .on("inner", (socket, arguments) -> Ack.empty(), Around.events((event, chain) -> {
                        throw new IllegalStateException();
                    }))
                    .on("typed", Integer.class, (socket, number) -> Ack.of(number))
                    .start();
            WireClient client = WireClient.join(engine.port());
            client.send("420[\"throws\"]").expect("430[\"recovered\"]");
            client.send("421[\"error\"]").expect("431[{\"status\":\"error\",\"message\":\"mapped\"}]");
            client.send("422[\"late\"]").expect("432[\"recovered\"]");
            client.send("423[\"inner\"]").expect("433[\"recovered\"]");
            client.send("424[\"typed\",\"x\"]")
                    .expect("434[{\"status\":\"error\",\"message\":\"typed expects a number, got \\\"x\\\"\"}]");
            client.close();
            assertEquals(5, logged().size());
            assertEquals("", captured.complaints(), "what was recovered from is no error");
        }
    }

    @Test
    void anInterceptorMayReplaceTheAnswerAndTheError() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .intercept(Around.events((event, chain) -> chain.proceed()
                        .then(ack -> ack.failure() == null ? Ack.of("ok", ack.values()) : Ack.of("error"))))
                .on("fine", (socket, arguments) -> Ack.of(1, 2))
                .on("late", (socket, arguments) -> Ack.later(CompletableFuture.completedFuture(3)))
                .on("bad", (socket, arguments) -> Ack.failed(new EngineException("no")))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"fine\"]").expect("430[\"ok\",[1,2]]");
        client.send("421[\"late\"]").expect("431[\"ok\",[3]]");
        client.send("422[\"bad\"]").expect("432[\"error\"]");
        client.send("42[\"bad\"]")
                .send("423[\"fine\"]")
                .expect("433[\"ok\",[1,2]]")
                .close();
    }

    @Test
    void whenSettledIsToldOnceForValuesLateValuesAndFailures() {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .intercept(Around.events((event, chain) -> chain.proceed()
                        .whenSettled((values, failure) -> log.add(
                                event.name() + " " + values + " " + (failure == null ? null : failure.getMessage())))))
                .on("now", (socket, arguments) -> Ack.of(1))
                .on("late", (socket, arguments) -> Ack.later(stage))
                .on("bad", (socket, arguments) -> Ack.failed(new EngineException("no")))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"late\"]").send("421[\"now\"]").send("422[\"bad\"]");
        client.expect("431[1]", "432[{\"status\":\"error\",\"message\":\"no\"}]");
        stage.complete(9);
        client.expect("430[9]").close();
        assertEquals(List.of("now [1] null", "bad null no", "late [9] null"), logged());
    }

    @Test
    void anInterceptorThatReturnsNoAckIsAFailure() {
        try (CapturedLog captured = new CapturedLog()) {
            engine = Engine.builder()
                    .port(0)
                    .namespace("/")
                    .intercept(Around.events((event, chain) -> null))
                    .on("x", (socket, arguments) -> Ack.of(1))
                    .start();
            WireClient client = WireClient.join(engine.port());
            client.send("420[\"x\"]").expectMasked("430[", "]").close();
            assertTrue(
                    captured.text()
                            .contains("returned null instead of an Ack; return Ack.empty() to answer without values"),
                    captured.text());
        }
    }

    @Test
    void anErrorInAnInterceptorIsContained() {
        try (CapturedLog captured = new CapturedLog()) {
            engine = Engine.builder()
                    .port(0)
                    .namespace("/")
                    .intercept(Around.events((event, chain) -> {
                        throw new StackOverflowError();
                    }))
                    .start();
            WireClient client = WireClient.join(engine.port());
            client.send("420[\"x\"]").expectMasked("430[", "]");
            client.send("42[\"x\"]").expectMasked("42[\"exception\",", "]").close();
            assertTrue(captured.text().contains("StackOverflowError"), captured.text());
        }
    }

    // ---- late ones

    @Test
    @Tag("threads")
    void anInterceptorThatGoesOnLaterHoldsNoThreadAndNoOtherEvent() {
        CompletableFuture<Void> permit = new CompletableFuture<>();
        engine = Engine.builder()
                .port(0)
                .handlerThreads(1)
                .namespace("/")
                .on(
                        "held",
                        (socket, arguments) -> Ack.of("handled"),
                        Around.events((event, chain) -> Ack.later(permit.thenApply(unused -> chain.proceed()))))
                .on("free", (socket, arguments) -> Ack.of("free"))
                .start();
        WireClient client = WireClient.join(engine.port());
        WireClient other = WireClient.join(engine.port());
        client.send("420[\"held\"]").send("421[\"free\"]").expect("431[\"free\"]");
        other.send("420[\"free\"]").expect("430[\"free\"]").close();
        permit.complete(null);
        client.expect("430[\"handled\"]").close();
    }

    @Test
    @Tag("threads")
    void proceedingFromAnotherThreadStillHandlesOneEventAtATime() throws Exception {
        CompletableFuture<Void> permit = new CompletableFuture<>();
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on(
                        "held",
                        (socket, arguments) -> {
                            log.add("held " + running.incrementAndGet());
                            running.decrementAndGet();
                            return Ack.of("held");
                        },
                        Around.events((event, chain) -> Ack.later(permit.thenApply(unused -> chain.proceed()))))
                .on("slow", (socket, arguments) -> {
                    log.add("slow " + running.incrementAndGet());
                    release.await();
                    running.decrementAndGet();
                    return Ack.of("slow");
                })
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"held\"]").send("421[\"slow\"]");
        assertEquals("slow 1", log.poll(10, TimeUnit.SECONDS));
        Thread thread = new Thread(() -> permit.complete(null));
        thread.start();
        thread.join(); // it has proceeded, but the handler's turn has not come
        assertEquals(null, log.peek());
        release.countDown();
        client.expect("431[\"slow\"]", "430[\"held\"]");
        assertEquals("held 1", log.poll(10, TimeUnit.SECONDS));
        client.close();
    }

    @Test
    void anInterceptorThatGoesOnAfterTheSocketLeftHarmsNothing() throws Exception {
        CompletableFuture<Void> permit = new CompletableFuture<>();
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on(
                        "held",
                        (socket, arguments) -> {
                            log.add("handled " + socket.isConnected());
                            return Ack.of("for nobody");
                        },
                        Around.events((event, chain) -> Ack.later(permit.thenApply(unused -> chain.proceed()))))
                .on("answers", (socket, arguments) -> Ack.of("here"))
                .onDisconnect((socket, reason) -> log.add("disconnected"))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"held\"]").send("41");
        assertEquals("disconnected", log.poll(10, TimeUnit.SECONDS));
        permit.complete(null);
        client.joinNamespace("/");
        client.send("42[\"unknown\"]")
                .send("421[\"answers\"]")
                .expect("431[\"here\"]")
                .close();
    }

    // ---- onAny

    @Test
    void onAnyHearsEventsBeforeTheirHandlersInTheListenersOrder() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onAny(event ->
                        log.add("first " + event.name() + event.arguments().values()))
                .on("x", (socket, arguments) -> Ack.of(log.add("handler")))
                .onAny(event -> log.add("second " + event.name()))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"x\",1]").expect("430[true]");
        client.send("42[\"unheard of\"]").send("420[\"x\"]").expect("430[true]").close();
        assertEquals(
                List.of(
                        "first x[1]",
                        "second x",
                        "handler",
                        "first unheard of[]",
                        "second unheard of",
                        "first x[]",
                        "second x",
                        "handler"),
                logged());
    }

    @Test
    void onAnyHearsNeitherConnectsNorDisconnectsNorOtherNamespaces() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onAny(event -> log.add(event.name()))
                .namespace("/other")
                .on("y", (socket, arguments) -> Ack.empty())
                .start();
        WireClient client = WireClient.join(engine.port());
        client.joinNamespace("/other");
        client.send("42/other,0[\"y\"]").expect("43/other,0[]");
        client.send("41").send("41/other,");
        client.joinNamespace("/");
        assertEquals(List.of(), logged());
        client.close();
    }

    @Test
    void whatAListenerThrowsFailsTheEventAndItsHandlerDoesNotRun() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onAny(event -> {
                    throw new EngineException("not now");
                })
                .on("x", (socket, arguments) -> Ack.of(log.add("handled")))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"x\"]").expect("430[{\"status\":\"error\",\"message\":\"not now\"}]");
        client.send("421[\"y\"]")
                .expect("431[{\"status\":\"error\",\"message\":\"not now\"}]")
                .close();
        assertFalse(log.contains("handled"));
    }
}
