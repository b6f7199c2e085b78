package io.gangway.interceptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import io.gangway.clients.WireClient;
import io.gangway.tasks.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.BasicMDCAdapter;

class AccessLogTest {
    private final BasicMDCAdapter mdc = new BasicMDCAdapter();
    private final RecordedLog log = new RecordedLog(mdc);
    private final ManualClock clock = new ManualClock();
    private final BlockingQueue<Map<String, String>> contexts = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<Object>> stages = new LinkedBlockingQueue<>();
    private Engine engine;
    private WireClient client;
    private String id;

    @BeforeEach
    void start() throws InterruptedException {
        Interceptor keeper = new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                if (socket.handshake().auth("token").isPresent()) {
                    throw new UnauthorizedException("Invalid token: secret");
                }
                return chain.proceed();
            }

            @Override
            public Ack aroundEvent(Event event, Chain chain) {
                clock.advance(Duration.ofMillis(7));
                return chain.proceed();
            }
        };
        Interceptor outermost = new Interceptor() {
            @Override
            public Ack aroundEvent(Event event, Chain chain) {
                mdc.put("request", "1");
                mdc.put("event", "of somebody else");
                Ack ack = chain.proceed();
                contexts.add(context());
                mdc.clear();
                return ack;
            }
        };
        engine = Engine.builder()
                .port(0)
                .intercept(outermost)
                .intercept(new AccessLog(log, () -> mdc, clock))
                .intercept(keeper)
                .namespaces(
                        Pattern.compile("(?s)/.*"),
                        rooms -> rooms.onConnect(socket -> contexts.add(context()))
                                .on("echo", (socket, arguments) -> {
                                    contexts.add(context());
                                    return Ack.of(arguments);
                                })
                                .on("fail", (socket, arguments) -> {
                                    throw new EngineException("no, " + arguments.values());
                                })
                                .on("flood", (socket, arguments) -> {
                                    throw new TooManyRequestsException(Duration.ofMillis(1));
                                })
                                .on("bug", (socket, arguments) -> {
                                    throw new IllegalStateException("secret");
                                })
                                .on("later", (socket, arguments) -> {
                                    CompletableFuture<Object> stage = new CompletableFuture<>();
                                    stages.add(stage);
                                    return Ack.later(stage);
                                }))
                .start();
        client = WireClient.open(engine.port());
        id = client.joinNamespace("/chat");
        assertEquals(
                "INFO connect socket=" + id + " namespace=\"/chat\" address=127.0.0.1 outcome=ok ms=0 " + inMdc(),
                log.next());
        assertEquals(Map.of("socket", id, "namespace", "/chat"), contexts.take());
    }

    @AfterEach
    void close() {
        client.close();
        engine.close();
    }

    private Map<String, String> context() {
        Map<String, String> context = mdc.getCopyOfContextMap();
        return context == null ? Map.of() : new TreeMap<>(context);
    }

    private String inMdc() {
        return "{namespace=/chat, socket=" + id + "}";
    }

    private String event(String name, String outcome) {
        return "INFO event socket=" + id + " namespace=\"/chat\" event=\"" + name + "\" outcome=" + outcome;
    }

    private Map<String, String> next() throws InterruptedException {
        return contexts.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void anEventIsOneLineWithItsOutcomeAndTime() throws InterruptedException {
        client.send("42/chat,1[\"echo\",\"secret\"]").expect("43/chat,1[\"secret\"]");
        assertEquals(
                event("echo", "ok ms=7") + " {event=echo, namespace=/chat, request=1, socket=" + id + "}", log.next());
        client.send("42/chat,[\"fail\",\"secret\"]");
        assertTrue(log.next().startsWith(event("fail", "failed:EngineException ms=7 {")));
        client.send("42/chat,[\"bug\"]");
        assertTrue(log.next().startsWith(event("bug", "failed:IllegalStateException ms=7 {")));
        client.send("42/chat,[\"nobody knows it\"]");
        assertTrue(log.next().startsWith(event("nobody knows it", "unanswered ms=7 {")));
        assertTrue(log.isEmpty());
    }

    @Test
    void theMdcIsSetAroundTheHandlerAndAfterwardsAsItWas() throws InterruptedException {
        client.send("42/chat,[\"echo\"]");
        assertEquals(Map.of("request", "1", "event", "echo", "namespace", "/chat", "socket", id), next());
        assertEquals(Map.of("request", "1", "event", "of somebody else"), next());
    }

    @Test
    void aLateAckHasItsLineWhenItSettlesAndWithTheMdcOnThatThread() throws InterruptedException {
        client.send("42/chat,1[\"later\"]");
        CompletableFuture<Object> stage = stages.poll(10, TimeUnit.SECONDS);
        assertEquals(Map.of("request", "1", "event", "of somebody else"), next());
        assertTrue(log.isEmpty());

        clock.advance(Duration.ofMillis(500));
        mdc.put("event", "this thread's own");
        stage.complete("done");
        assertEquals(event("later", "ok ms=507") + " {event=later, namespace=/chat, socket=" + id + "}", log.next());
        assertEquals(Map.of("event", "this thread's own"), context());
        client.expect("43/chat,1[\"done\"]");

        client.send("42/chat,2[\"later\"]");
        stages.poll(10, TimeUnit.SECONDS).completeExceptionally(new EngineException("no"));
        assertTrue(log.next().startsWith(event("later", "failed:EngineException ms=7 {")));
    }

    @Test
    void eventsThatALimitRefusesAreCountedAndNotListed() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            client.send("42/chat,2[\"flood\"]");
        }
        for (int i = 0; i < 1_000; i++) {
            assertTrue(client.next().contains("Too many requests"));
        }
        client.send("42/chat,1[\"echo\"]").expect("43/chat,1[]");
        assertTrue(log.next().startsWith(event("flood", "failed:TooManyRequestsException ms=7 {")));
        for (int line = 0; line < 6; line++) { // the clock goes on by 7 ms an event
            String next = log.next();
            assertTrue(next.startsWith(event("flood", "failed:TooManyRequestsException ms=7 refused=143 {")), next);
        }
        assertTrue(log.next().startsWith(event("echo", "ok ms=7 {")));
        client.send("41/chat,");
        String left = log.next();
        assertTrue(left.contains("reason=\"client namespace disconnect\" outcome=ok ms=0 refused=141 {"), left);
    }

    @Test
    void aDisconnectIsALineWithItsReason() throws InterruptedException {
        client.send("41/chat,");
        assertEquals(
                "INFO disconnect socket=" + id
                        + " namespace=\"/chat\" reason=\"client namespace disconnect\" outcome=ok ms=0 " + inMdc(),
                log.next());
    }

    @Test
    void aRefusedClientIsALineWithoutItsToken() throws InterruptedException {
        client.send("40/secure,{\"token\":\"secret\"}").expect("44/secure,{\"message\":\"Invalid token: secret\"}");
        String line = log.next();
        assertTrue(
                line.matches("INFO connect socket=[\\w-]{20} namespace=\"/secure\" address=127.0.0.1"
                        + " outcome=failed:UnauthorizedException ms=0 \\{namespace=/secure, socket=[\\w-]{20}}"),
                line);
    }

    @Test
    void whatClientsNameCannotForgeALine() throws InterruptedException {
        client.send("42/chat,[\"a\\r\\nINFO event socket=x \\u001b[31m\\\"\"]");
        String shown = "a\\u000d\\u000aINFO event socket=x \\u001b[31m\\\"";
        assertEquals(
                event(shown, "unanswered ms=7") + " {event=" + shown + ", namespace=/chat, request=1, socket=" + id
                        + "}",
                log.next());
        client.send("42/chat,[\"" + "x".repeat(1_000) + "\"]");
        assertTrue(log.next().startsWith(event("x".repeat(197) + "...", "unanswered ms=7")));

        client.send("40/a\nINFO b,").expectConnected();
        assertTrue(log.next().contains("namespace=\"/a\\u000aINFO b\""));
    }
}
