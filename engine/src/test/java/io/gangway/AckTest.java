package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every ack that was requested settles exactly once, in both directions. */
class AckTest {
    private static final String END = "42999[\"end\"]";
    private static final String ENDED = "43999[]";

    private final BlockingQueue<CompletableFuture<Object>> stages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private CapturedLog captured;
    private Engine engine;
    private WireClient client;
    private Socket socket;

    @BeforeEach
    void start() throws InterruptedException {
        captured = new CapturedLog();
        start(Duration.ofMinutes(1));
    }

    /** With an engine that waits for answers but shortly. */
    private void startHasty() throws InterruptedException {
        client.close();
        engine.close();
        sockets.clear();
        log.clear();
        start(Duration.ofMillis(400));
    }

    private void start(Duration ackTimeout) throws InterruptedException {
        engine = Engine.builder()
                .port(0)
                .ackTimeout(ackTimeout)
                .namespace("/")
                .onConnect(sockets::add)
                .onDisconnect((socket, reason) -> log.add("disconnected"))
                .on("end", (socket, arguments) -> Ack.empty())
                .on("empty", (socket, arguments) -> Ack.empty())
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("null", (socket, arguments) -> Ack.of((Object) null))
                .on("nulls", (socket, arguments) -> Ack.of((Object[]) null))
                .on("many", (socket, arguments) -> Ack.of("a", 1, null, List.of(true), Map.of("k", 2.5)))
                .on("bytes", (socket, arguments) -> Ack.of("x", new byte[] {1, 2}, Map.of("deep", new byte[] {3})))
                .on("fail", (socket, arguments) -> Ack.failed(new EngineException("no", Map.of("code", 1))))
                .on("throw", (socket, arguments) -> {
                    throw new EngineException("thrown");
                })
                .on("bug", (socket, arguments) -> {
                    throw new IllegalStateException("secret");
                })
                .on("nothing", (socket, arguments) -> null)
                .on("unwritable", (socket, arguments) -> Ack.of(new Object() {}))
                .on("circular", (socket, arguments) -> {
                    Map<String, Object> circle = new LinkedHashMap<>();
                    circle.put("self", circle);
                    return Ack.of(circle);
                })
                .on("unwritable data", (socket, arguments) -> Ack.failed(new EngineException("no", new Object() {})))
                .on("later", (socket, arguments) -> {
                    CompletableFuture<Object> stage = new CompletableFuture<>();
                    stages.add(stage);
                    return Ack.later(stage);
                })
                .on("later null", (socket, arguments) -> Ack.later(CompletableFuture.completedFuture(null)))
                .on(
                        "later of later",
                        (socket, arguments) -> Ack.later(
                                CompletableFuture.completedFuture(Ack.later(CompletableFuture.completedFuture(1)))))
                .start();
        client = WireClient.join(engine.port());
        socket = sockets.poll(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void nothingIsLeft() {
        client.close();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        engine.close();
        captured.close();
    }

    private CompletableFuture<Object> stage() throws InterruptedException {
        return stages.poll(10, TimeUnit.SECONDS);
    }

    // ---- the client asks

    @Test
    void aHandlersValuesAreTheClientsCallbacksArguments() {
        client.send("421[\"echo\",\"x\",{\"a\":[1,2]},null,1.50]").expect("431[\"x\",{\"a\":[1,2]},null,1.50]");
        client.send("422[\"many\"]").expect("432[\"a\",1,null,[true],{\"k\":2.5}]");
    }

    @Test
    void anEmptyAckCallsTheCallbackWithoutArguments() {
        client.send("421[\"empty\"]").expect("431[]");
        client.send("422[\"later null\"]").expect("432[]");
    }

    @Test
    void nullIsJsonNull() {
        client.send("421[\"null\"]").expect("431[null]");
        client.send("422[\"nulls\"]").expect("432[null]");
    }

    @Test
    void binaryValuesAreAttached() {
        client.send("421[\"bytes\"]");
        client.expect(
                "462-1[\"x\",{\"_placeholder\":true,\"num\":0},{\"deep\":{\"_placeholder\":true,\"num\":1}}]",
                "binary 0102",
                "binary 03");
    }

    @Test
    void binaryArgumentsComeBackAsTheyWere() {
        client.send("452-1[\"echo\",{\"a\":{\"_placeholder\":true,\"num\":1}},{\"_placeholder\":true,\"num\":0}]");
        client.send(new byte[] {9}).send(new byte[] {8});
        client.expect("462-1[{\"a\":{\"_placeholder\":true,\"num\":1}},{\"_placeholder\":true,\"num\":0}]");
        client.expect("binary 09", "binary 08");
    }

    @Test
    void whatIsNotAskedForIsNotSent() {
        client.send("42[\"many\"]")
                .send("42[\"empty\"]")
                .send("42[\"later null\"]")
                .send("42[\"unwritable\"]");
        client.send(END).expect(ENDED);
    }

    @Test
    void aFailureIsTheAcksError() {
        client.send("421[\"fail\"]").expect("431[{\"status\":\"error\",\"message\":\"no\",\"data\":{\"code\":1}}]");
        client.send("422[\"throw\"]").expect("432[{\"status\":\"error\",\"message\":\"thrown\"}]");
        client.send("423[\"bug\"]").expectMasked("433[", "]");
    }

    @Test
    void aHandlerThatReturnsNoAckIsAFailure() {
        client.send("421[\"nothing\"]").expectMasked("431[", "]");
        assertTrue(
                captured.text()
                        .contains(
                                "a handler returned null instead of an Ack; return Ack.empty() to answer without values"),
                captured.text());
    }

    @Test
    void anEventNobodyHandlesIsNotAnswered() {
        client.send("421[\"unheard of\"]").send(END).expect(ENDED);
        client.send("42[\"unheard of\"]").send(END).expect(ENDED);
    }

    @Test
    void aValueThatCannotBeWrittenIsAFailure() {
        client.send("421[\"unwritable\"]").expectMasked("431[", "]");
        client.send("422[\"circular\"]").expectMasked("432[", "]");
        client.send("423[\"unwritable data\"]").expectMasked("433[", "]");
        assertTrue(captured.text().contains("Gson writes null for anonymous and local classes"), captured.text());
    }

    @Test
    void aLateValueThatCannotBeWrittenIsAFailureToo() throws Exception {
        client.send("421[\"later\"]");
        stage().complete(new Object() {});
        client.expectMasked("431[", "]");
        client.send("422[\"later\"]");
        stage().completeExceptionally(new EngineException("no", new Object() {}));
        client.expectMasked("432[", "]");
    }

    @Test
    void aLateValueAnswersWhenItComesAndHoldsNobodyBack() throws Exception {
        client.send("421[\"later\"]")
                .send("422[\"later\"]")
                .send("423[\"empty\"]")
                .expect("433[]");
        CompletableFuture<Object> first = stage();
        stage().complete(List.of("second"));
        client.expect("432[[\"second\"]]");
        first.complete(Ack.of("first", 1));
        client.expect("431[\"first\",1]");
    }

    @Test
    void aLateAckMayBeLateItself() {
        client.send("421[\"later of later\"]").expect("431[1]");
    }

    @Test
    void aLateFailureIsTheAcksError() throws Exception {
        client.send("421[\"later\"]");
        stage().completeExceptionally(new EngineException("late no"));
        client.expect("431[{\"status\":\"error\",\"message\":\"late no\"}]");
        client.send("422[\"later\"]");
        stage().complete(Ack.failed(new EngineException("late no")));
        client.expect("432[{\"status\":\"error\",\"message\":\"late no\"}]");
        client.send("423[\"later\"]");
        CompletableFuture<Object> wrapped = CompletableFuture.supplyAsync(() -> {
            throw new EngineException("from another thread");
        });
        CompletableFuture<Object> stage = stage();
        CompletableFuture<Object> unused = wrapped.whenComplete((value, thrown) -> stage.completeExceptionally(thrown));
        client.expect("433[{\"status\":\"error\",\"message\":\"from another thread\"}]");
    }

    @Test
    void aLateFailureThatNobodyAwaitsIsTheEventException() throws Exception {
        client.send("42[\"later\"]");
        stage().completeExceptionally(new EngineException("late no"));
        client.expect("42[\"exception\",{\"status\":\"error\",\"message\":\"late no\"}]");
    }

    @Test
    void anAckThatNeverCompletesTimesOutAndItsLateValueIsDropped() throws Exception {
        startHasty();
        client.send("421[\"later\"]").expect("431[{\"status\":\"error\",\"message\":\"Timed out\"}]");
        stage().complete("too late");
        client.send(END).expect(ENDED);
    }

    @Test
    void anAnswerInTimeIsNotFollowedByATimeout() throws Exception {
        startHasty();
        String timedOut = "[{\"status\":\"error\",\"message\":\"Timed out\"}]";
        String answer = "";
        for (int id = 11; !answer.endsWith("[\"in time\"]"); id++) {
            assertNotEquals(21, id, "never in time");
            client.send("42" + id + "[\"later\"]");
            stage().complete("in time");
            answer = client.next();
            // On a machine that stands still meanwhile it is late: the next one may be in time.
            assertTrue(Set.of("43" + id + "[\"in time\"]", "43" + id + timedOut).contains(answer), answer);
        }
        Eventually.equal(1, () -> engine.occupancy().timers()); // the heartbeat's
        client.send("422[\"later\"]").expect("432" + timedOut);
        client.send(END).expect(ENDED);
    }

    @Test
    void anAnswerForASocketThatHasLeftGoesNowhereAndLeavesNothing() throws Exception {
        client.send("421[\"later\"]");
        CompletableFuture<Object> stage = stage();
        client.send("41");
        assertEquals("disconnected", log.poll(10, TimeUnit.SECONDS));
        Eventually.equal(1, () -> engine.occupancy().timers()); // the heartbeat's alone
        stage.complete("for nobody");
        client.joinNamespace("/");
        client.send(END).expect(ENDED);
    }

    @Test
    void aFailureForASocketThatHasLeftGoesNowhere() throws Exception {
        client.send("42[\"later\"]").send("421[\"later\"]");
        CompletableFuture<Object> first = stage();
        CompletableFuture<Object> second = stage();
        client.abort();
        assertEquals("disconnected", log.poll(10, TimeUnit.SECONDS));
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        first.completeExceptionally(new EngineException("for nobody"));
        second.completeExceptionally(new EngineException("for nobody"));
        assertEquals("", captured.complaints());
    }

    // ---- Ack's own steps

    @Test
    void recoverTurnsOneTypeOfFailureIntoAnotherAck() {
        Ack failed = Ack.failed(new InvalidPayloadException("bad"));
        assertEquals(
                "Ack[1]",
                failed.recover(InvalidPayloadException.class, failure -> Ack.of(1))
                        .toString());
        assertEquals(
                "Ack[bad]",
                failed.recover(EngineException.class, failure -> Ack.of(failure.getMessage()))
                        .toString());
        assertEquals(failed, failed.recover(IllegalStateException.class, failure -> Ack.of(1)));
        assertEquals(
                "Ack[7]",
                Ack.of(7).recover(Throwable.class, failure -> Ack.of(1)).toString());
        Ack worse = failed.recover(Throwable.class, failure -> {
            throw new IllegalStateException("worse");
        });
        assertEquals("Ack[failed: java.lang.IllegalStateException: worse]", worse.toString());
    }

    @Test
    void thenSeesValuesAndFailures() {
        assertEquals("Ack[1, 2]", Ack.of(1).then(ack -> Ack.of(1, 2)).toString());
        assertEquals(
                "Ack[]",
                Ack.failed(new EngineException("no")).then(ack -> Ack.empty()).toString());
        assertEquals(
                NullPointerException.class,
                Ack.of(1).then(ack -> null).failure().getClass());
    }

    @Test
    void whenSettledTellsValuesOrFailureOnce() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Ack.of(1, null).whenSettled((values, failure) -> seen.add(values + " " + failure));
        Ack.empty().whenSettled((values, failure) -> seen.add(values + " " + failure));
        Ack.failed(new CancellationException("x")).whenSettled((values, failure) -> seen.add(values + " " + failure));
        assertEquals(List.of("[1, null] null", "[] null", "null java.util.concurrent.CancellationException: x"), seen);
    }

    @Test
    void theStepsWorkOnLateAcksToo() {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        Ack late = Ack.later(stage)
                .then(ack -> Ack.of("then", ack.values().get(0)))
                .recover(EngineException.class, failure -> Ack.of("recovered"))
                .whenSettled((values, failure) -> seen.add(values + " " + failure));
        assertEquals(List.of(), seen);
        assertTrue(late.isLate());
        stage.complete("value");
        assertEquals(List.of("[then, value] null"), seen);
        Ack.later(CompletableFuture.failedFuture(new EngineException("no")))
                .recover(EngineException.class, failure -> Ack.of("recovered"))
                .whenSettled((values, failure) -> seen.add(values + " " + failure));
        assertEquals("[recovered] null", seen.get(1));
    }

    @Test
    void aFailureThatAFutureWrappedIsUnwrapped() {
        EngineException inner = new EngineException("inner");
        assertEquals(inner, Ack.failed(new ExecutionException(inner)).failure());
        assertEquals(
                inner,
                Ack.failed(new CompletionException(new ExecutionException(inner)))
                        .failure());
    }

    // ---- the server asks

    @Test
    void theClientsAnswerCompletesTheFuture() throws Exception {
        CompletableFuture<Arguments> answer = socket.emitWithAck("question", 1);
        client.expect("420[\"question\",1]").send("430[\"yes\",2,null]");
        assertEquals(
                Arrays.asList("yes", 2L, null), answer.get(10, TimeUnit.SECONDS).values());
        assertEquals(2, answer.get().get(1, Integer.class));
    }

    @Test
    void anAnswerMayBeEmptyOrBinary() throws Exception {
        CompletableFuture<Arguments> empty = socket.emitWithAck("question");
        client.expect("420[\"question\"]").send("430[]");
        assertEquals(0, empty.get(10, TimeUnit.SECONDS).size());
        CompletableFuture<Arguments> none = socket.emitWithAck("question");
        client.expect("421[\"question\"]").send("431");
        assertEquals(List.of(), none.get(10, TimeUnit.SECONDS).values());
        CompletableFuture<Arguments> binary = socket.emitWithAck("question", (Object) new byte[] {7});
        client.expect("451-2[\"question\",{\"_placeholder\":true,\"num\":0}]", "binary 07");
        client.send("461-2[{\"_placeholder\":true,\"num\":0}]").send(new byte[] {5, 6});
        assertEquals(6, binary.get(10, TimeUnit.SECONDS).get(0, byte[].class)[1]);
    }

    @Test
    void withoutAnAnswerTheFutureFailsWithATimeout() throws Exception {
        startHasty();
        CompletableFuture<Arguments> answer = socket.emitWithAck("question");
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertEquals(TimeoutException.class, thrown.getCause().getClass());
        assertEquals(
                "no answer to \"question\" within 400 ms", thrown.getCause().getMessage());
        client.expect("420[\"question\"]").send("430[\"too late\"]").send(END).expect(ENDED);
    }

    @Test
    void aTimeoutOfItsOwnIsForOneEmitAlone() {
        CompletableFuture<Arguments> answer =
                socket.timeout(Duration.ofMillis(50)).emitWithAck("question");
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertEquals("no answer to \"question\" within 50 ms", thrown.getCause().getMessage());
        CompletableFuture<Arguments> patient =
                socket.timeout(Duration.ofMinutes(1)).lossy().emitWithAck("question");
        client.expect("420[\"question\"]", "421[\"question\"]").send("431[]");
        assertEquals(0, patient.join().size());
    }

    @Test
    void leavingFailsTheFutureAtOnce() {
        CompletableFuture<Arguments> answer =
                socket.timeout(Duration.ofMinutes(1)).emitWithAck("question");
        client.expect("420[\"question\"]").send("41");
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertEquals(DisconnectedException.class, thrown.getCause().getClass());
        assertEquals(0, engine.occupancy().acks());
    }

    @Test
    void losingTheConnectionFailsTheFutureAtOnce() {
        CompletableFuture<Arguments> answer =
                socket.timeout(Duration.ofMinutes(1)).emitWithAck("question");
        client.expect("420[\"question\"]").abort();
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertEquals(DisconnectedException.class, thrown.getCause().getClass());
    }

    @Test
    void askingASocketThatHasLeftFailsAtOnce() throws Exception {
        client.send("41");
        assertEquals("disconnected", log.poll(10, TimeUnit.SECONDS));
        CompletableFuture<Arguments> answer = socket.emitWithAck("question");
        ExecutionException thrown = assertThrows(ExecutionException.class, answer::get);
        assertEquals(DisconnectedException.class, thrown.getCause().getClass());
        assertTrue(thrown.getCause().getMessage().endsWith("left before it answered \"question\""));
        assertEquals(0, engine.occupancy().acks());
    }

    @Test
    void onlyTheFirstAnswerCounts() throws Exception {
        CompletableFuture<Arguments> answer = socket.emitWithAck("question");
        client.expect("420[\"question\"]").send("430[1]").send("430[2]").send("430[3]");
        assertEquals(List.of(1L), answer.get(10, TimeUnit.SECONDS).values());
        client.send(END).expect(ENDED);
        assertEquals(List.of(1L), answer.get().values());
    }

    @Test
    void theAnswerOfAnotherSocketIsIgnored() throws Exception {
        CompletableFuture<Arguments> answer = socket.emitWithAck("question");
        client.expect("420[\"question\"]");
        WireClient stranger = WireClient.join(engine.port());
        stranger.send("430[\"forged\"]").send(END).expect(ENDED).close();
        assertFalse(answer.isDone());
        client.send("430[\"mine\"]");
        assertEquals(List.of("mine"), answer.get(10, TimeUnit.SECONDS).values());
    }

    @Test
    void answersComeInAnyOrder() throws Exception {
        CompletableFuture<Arguments> first = socket.emitWithAck("a");
        CompletableFuture<Arguments> second = socket.emitWithAck("b");
        client.expect("420[\"a\"]", "421[\"b\"]").send("431[\"for b\"]").send("430[\"for a\"]");
        assertEquals(List.of("for a"), first.get(10, TimeUnit.SECONDS).values());
        assertEquals(List.of("for b"), second.get(10, TimeUnit.SECONDS).values());
    }

    @Test
    void aFutureTheApplicationCancelsLeavesNothing() {
        CompletableFuture<Arguments> answer =
                socket.timeout(Duration.ofMinutes(1)).emitWithAck("question");
        client.expect("420[\"question\"]");
        assertEquals(1, engine.occupancy().acks());
        answer.cancel(true);
        Eventually.equal(0, () -> engine.occupancy().acks());
        Eventually.equal(1, () -> engine.occupancy().timers());
        client.send("430[\"too late\"]").send(END).expect(ENDED);
    }

    @Test
    void aQuestionThatCannotBeWrittenThrowsAndLeavesNothing() {
        assertThrows(IllegalArgumentException.class, () -> socket.emitWithAck("question", new Object() {}));
        assertEquals(0, engine.occupancy().acks());
        Eventually.equal(1, () -> engine.occupancy().timers());
    }

    @Test
    void whoeverGetsTheAnswerMayBlock() throws Exception {
        CompletableFuture<List<Object>> chained = socket.emitWithAck("first")
                .thenApply(first -> socket.emitWithAck("second").join().values());
        client.expect("420[\"first\"]").send("430[]").expect("421[\"second\"]").send("431[\"done\"]");
        assertEquals(List.of("done"), chained.get(10, TimeUnit.SECONDS));
    }
}
