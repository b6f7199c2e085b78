package io.gangway.redis.mixed;

import io.gangway.ClusterEvent;
import io.gangway.ClusterTracing;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Gives each event a trace of its own, and remembers the traces of those that have arrived. */
final class NumberedTraces implements ClusterTracing {
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** An event, and its trace. */
    record Traced(ClusterEvent event, Map<String, String> trace) {}

    private final BlockingQueue<Traced> emitted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Traced> delivered = new LinkedBlockingQueue<>();

    @Override
    public Map<String, String> emitted(ClusterEvent event) {
        String parent = String.format("00-%032x-00f067aa0ba902b7-01", NUMBERS.incrementAndGet());
        Map<String, String> trace = Map.of("traceparent", parent, "tracestate", "a=\"\\\u2028\ud83c\udf88\"");
        emitted.add(new Traced(event, trace));
        return trace;
    }

    @Override
    public void deliver(ClusterEvent event, Map<String, String> trace, Runnable delivery) {
        delivered.add(new Traced(event, trace));
        delivery.run();
    }

    /** Those of an event with this name, so far. */
    BlockingQueue<Traced> delivered() {
        return delivered;
    }

    BlockingQueue<Traced> emitted() {
        return emitted;
    }

    void forget() {
        emitted.clear();
        delivered.clear();
    }
}
