package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of events that no handler is for. */
class UnhandledEventTest {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final CapturedLog log = new CapturedLog();
    private Engine engine;
    private WireClient client;

    @AfterEach
    void close() {
        log.close();
        client.close();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        engine.close();
    }

    private static NamespaceBuilder chat(EngineBuilder builder) {
        return builder.port(0)
                .namespace("/chat")
                .on("message", (socket, arguments) -> Ack.of("heard"))
                .on("joinRoom", (socket, arguments) -> Ack.empty());
    }

    private void start(NamespaceBuilder chat) {
        engine = chat.start();
        client = WireClient.open(engine.port());
        client.joinNamespace("/chat");
    }

    private static Interceptor around(Function<Chain, Ack> change) {
        return Around.events((event, chain) -> change.apply(chain));
    }

    /** Asserts that nothing came of what was sent before. */
    private void expectNothing() {
        client.send("42/chat,99[\"message\"]").expect("43/chat,99[\"heard\"]");
    }

    // ---- by default

    @Test
    void anEventWithoutAHandlerGetsOneWarningAndNoAnswer() {
        start(chat(Engine.builder()));
        client.send("42/chat,1[\"mesage\",\"secret\"]")
                .send("42/chat,[\"mesage\"]")
                .send("42/chat,2[\"mesage\"]");
        expectNothing();
        client.send("42/chat,3[\"joinroom\"]");
        expectNothing();
        List<String> warnings = log.complaints().lines().toList();
        assertEquals(2, warnings.size(), log.text());
        assertTrue(
                warnings.get(0).contains("/chat has no handler for \"mesage\"; it has [message, joinRoom]: add one"),
                log.text());
        assertTrue(warnings.get(1).contains("\"joinroom\""), log.text());
    }

    @Test
    void aNamespaceWithoutAnyHandlerSaysSo() {
        start(chat(Engine.builder()).namespace("/"));
        client.joinNamespace("/");
        client.send("420[\"message\"]");
        expectNothing();
        assertTrue(log.text().contains("/ has no handler for \"message\"; it has none"), log.text());
    }

    @Test
    void theTimeOfAnAckThatNobodyOwesDoesNotRunOut() {
        EngineBuilder builder = Engine.builder().ackTimeout(Duration.ofMillis(100));
        start(chat(builder)
                .on("never", (socket, arguments) -> Ack.later(new CompletableFuture<>()))
                .intercept(around(chain ->
                        Ack.later(CompletableFuture.completedFuture("go")).then(go -> chain.proceed()))));
        client.send("42/chat,1[\"mesage\"]")
                .send("42/chat,2[\"never\"]")
                .expect("43/chat,2[{\"status\":\"error\",\"message\":\"Timed out\"}]");
        expectNothing();
    }

    @Test
    void halvesOfSurrogatePairsInNamesAreToldApartInTheLog() {
        start(chat(Engine.builder()));
        client.send("42/chat,[\"\\ud83d\"]").send("42/chat,[\"\\ud83e\"]").send("42/chat,[\"\ud83d\ude00\"]");
        expectNothing();
        List<String> warnings = log.complaints().lines().toList();
        assertTrue(warnings.get(0).contains("no handler for \"\\ud83d\""), log.text());
        assertTrue(warnings.get(1).contains("no handler for \"\\ud83e\""), log.text());
        assertTrue(warnings.get(2).contains("no handler for \"\ud83d\ude00\""), log.text());
    }

    @Test
    void namesThatClientsMakeUpNeitherFillMemoryNorForgeLogLines() {
        start(chat(Engine.builder()));
        client.send("42/chat,[\"a\\n\\u001b[31m\\\"; it has [x\\\\\"]");
        for (int i = 1; i < UnhandledEvents.MOST + 20; i++) {
            client.send("42/chat,[\"" + "x".repeat(300 - i) + "\"]").send("42/chat,[\"" + i + "\"]");
        }
        expectNothing();
        List<String> warnings = log.complaints().lines().toList();
        assertTrue(
                warnings.get(0).contains("no handler for \"a\\n\\u001b[31m\\\"; it has [x\\\\\"; it has [message"),
                log.text());
        assertEquals(UnhandledEvents.MOST + 1, warnings.size());
        assertTrue(warnings.get(1).contains("\"" + "x".repeat(200) + "...\""), log.text());
        assertTrue(
                warnings.get(UnhandledEvents.MOST)
                        .endsWith("/chat: 100 names without a handler have been logged; further ones are not logged"),
                log.text());
    }

    @Test
    void theNamespacesOfOneRuleShareTheirWarnings() {
        start(chat(Engine.builder())
                .namespace("/other")
                .namespace("/", root -> {})
                .namespaces(Pattern.compile("/room-\\d"), room -> room.on("talk", (socket, data) -> Ack.empty()))
                .namespace("/last"));
        for (int i = 0; i < 3; i++) {
            client.joinNamespace("/room-" + i);
            client.send("42/room-" + i + ",1[\"tlak\"]");
        }
        expectNothing();
        assertEquals(1, log.complaints().lines().count(), log.text());
        assertTrue(log.text().contains("/room-0 has no handler for \"tlak\"; it has [talk]"), log.text());
    }

    @Test
    void onAnyHearsItInsteadOfTheLogAndAnswersNothing() {
        start(chat(Engine.builder()).onAny(event -> seen.add(event.name())));
        client.send("42/chat,1[\"mesage\"]");
        expectNothing();
        assertEquals(List.of("mesage", "message"), List.copyOf(seen));
        assertEquals("", log.complaints());
    }

    // ---- by the application's decision

    @Test
    void theApplicationMayAnswerRefuseOrCount() throws InterruptedException {
        start(chat(Engine.builder()).onUnhandled(event -> {
            seen.add(event.name() + " " + event.wantsAck() + " "
                    + event.socket().namespace().name());
            return switch (event.name()) {
                case "echo" -> Ack.of(event.arguments());
                case "later" -> Ack.later(CompletableFuture.completedFuture("late"));
                case "refuse" -> Ack.failed(new EngineException("Unknown event"));
                case "bug" -> throw new IllegalStateException("secret");
                case "null" -> null;
                default -> Ack.unanswered();
            };
        }));
        client.send("42/chat,1[\"echo\",1,\"b\"]").expect("43/chat,1[1,\"b\"]");
        client.send("42/chat,2[\"later\"]").expect("43/chat,2[\"late\"]");
        client.send("42/chat,3[\"refuse\"]").expect("43/chat,3[{\"status\":\"error\",\"message\":\"Unknown event\"}]");
        client.send("42/chat,[\"refuse\"]")
                .expect("42/chat,[\"exception\",{\"status\":\"error\",\"message\":\"Unknown event\"}]");
        client.send("42/chat,4[\"bug\"]").expectMasked("43/chat,4[", "]");
        client.send("42/chat,5[\"null\"]").expectMasked("43/chat,5[", "]");
        client.send("42/chat,6[\"count\"]");
        expectNothing();
        assertEquals("echo true /chat", seen.poll(10, TimeUnit.SECONDS));
        assertTrue(log.complaints().lines().noneMatch(line -> line.contains(" WARN ")), log.text());
    }

    @Test
    void oneHandlerDecidesAboutANamespaceInWhicheverGatewayItIs() {
        EngineBuilder builder = Engine.builder();
        chat(builder);
        builder.namespace("/chat", gateway -> gateway.onUnhandled(event -> Ack.of("the gateway")));
        assertEquals(
                "namespace /chat has an onUnhandled already: only one can answer",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> builder.namespace("/chat").onUnhandled(event -> Ack.empty()))
                        .getMessage());
        builder.namespaces(Pattern.compile("/room-\\d"), room -> room.onUnhandled(event -> Ack.of("the rule")));
        start(builder.namespace("/chat"));
        client.send("42/chat,1[\"mesage\"]").expect("43/chat,1[\"the gateway\"]");
        client.joinNamespace("/room-1");
        client.send("42/room-1,1[\"mesage\"]").expect("43/room-1,1[\"the rule\"]");
    }

    // ---- by interceptors

    @Test
    void anInterceptorCanTellWhatNobodyHandledAndAnswer() {
        EngineBuilder builder = Engine.builder()
                .intercept(around(chain -> chain.proceed()
                        .recover(Throwable.class, failure -> Ack.of("never"))
                        .whenSettled((values, failure) -> seen.add(values + " " + failure))
                        .then(ack -> ack.isUnanswered() ? Ack.of("nobody knows it") : ack)));
        start(chat(builder));
        client.send("42/chat,1[\"mesage\"]").expect("43/chat,1[\"nobody knows it\"]");
        client.send("42/chat,2[\"joinRoom\"]").expect("43/chat,2[]");
        assertEquals(List.of("[] null", "[] null"), List.copyOf(seen));
    }

    @Test
    void whatIsUnansweredStaysSoThroughLateAcks() {
        Ack late = Ack.later(CompletableFuture.completedFuture(
                Ack.later(CompletableFuture.completedFuture(Ack.unanswered())).then(ack -> ack)));
        late.settle(settled -> assertTrue(settled.isUnanswered()));
        assertEquals("Ack[unanswered]", Ack.unanswered().toString());
        assertTrue(!Ack.empty().isUnanswered() && !Ack.of().isUnanswered() && !late.isUnanswered());

        start(chat(Engine.builder())
                .intercept(around(chain -> Ack.later(CompletableFuture.supplyAsync(chain::proceed)))));
        client.send("42/chat,1[\"mesage\"]");
        Eventually.holds("it has been let through", () -> log.text().contains("\"mesage\""));
        expectNothing();
    }

    @Test
    void aConnectThatIsUnansweredIsNoRefusal() {
        start(chat(Engine.builder()).intercept(Around.connects((socket, chain) -> Ack.unanswered())));
        expectNothing();
    }
}
