package io.gangway;

import io.gangway.logs.SparingLog;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Has one namespace's events between nodes traced, if the application wants that; no failure of its {@link ClusterTracing}
 * costs an event. Thread-safe.
 *
 * @param tracing null if nothing is traced
 */
record ClusterTraces(@Nullable ClusterTracing tracing, LocalNamespace namespace) {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(ClusterTraces.class));

    /** What the other nodes are to know of an event's trace; empty for nothing. */
    Map<String, String> emitted(String event) {
        if (tracing == null) {
            return Map.of();
        }
        try {
            return Map.copyOf(tracing.emitted(about(event)));
        } catch (RuntimeException failure) {
            sparing.error(failure, "cannot trace an event of {}, which is published without its trace", namespace);
            return Map.of();
        }
    }

    /** Delivers another node's event, within its trace. */
    void deliver(Map<String, String> trace, String event, Runnable delivery) {
        if (tracing == null || trace.isEmpty()) {
            delivery.run();
            return;
        }
        Once once = new Once(delivery);
        try {
            tracing.deliver(about(event), trace, once);
        } catch (RuntimeException failure) {
            if (once.failed) {
                throw failure;
            }
            sparing.error(failure, "cannot trace the delivery of an event of {}", namespace);
        }
        once.run();
    }

    private ClusterEvent about(String event) {
        return new ClusterEvent(namespace.name(), namespace.counts().label(), event);
    }

    /** Confined to the thread that delivers. */
    private static final class Once implements Runnable {
        private final Runnable delivery;
        private boolean begun;
        private boolean failed;

        private Once(Runnable delivery) {
            this.delivery = delivery;
        }

        @Override
        public void run() {
            if (!begun) {
                begun = true;
                failed = true;
                delivery.run();
                failed = false;
            }
        }
    }
}
