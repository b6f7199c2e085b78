package io.gangway.metrics;

import io.gangway.AckOutcome;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineStats;
import io.gangway.EngineStats.NamespaceStats;
import io.gangway.EngineStats.Timing;
import io.gangway.EventOutcome;
import io.gangway.HandshakeOutcome;
import io.gangway.RecoveryCounts;
import io.gangway.cluster.Cluster;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * An engine's {@linkplain Engine#stats() statistics} as meters: {@code new EngineMeters(engine).bindTo(registry)}.
 *
 * <p>They cost the engine nothing but the reading. What one scrape reads comes from one snapshot, which is at most a fifth of
 * a second old. The registry keeps the engine in memory until it is closed or its meters are removed.
 */
public final class EngineMeters implements MeterBinder {
    private final Engine engine;
    private final Tags tags;

    /**
     * The meters of an engine.
     *
     * @param engine the engine, running or not
     */
    public EngineMeters(Engine engine) {
        this(engine, Tags.empty());
    }

    /**
     * The meters of an engine, with tags that tell them from those of another engine in the same registry.
     *
     * @param engine the engine, running or not
     * @param tags are added to each meter
     */
    public EngineMeters(Engine engine, Tags tags) {
        this.engine = Objects.requireNonNull(engine, "engine");
        this.tags = Objects.requireNonNull(tags, "tags");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new Binding(registry, new Snapshots(engine), tags).bind(engine.stats());
    }

    /** Adds the meters to one registry. */
    private record Binding(MeterRegistry registry, Snapshots snapshots, Tags common) {
        void bind(EngineStats now) {
            bindConnections(now);
            bindTraffic();
            bindThreads();
            for (int i = 0; i < now.namespaces().size(); i++) {
                int index = i; // their order is that of the configuration, and never changes
                bindNamespace(
                        now.namespaces().get(i), stats -> stats.namespaces().get(index));
            }
            if (now.cluster().isPresent()) {
                bindCluster();
            }
            if (now.recovery().isPresent()) {
                bindRecovery();
            }
        }

        private void bindConnections(EngineStats now) {
            for (String transport : now.connections().keySet()) {
                gauge(
                        "gangway.connections",
                        "Connected clients",
                        null,
                        Tags.of("transport", transport),
                        stats -> count(stats.connections(), transport));
            }
            for (HandshakeOutcome outcome : HandshakeOutcome.values()) {
                counter(
                        "gangway.handshakes",
                        "Attempts to connect",
                        Tags.of("outcome", tag(outcome)),
                        stats -> count(stats.handshakes(), outcome));
            }
            upgrades("success", stats -> stats.upgrades().succeeded());
            upgrades("timeout", stats -> stats.upgrades().timedOut());
            upgrades("failure", stats -> stats.upgrades().failed());
            for (DisconnectReason reason : DisconnectReason.values()) {
                counter(
                        "gangway.disconnects",
                        "Sockets that left their namespaces",
                        Tags.of("reason", reason.toString()),
                        stats -> count(stats.disconnects(), reason));
            }
            counter(
                    "gangway.slow.clients",
                    "Clients disconnected because they read too slowly",
                    Tags.empty(),
                    stats -> count(stats.closes(), DisconnectReason.SLOW_CLIENT));
        }

        private void upgrades(String outcome, ToDoubleFunction<EngineStats> value) {
            counter("gangway.upgrades", "Changes from polling to WebSocket", Tags.of("outcome", outcome), value);
        }

        private void bindTraffic() {
            counter(
                    "gangway.messages.sent",
                    "Messages sent, for each receiver",
                    Tags.empty(),
                    stats -> stats.outbound().messages());
            counter(
                    "gangway.bytes.sent",
                    "Bytes sent",
                    Tags.empty(),
                    stats -> stats.outbound().bytes());
            counter(
                    "gangway.bytes.received",
                    "Bytes received",
                    Tags.empty(),
                    stats -> stats.inbound().bytes());
            counter(
                    "gangway.writes",
                    "Writes in which messages left",
                    Tags.empty(),
                    stats -> stats.outbound().writes());
            gauge(
                    "gangway.outbound.bytes",
                    "Bytes that wait for all clients",
                    BaseUnits.BYTES,
                    Tags.empty(),
                    stats -> stats.outbound().waiting());
            gauge(
                    "gangway.outbound.max",
                    "Bytes that wait for the slowest client",
                    BaseUnits.BYTES,
                    Tags.empty(),
                    stats -> stats.outbound().mostWaiting());
            counter(
                    "gangway.lossy.dropped",
                    "Events dropped for slow clients",
                    Tags.empty(),
                    stats -> stats.outbound().dropped());
        }

        private void bindThreads() {
            threads(
                    "gangway.handlers.active",
                    "Threads that run handlers",
                    "platform",
                    stats -> stats.handlers().active());
            threads(
                    "gangway.handlers.active",
                    "Threads that run handlers",
                    "virtual",
                    stats -> stats.handlers().activeVirtual());
            threads(
                    "gangway.handlers.queued",
                    "Connections that wait for a thread",
                    "platform",
                    stats -> stats.handlers().queued());
            threads("gangway.handlers.queued", "Connections that wait for a thread", "virtual", stats -> 0);
        }

        private void threads(String name, String description, String kind, ToDoubleFunction<EngineStats> value) {
            gauge(name, description, null, Tags.of("kind", kind), value);
        }

        private void bindNamespace(NamespaceStats now, Function<EngineStats, NamespaceStats> find) {
            Tags namespace = Tags.of("namespace", now.label());
            gauge(
                    "gangway.sockets",
                    "Connected sockets",
                    null,
                    namespace,
                    stats -> find.apply(stats).sockets());
            gauge(
                    "gangway.rooms",
                    "Rooms with sockets of this node",
                    null,
                    namespace,
                    stats -> find.apply(stats).rooms());
            for (String event : now.events().keySet()) {
                for (EventOutcome outcome : EventOutcome.values()) {
                    timer(
                            "gangway.events",
                            "Clients' events, until their acks",
                            namespace.and("event", event, "outcome", tag(outcome)),
                            stats -> time(find.apply(stats).events().getOrDefault(event, Map.of()), outcome));
                }
            }
            for (AckOutcome outcome : AckOutcome.values()) {
                timer(
                        "gangway.acks",
                        "Acks requested of clients",
                        namespace.and("outcome", tag(outcome)),
                        stats -> time(find.apply(stats).acks(), outcome));
            }
        }

        private void bindCluster() {
            cluster("published", Cluster.Health::published);
            cluster("dropped", Cluster.Health::dropped);
            cluster("unknown", Cluster.Health::unknown);
            cluster("received", Cluster.Health::received);
            cluster("malformed", Cluster.Health::malformed);
            gauge(
                    "gangway.cluster.lag",
                    "How far this node is behind in reading messages",
                    "seconds",
                    Tags.empty(),
                    stats -> stats.cluster()
                            .map(health -> health.lag().toNanos() / 1e9)
                            .orElse(0.0));
        }

        private void cluster(String outcome, ToDoubleFunction<Cluster.Health> value) {
            counter(
                    "gangway.cluster.messages",
                    "Messages to and from other nodes",
                    Tags.of("outcome", outcome),
                    stats -> stats.cluster().map(value::applyAsDouble).orElse(0.0));
        }

        private void bindRecovery() {
            recoveries("recovered", RecoveryCounts::recovered);
            recoveries("unknown", RecoveryCounts::unknown);
            recoveries("other_user", RecoveryCounts::otherUser);
            recoveries("incomplete", RecoveryCounts::incomplete);
            counter(
                    "gangway.recovery.unkept",
                    "Sessions not kept because too many clients were away, or the broker was",
                    Tags.empty(),
                    stats -> recovery(stats).unkept());
            gauge(
                    "gangway.recovery.away",
                    "Clients that are away and whose sessions this node keeps; none if a broker does",
                    null,
                    Tags.empty(),
                    stats -> recovery(stats).away());
            gauge(
                    "gangway.recovery.packets",
                    "Events that this node keeps for clients that come back; none if a broker does",
                    null,
                    Tags.empty(),
                    stats -> recovery(stats).packets());
            gauge(
                    "gangway.recovery.bytes",
                    "Bytes that these events take",
                    BaseUnits.BYTES,
                    Tags.empty(),
                    stats -> recovery(stats).bytes());
        }

        private void recoveries(String outcome, ToDoubleFunction<RecoveryCounts> value) {
            counter(
                    "gangway.recoveries",
                    "Clients that asked for their sessions",
                    Tags.of("outcome", outcome),
                    stats -> value.applyAsDouble(recovery(stats)));
        }

        private static RecoveryCounts recovery(EngineStats stats) {
            return stats.recovery().orElseThrow(); // an engine that has it keeps it
        }

        // ---- kinds of meters; each function holds the snapshots, because the registry only holds them weakly

        private void gauge(
                String name,
                String description,
                @Nullable String unit,
                Tags tags,
                ToDoubleFunction<EngineStats> value) {
            Gauge.builder(name, snapshots, source -> value.applyAsDouble(snapshots.latest()))
                    .description(description)
                    .baseUnit(unit)
                    .tags(common.and(tags))
                    .register(registry);
        }

        private void counter(String name, String description, Tags tags, ToDoubleFunction<EngineStats> value) {
            FunctionCounter.builder(name, snapshots, source -> value.applyAsDouble(snapshots.latest()))
                    .description(description)
                    .tags(common.and(tags))
                    .register(registry);
        }

        private void timer(String name, String description, Tags tags, Function<EngineStats, Timing> value) {
            FunctionTimer.builder(
                            name,
                            snapshots,
                            source -> value.apply(snapshots.latest()).count(),
                            source -> value.apply(snapshots.latest()).total().toNanos(),
                            TimeUnit.NANOSECONDS)
                    .description(description)
                    .tags(common.and(tags))
                    .register(registry);
        }

        private static <K> double count(Map<K, Long> counts, K key) {
            return counts.getOrDefault(key, 0L);
        }

        private static <K> Timing time(Map<K, Timing> timings, K key) {
            return timings.getOrDefault(key, Timing.NONE);
        }

        private static String tag(Enum<?> outcome) {
            return outcome.name().toLowerCase(Locale.ROOT);
        }
    }
}
