package io.gangway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.LocalCluster;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Traces that begin with a client of one node and go on with the delivery to clients of another. */
class ClusterObservationsTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

    private final LocalCluster cluster = LocalCluster.create();
    private final Spans here = new Spans();
    private final Spans there = new Spans();
    private Engine near;
    private Engine far;

    private Engine start(Spans spans, UnaryOperator<EngineBuilder> choices) {
        return choices.apply(Engine.builder().port(0).cluster(cluster.node()))
                .intercept(new Observations(spans.registry()))
                .namespace("/")
                .on("tell", (socket, arguments) -> {
                    socket.broadcast().emit("told", arguments);
                    return Ack.empty();
                })
                .on("tellServers", (socket, arguments) -> {
                    socket.namespace().serverSideEmit("news");
                    return Ack.empty();
                })
                .onServerEvent("news", arguments -> {
                    far.namespace("/").emit("fromServer");
                    return Ack.empty();
                })
                .on(
                        "ask",
                        (socket, arguments) -> Ack.later(socket.broadcast()
                                .emitWithAck("asked")
                                .thenApply(replies -> replies.received().size())))
                .start();
    }

    private void startTraced() {
        near = start(here, builder -> builder.clusterTracing(new ClusterObservations(here.registry())));
        far = start(there, builder -> builder.clusterTracing(new ClusterObservations(there.registry())));
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
        here.close();
        there.close();
    }

    @Test
    void deliveryElsewhereIsInTheTraceOfTheClientsEvent() throws Exception {
        startTraced();
        try (NodeClients clients = new NodeClients();
                WireClient receiver = WireClient.join(far.port())) {
            RealClient sender = clients.open(
                    near.port(),
                    RealClient.Introduction.via(RealClient.Via.WEBSOCKET).header("traceparent", TRACEPARENT));
            sender.call("tell", "secret payload").get();
            assertEquals("42[\"told\",\"secret payload\"]", receiver.next());

            SpanData receive = here.span("receive /", "tell");
            SpanData send = here.span("send /", "told");
            SpanData deliver = there.span("deliver /", "told");
            assertEquals(List.of(TRACE, TRACE, TRACE), traces(receive, send, deliver));
            assertEquals(
                    List.of(PARENT, receive.getSpanId(), send.getSpanId()),
                    List.of(receive.getParentSpanId(), send.getParentSpanId(), deliver.getParentSpanId()));
            assertEquals(List.of(SpanKind.PRODUCER, SpanKind.CONSUMER), List.of(send.getKind(), deliver.getKind()));
            assertEquals(attributes("send", "send"), Spans.attributes(send));
            assertEquals(attributes("deliver", "process"), Spans.attributes(deliver));
            assertFalse((here.all() + "" + there.all()).contains("secret"));
        }
    }

    private static List<String> traces(SpanData... spans) {
        return List.of(spans).stream().map(SpanData::getTraceId).toList();
    }

    private static Map<String, String> attributes(String operation, String type) {
        return Map.of(
                "messaging.system", "socket.io",
                "messaging.operation", operation,
                "messaging.operation.type", type,
                "messaging.destination", "/",
                "messaging.destination.name", "/",
                "messaging.socket.io.namespace", "/",
                "messaging.socket.io.event_name", "told",
                "gangway.namespace", "/");
    }

    @Test
    void questionsToClientsElsewhereAreTracedToo() throws Exception {
        startTraced();
        try (WireClient asker = WireClient.join(near.port());
                WireClient asked = WireClient.join(far.port())) {
            asker.send("420[\"ask\"]");
            String question = asked.next();
            asked.send("43" + question.substring(2, question.indexOf('[')) + "[]");
            assertEquals("430[1]", asker.next());
            SpanData send = here.span("send /", "asked");
            assertEquals(here.span("receive /", "ask").getTraceId(), send.getTraceId());
            assertEquals(send.getSpanId(), there.span("deliver /", "asked").getParentSpanId());
        }
    }

    @Test
    void eventsBetweenServersAreTracedWithWhatTheirHandlersDo() {
        startTraced();
        try (WireClient teller = WireClient.join(near.port());
                WireClient receiver = WireClient.join(far.port())) {
            teller.send("42[\"tellServers\"]");
            assertEquals("42[\"fromServer\"]", receiver.next());
            assertEquals("42[\"fromServer\"]", teller.next());
            SpanData send = here.span("send /", "news");
            SpanData deliver = there.span("deliver /", "news");
            SpanData onwards = there.span("send /", "fromServer");
            assertEquals(here.span("receive /", "tellServers").getTraceId(), send.getTraceId());
            assertEquals(send.getSpanId(), deliver.getParentSpanId());
            assertEquals(deliver.getSpanId(), onwards.getParentSpanId());
        }
    }

    @Test
    void aNodeWithoutTheOptionDeliversAllTheSame() {
        near = start(here, builder -> builder.clusterTracing(new ClusterObservations(here.registry())));
        far = start(there, builder -> builder);
        try (WireClient sender = WireClient.join(near.port());
                WireClient receiver = WireClient.join(far.port())) {
            sender.send("42[\"tell\",1]");
            assertEquals("42[\"told\",1]", receiver.next());
            receiver.send("42[\"tell\",2]");
            assertEquals("42[\"told\",2]", sender.next());
            here.span("send /", "told");
            assertEquals(List.of(), names(there, "deliver /"));
            assertEquals(List.of(), names(there, "send /"));
            assertEquals(List.of(), names(here, "deliver /"));
        }
    }

    private static List<String> names(Spans spans, String name) {
        return spans.all().stream().map(SpanData::getName).filter(name::equals).toList();
    }
}
