package io.gangway.redis;

import io.gangway.ClusterEvent;
import io.gangway.ClusterTracing;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has an emitter's events traced, if the application wants that; no failure of its {@link ClusterTracing} costs an event.
 * Thread-safe.
 */
final class EmitterTraces {
    private static final Logger LOG = LoggerFactory.getLogger(EmitterTraces.class);

    /** How many namespaces are their own label: an emitter does not know which of them follow a rule. */
    static final int MAX_LABELS = 100;

    static final String OTHERS = "other";

    private final @Nullable ClusterTracing tracing;
    private final Set<String> labels = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean told = new AtomicBoolean();

    EmitterTraces(@Nullable ClusterTracing tracing) {
        this.tracing = tracing;
    }

    /** What the servers are to know of an event's trace; empty for nothing. */
    Map<String, String> emitted(String namespace, String event) {
        if (tracing == null) {
            return Map.of();
        }
        try {
            return Map.copyOf(tracing.emitted(new ClusterEvent(namespace, label(namespace), event)));
        } catch (RuntimeException failure) {
            if (told.getAndSet(true)) {
                LOG.debug("cannot trace an event of {}, which is sent without its trace", namespace, failure);
            } else {
                LOG.error(
                        "cannot trace an event of {}, which is sent without its trace; further failures are logged at"
                                + " level debug",
                        namespace,
                        failure);
            }
            return Map.of();
        }
    }

    private String label(String namespace) {
        if (labels.contains(namespace)) {
            return namespace;
        }
        if (labels.size() >= MAX_LABELS) {
            return OTHERS;
        }
        labels.add(namespace);
        return namespace;
    }
}
