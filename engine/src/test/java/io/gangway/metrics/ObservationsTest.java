package io.gangway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Timers and spans of connects and events, with OpenTelemetry behind Micrometer, and stock clients before it. */
class ObservationsTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

    private static NodeClients clients;

    private final Spans spans = new Spans();
    private Engine engine;

    @BeforeAll
    static void startNode() throws Exception {
        clients = new NodeClients();
    }

    @AfterAll
    static void endNode() {
        clients.close();
    }

    @AfterEach
    void close() {
        clients.forget();
        engine.close();
        spans.close();
    }

    private void start() {
        engine = Engine.builder()
                .port(0)
                .intercept(new Observations(spans.registry()))
                .namespace(
                        "/",
                        root -> root.on(
                                        "save",
                                        (socket, arguments) -> Ack.later(CompletableFuture.supplyAsync(() -> "saved")))
                                .on("query", (socket, arguments) -> {
                                    Observation.createNotStarted("jdbc.query", spans.registry())
                                            .observe(() -> {});
                                    return Ack.of("found");
                                })
                                .on("refuse", (socket, arguments) -> Ack.failed(new EngineException("secret text")))
                                .on("fail", (socket, arguments) -> Ack.failed(new IllegalStateException("on purpose"))))
                .namespaces(Pattern.compile("/room-\\d+"), room -> room.on("hi", (socket, arguments) -> Ack.empty()))
                .start();
    }

    @ParameterizedTest
    @EnumSource(names = {"POLLING", "WEBSOCKET"})
    void anEventContinuesTheTraceOfTheClientsHeader(RealClient.Via via) throws Exception {
        start();
        RealClient client =
                clients.open(engine.port(), RealClient.Introduction.via(via).header("traceparent", TRACEPARENT));
        client.call("query").get();
        SpanData span = spans.span("receive /", "query");
        assertEquals(TRACE, span.getTraceId());
        assertEquals(PARENT, span.getParentSpanId());
        assertEquals(SpanKind.CONSUMER, span.getKind());
        SpanData inner = spans.span("jdbc.query");
        assertEquals(span.getSpanId(), inner.getParentSpanId(), "what the handler does is within the event");
        assertEquals(
                Map.ofEntries(
                        Map.entry("messaging.system", "socket.io"),
                        Map.entry("messaging.operation", "receive"),
                        Map.entry("messaging.operation.type", "receive"),
                        Map.entry("messaging.destination", "/"),
                        Map.entry("messaging.destination.name", "/"),
                        Map.entry("messaging.socket.io.namespace", "/"),
                        Map.entry("messaging.socket.io.event_name", "query"),
                        Map.entry("gangway.namespace", "/"),
                        Map.entry("gangway.event", "query"),
                        Map.entry("gangway.outcome", "success")),
                Spans.attributes(span));
        SpanData connect = spans.span("connect /");
        assertEquals(TRACE, connect.getTraceId());
    }

    @Test
    void aPageSendsItsTraceInTheAuthPayload() throws Exception {
        start();
        RealClient client = clients.open(
                engine.port(),
                RealClient.Introduction.via(RealClient.Via.WEBSOCKET).auth("traceparent", TRACEPARENT));
        assertEquals("saved", client.call("save").get().get(0));
        assertEquals(TRACE, spans.span("receive /", "save").getTraceId());
    }

    @Test
    void outcomesAreKnownAndNothingSecretIs() throws Exception {
        start();
        RealClient client = clients.open(
                engine.port(),
                RealClient.Introduction.via(RealClient.Via.WEBSOCKET)
                        .auth("token", "secret auth")
                        .header("cookie", "a=secret"));
        client.call("refuse", "secret payload").get();
        client.call("fail", "secret payload").get();
        SpanData refused = spans.span("receive /", "refuse");
        assertEquals("refused", Spans.attributes(refused).get("gangway.outcome"));
        assertEquals(StatusCode.UNSET, refused.getStatus().getStatusCode());
        SpanData failed = spans.span("receive /", "fail");
        assertEquals("failure", Spans.attributes(failed).get("gangway.outcome"));
        assertEquals(StatusCode.ERROR, failed.getStatus().getStatusCode());
        String all = spans.all().toString();
        assertFalse(all.contains("secret"), all);
        assertFalse(all.contains(client.id()), all);
    }

    @Test
    void timersHaveFewTags() throws Exception {
        start();
        RealClient client = clients.open(
                engine.port(),
                RealClient.Introduction.via(RealClient.Via.WEBSOCKET).namespace("/room-17"));
        client.call("hi").get();
        for (int i = 0; i < 20; i++) {
            client.emit("unknown " + i);
        }
        client.call("hi").get();
        assertEquals(
                "/room-17",
                Spans.attributes(spans.span("receive /room-\\d+", "hi")).get("messaging.destination.name"));
        assertEquals(
                2,
                spans.meters()
                        .get("gangway.event")
                        .tag("gangway.event", "hi")
                        .timer()
                        .count());
        assertEquals(
                20,
                spans.meters()
                        .get("gangway.event")
                        .tag("gangway.event", "other")
                        .timer()
                        .count());
        assertEquals(2, spans.meters().get("gangway.event").timers().size());
        assertEquals(
                1,
                spans.meters()
                        .get("gangway.connect")
                        .tag("gangway.namespace", "/room-\\d+")
                        .timer()
                        .count());
        assertTrue(
                spans.meters().getMeters().size() < 10,
                spans.meters().getMeters().toString());
    }
}
