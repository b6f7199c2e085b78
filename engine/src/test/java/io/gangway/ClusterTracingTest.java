package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.Target;
import io.gangway.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What travels with an event to other nodes, and what an application's failure to trace does to it: nothing. */
class ClusterTracingTest {
    private static final Map<String, String> TRACE = Map.of("traceparent", "00-1-2-01");

    private final FakeCluster cluster = new FakeCluster();

    /** A tracing that fails at some point of each call. */
    private record Failing(String when) implements ClusterTracing {
        @Override
        public Map<String, String> emitted(ClusterEvent event) {
            fail("emitting");
            return TRACE;
        }

        @Override
        public void deliver(ClusterEvent event, Map<String, String> trace, Runnable delivery) {
            fail("before delivery");
            delivery.run();
            fail("after delivery");
        }

        private void fail(String now) {
            if (when.equals(now)) {
                throw new IllegalStateException("failed on purpose " + now);
            }
        }
    }

    /** A tracing that forgets to deliver. */
    private static final class Forgetful implements ClusterTracing {
        private final List<ClusterEvent> events = new ArrayList<>();

        @Override
        public Map<String, String> emitted(ClusterEvent event) {
            events.add(event);
            return Map.of();
        }

        @Override
        public void deliver(ClusterEvent event, Map<String, String> trace, Runnable delivery) {
            events.add(event);
        }
    }

    private static Broadcast traced(String json) {
        return new Broadcast("other", Target.ALL, FakeCluster.json(json), false, "", Duration.ZERO, TRACE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"emitting", "before delivery", "after delivery"})
    void aFailureToTraceCostsNoEvent(String when) throws Exception {
        try (CapturedLog log = new CapturedLog();
                Engine engine = Engine.builder()
                        .port(0)
                        .cluster(cluster)
                        .clusterTracing(new Failing(when))
                        .start();
                WireClient client = WireClient.join(engine.port())) {
            engine.namespace("/").emit("out");
            assertEquals("42[\"out\"]", client.next());
            assertEquals(
                    when.equals("emitting") ? Map.of() : TRACE,
                    cluster.next(Broadcast.class).trace());
            cluster.say(traced("[\"in\",1]"));
            cluster.say(traced("[\"in\",2]"));
            assertEquals("42[\"in\",1]", client.next());
            assertEquals("42[\"in\",2]", client.next());
            assertTrue(log.text().contains("failed on purpose " + when), log::text);
        }
    }

    @Test
    void anEventIsDeliveredEvenIfTheTracingForgetsTo() throws Exception {
        Forgetful tracing = new Forgetful();
        try (Engine engine = Engine.builder()
                        .port(0)
                        .cluster(cluster)
                        .clusterTracing(tracing)
                        .start();
                WireClient client = WireClient.join(engine.port())) {
            engine.namespace("/").emit("out");
            assertEquals("42[\"out\"]", client.next());
            cluster.say(traced("[\"in\"]"));
            assertEquals("42[\"in\"]", client.next());
            assertEquals(List.of(new ClusterEvent("/", "/", "out"), new ClusterEvent("/", "/", "in")), tracing.events);
        }
    }
}
