package io.gangway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.testing.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry registry = ObservationRegistry.create();
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
        provider.close();
    }

    private void start() {
        io.opentelemetry.api.trace.Tracer otel = provider.get("test");
        OtelTracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), event -> {});
        OtelPropagator propagator =
                new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
        registry.observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(meters))
                .observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new DefaultTracingObservationHandler(tracer)));
        engine = Engine.builder()
                .port(0)
                .intercept(new Observations(registry))
                .namespace(
                        "/",
                        root -> root.on(
                                        "save",
                                        (socket, arguments) -> Ack.later(CompletableFuture.supplyAsync(() -> "saved")))
                                .on("query", (socket, arguments) -> {
                                    Observation.createNotStarted("jdbc.query", registry)
                                            .observe(() -> {});
                                    return Ack.of("found");
                                })
                                .on("refuse", (socket, arguments) -> Ack.failed(new EngineException("secret text")))
                                .on("fail", (socket, arguments) -> Ack.failed(new IllegalStateException("on purpose"))))
                .namespaces(Pattern.compile("/room-\\d+"), room -> room.on("hi", (socket, arguments) -> Ack.empty()))
                .start();
    }

    private SpanData span(String name, String event) {
        AttributeKey<String> key = AttributeKey.stringKey("messaging.socket.io.event_name");
        Eventually.holds(
                "the span of " + event + " ends",
                () -> exporter.getFinishedSpanItems().stream()
                        .anyMatch(span -> span.getName().equals(name)
                                && event.equals(span.getAttributes().get(key))));
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name)
                        && event.equals(span.getAttributes().get(key)))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> attributes(SpanData span) {
        return span.getAttributes().asMap().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().getKey(), entry -> String.valueOf(entry.getValue())));
    }

    @ParameterizedTest
    @EnumSource(names = {"POLLING", "WEBSOCKET"})
    void anEventContinuesTheTraceOfTheClientsHeader(RealClient.Via via) throws Exception {
        start();
        RealClient client =
                clients.open(engine.port(), RealClient.Introduction.via(via).header("traceparent", TRACEPARENT));
        client.call("query").get();
        SpanData span = span("receive /", "query");
        assertEquals(TRACE, span.getTraceId());
        assertEquals(PARENT, span.getParentSpanId());
        assertEquals(SpanKind.CONSUMER, span.getKind());
        SpanData inner = exporter.getFinishedSpanItems().stream()
                .filter(other -> other.getName().equals("jdbc.query"))
                .findFirst()
                .orElseThrow();
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
                attributes(span));
        SpanData connect = exporter.getFinishedSpanItems().stream()
                .filter(other -> other.getName().equals("connect /"))
                .findFirst()
                .orElseThrow();
        assertEquals(TRACE, connect.getTraceId());
    }

    @Test
    void aPageSendsItsTraceInTheAuthPayload() throws Exception {
        start();
        RealClient client = clients.open(
                engine.port(),
                RealClient.Introduction.via(RealClient.Via.WEBSOCKET).auth("traceparent", TRACEPARENT));
        assertEquals("saved", client.call("save").get().get(0));
        assertEquals(TRACE, span("receive /", "save").getTraceId());
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
        SpanData refused = span("receive /", "refuse");
        assertEquals("refused", attributes(refused).get("gangway.outcome"));
        assertEquals(StatusCode.UNSET, refused.getStatus().getStatusCode());
        SpanData failed = span("receive /", "fail");
        assertEquals("failure", attributes(failed).get("gangway.outcome"));
        assertEquals(StatusCode.ERROR, failed.getStatus().getStatusCode());
        String all = exporter.getFinishedSpanItems().toString();
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
        assertEquals("/room-17", attributes(span("receive /room-\\d+", "hi")).get("messaging.destination.name"));
        assertEquals(
                2,
                meters.get("gangway.event").tag("gangway.event", "hi").timer().count());
        assertEquals(
                20,
                meters.get("gangway.event")
                        .tag("gangway.event", "other")
                        .timer()
                        .count());
        assertEquals(2, meters.get("gangway.event").timers().size());
        assertEquals(
                1,
                meters.get("gangway.connect")
                        .tag("gangway.namespace", "/room-\\d+")
                        .timer()
                        .count());
        assertTrue(meters.getMeters().size() < 10, meters.getMeters().toString());
    }
}
