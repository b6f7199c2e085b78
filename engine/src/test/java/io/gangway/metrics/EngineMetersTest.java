package io.gangway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Admission;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.Interceptor;
import io.gangway.Recovery;
import io.gangway.Socket;
import io.gangway.clients.RawClient;
import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.Eventually;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is scraped is what happened. */
class EngineMetersTest {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(gangway_\\S+?)(\\{.*})? (\\S+)$");
    private static final int CLIENTS = 1_000;
    private static final boolean LONG = Boolean.getBoolean("gangway.long");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Engine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    private void start(Engine starting) {
        engine = starting;
        new EngineMeters(engine).bindTo(registry);
    }

    /** The samples of the page that a scrape gets, by name and labels. */
    private TreeMap<String, Double> scrape() {
        TreeMap<String, Double> samples = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(registry.scrape());
        while (sample.find()) {
            String labels = sample.group(2) == null ? "" : sample.group(2);
            samples.put(sample.group(1) + labels, Double.valueOf(sample.group(3)));
        }
        return samples;
    }

    /** The samples counted so far, without times, bytes and writes. */
    private TreeMap<String, Double> counted() {
        TreeMap<String, Double> counts = scrape();
        counts.keySet()
                .removeIf(name -> !name.matches("gangway_.*_(total|count)(\\{.*)?")
                        || name.matches("gangway_(bytes|writes|upgrades).*"));
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    /** What a generator of load counts. */
    private static final class Expected {
        private final TreeMap<String, Double> counts = new TreeMap<>();

        void count(String sample) {
            count(sample, 1);
        }

        void count(String sample, int times) {
            counts.merge("gangway_" + sample, (double) times, Double::sum);
        }

        void event(String event, String outcome) {
            count("events_seconds_count{event=\"" + event + "\",namespace=\"/\",outcome=\"" + outcome + "\"}");
        }

        void received() {
            count("messages_sent_total");
        }

        void gone(String reason) {
            count("disconnects_total{reason=\"" + reason + "\"}");
        }

        void handshake(String outcome) {
            count("handshakes_total{outcome=\"" + outcome + "\"}");
        }

        void ack(String outcome) {
            count("acks_seconds_count{namespace=\"/\",outcome=\"" + outcome + "\"}");
        }
    }

    @Test
    void aScrapeAgreesWithWhatTheLoadCounted() {
        start(Engine.builder()
                .port(0)
                .pingInterval(Duration.ofMinutes(10)) // no ping among what is counted
                .admission(
                        handshake -> handshake.query().containsKey("bad") ? Admission.refuse(429) : Admission.accept())
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("late", (socket, arguments) -> Ack.later(CompletableFuture.supplyAsync(() -> "late")))
                .on("refuse", (socket, arguments) -> Ack.failed(new EngineException("no")))
                .on("leave", (socket, arguments) -> {
                    socket.disconnect();
                    return Ack.empty();
                })
                .start());
        Expected expected = new Expected();
        Random random = new Random(1);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(RawClient.join(engine.port()));
            expected.handshake("accepted");
            expected.received();
        }
        Eventually.equal((double) CLIENTS, () -> scrape().get("gangway_sockets{namespace=\"/\"}"));

        for (RawClient client : clients) {
            for (int event = random.nextInt(4); event >= 0; event--) {
                send(client, random.nextInt(4), expected);
            }
        }
        engine.namespace("/").emit("tick", 1);
        for (RawClient client : clients) {
            client.expect("42[\"tick\",1]");
            expected.received();
        }
        CompletableFuture<?> replies = engine.namespace("/").emitWithAck("ask");
        List<RawClient> silent = new ArrayList<>();
        for (RawClient client : clients) {
            client.expect("420[\"ask\"]");
            expected.received();
            if (random.nextInt(10) == 0) {
                silent.add(client);
            } else {
                client.send("430[]");
                expected.ack("success");
            }
        }
        for (RawClient client : silent) { // they leave without an answer
            client.send("41");
            expected.ack("disconnected");
            expected.gone("client namespace disconnect");
        }
        replies.join();
        clients.removeAll(silent);

        for (RawClient client : clients) {
            part(client, random.nextInt(4), expected);
        }
        try (RawClient http = RawClient.connect(engine.port())) {
            for (int i = 0; i < 20; i++) {
                refuse(http, random.nextInt(5), expected);
            }
        }
        Eventually.equal(expected.counts, this::counted);
        Eventually.equal(0.0, () -> scrape().get("gangway_sockets{namespace=\"/\"}"));
        clients.addAll(silent);
        clients.forEach(RawClient::close);
    }

    private static void send(RawClient client, int kind, Expected expected) {
        switch (kind) {
            case 0 -> {
                client.send("420[\"echo\",1]").expect("430[1]");
                expected.event("echo", "success");
            }
            case 1 -> {
                client.send("420[\"late\"]").expect("430[\"late\"]");
                expected.event("late", "success");
            }
            case 2 -> {
                client.send("420[\"refuse\"]").expect("430[{\"status\":\"error\",\"message\":\"no\"}]");
                expected.event("refuse", "refused");
            }
            default -> {
                client.send("42[\"nobody knows\"]").send("42[\"refuse\"]");
                client.expect("42[\"exception\",{\"status\":\"error\",\"message\":\"no\"}]");
                expected.event("other", "success");
                expected.event("refuse", "refused");
            }
        }
        expected.received();
    }

    private static void part(RawClient client, int kind, Expected expected) {
        switch (kind) {
            case 0 -> {
                client.write(RawClient.closeFrame(1000));
                expected.gone("transport close");
            }
            case 1 -> {
                client.send("41");
                expected.gone("client namespace disconnect");
            }
            case 2 -> {
                client.send("42[\"leave\"]").expect("41");
                expected.event("leave", "success");
                expected.received();
                expected.gone("server namespace disconnect");
            }
            default -> {
                client.send("4nonsense");
                expected.gone("parse error");
            }
        }
    }

    private static void refuse(RawClient http, int kind, Expected expected) {
        switch (kind) {
            case 0 -> {
                assertEquals(429, http.get(RawClient.POLLING + "&bad=1").status());
                expected.handshake("admission");
            }
            case 1 -> {
                assertEquals(
                        403,
                        http.get(RawClient.POLLING, "Origin: http://evil.example")
                                .status());
                expected.handshake("origin");
            }
            case 2 -> {
                assertEquals(
                        400, http.get("/socket.io/?EIO=3&transport=polling").status());
                expected.handshake("malformed");
            }
            case 3 -> {
                assertEquals(
                        400,
                        http.get(RawClient.POLLING + "&sid=AAAAAAAAAAAAAAAAAAAA")
                                .status());
                expected.handshake("unknown_session");
            }
            default -> assertEquals(404, http.get("/elsewhere").status(), "is no handshake");
        }
    }

    @Test
    void whoComesBackIsCountedByOutcome() {
        start(Engine.builder()
                .port(0)
                .recovery(Recovery.window(Duration.ofMinutes(1)).maxPackets(3).maxSessions(1))
                .namespace("/")
                .intercept(new Interceptor() {
                    @Override
                    public Ack aroundConnect(Socket socket, Chain chain) {
                        socket.handshake().auth("user").ifPresent(socket::signIn);
                        return chain.proceed();
                    }
                })
                .start());
        ReturningClient client = ReturningClient.join(engine.port());
        client.cut();
        Eventually.equal(1.0, () -> scrape().get("gangway_recovery_away"));
        ReturningClient tooMany = ReturningClient.join(engine.port());
        tooMany.cut();
        Eventually.equal(1.0, () -> scrape().get("gangway_recovery_unkept_total"));
        tooMany.comeBack(engine.port());
        ReturningClient.with(client.privateId(), engine.port(), ",\"user\":\"bob\"");
        engine.namespace("/").emit("n", 1);
        client.comeBack(engine.port()).expect("42[\"n\",1]").cut();
        Eventually.equal(1, () -> engine.recoveryCounts().away()); // a scrape may show how it was before
        Eventually.equal(1.0, () -> scrape().get("gangway_recovery_away"));
        for (int i = 0; i < 4; i++) {
            engine.namespace("/").emit("n", i);
        }
        Eventually.equal(3.0, () -> scrape().get("gangway_recovery_packets"));
        assertTrue(scrape().get("gangway_recovery_bytes") > 600);
        client.comeBack(engine.port());
        Eventually.equal(
                Map.of(
                        "gangway_recoveries_total{outcome=\"recovered\"}", 1.0,
                        "gangway_recoveries_total{outcome=\"unknown\"}", 1.0,
                        "gangway_recoveries_total{outcome=\"other_user\"}", 1.0,
                        "gangway_recoveries_total{outcome=\"incomplete\"}", 1.0,
                        "gangway_recovery_unkept_total", 1.0),
                () -> {
                    TreeMap<String, Double> samples = scrape();
                    samples.keySet().removeIf(name -> !name.matches("gangway_recover.*_total.*"));
                    return samples;
                });
    }

    @Test
    void clientsCannotMakeMeters() {
        int names = LONG ? 100_000 : 20_000;
        int namespaces = LONG ? 10_000 : 1_000;
        start(Engine.builder()
                .port(0)
                .pingInterval(Duration.ofMinutes(10)) // no ping among the answers
                .limits(limits -> limits.maxDynamicNamespaces(namespaces))
                .limits(limits -> limits.maxNamespacesPerConnection(namespaces + 1))
                .namespace(
                        "/",
                        root -> root.on("known", (socket, arguments) -> Ack.empty())
                                .onUnhandled(event -> Ack.empty()))
                .namespaces(Pattern.compile("/room-\\d+"), room -> {})
                .start());
        int before = registry.getMeters().size();
        int lines = scrape().size();
        try (RawClient client = RawClient.join(engine.port())) {
            for (int i = 0; i < names; i++) {
                client.send("42[\"event " + i + "\"]");
            }
            client.send("420[\"known\"]").expect("430[]");
            for (int i = 0; i < namespaces; i++) {
                client.send("40/room-" + i + ",");
                if (i % 100 == 99) {
                    for (int j = 0; j < 100; j++) {
                        client.next();
                    }
                }
            }
            TreeMap<String, Double> samples = scrape();
            Eventually.equal(
                    (double) names,
                    () -> scrape().get(
                                    "gangway_events_seconds_count{event=\"other\",namespace=\"/\",outcome=\"success\"}"));
            assertEquals(lines, samples.size());
            assertEquals(before, registry.getMeters().size());
            Eventually.equal((double) namespaces, () -> scrape().get("gangway_sockets{namespace=\"/room-\\\\d+\"}"));
        }
    }

    @Test
    void theClusterHasMeters() {
        LocalCluster cluster = LocalCluster.create();
        start(Engine.builder().port(0).cluster(cluster.node()).namespace("/").start());
        try (Engine other =
                Engine.builder().port(0).cluster(cluster.node()).namespace("/").start()) {
            engine.namespace("/").emit("to", "all");
            other.namespace("/").emit("to", "all");
            Eventually.equal(1.0, () -> scrape().get("gangway_cluster_messages_total{outcome=\"published\"}"));
            Eventually.equal(1.0, () -> scrape().get("gangway_cluster_messages_total{outcome=\"received\"}"));
            assertEquals(0.0, scrape().get("gangway_cluster_lag_seconds"));
        }
    }

    @Test
    void enginesOfOneRegistryAreToldApartByTags() {
        start(Engine.builder().port(0).namespace("/").start());
        try (Engine other = Engine.builder().port(0).namespace("/").start();
                WireClient client = WireClient.join(other.port())) {
            PrometheusMeterRegistry both = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            new EngineMeters(engine, Tags.of("engine", "one")).bindTo(both);
            new EngineMeters(other, Tags.of("engine", "two")).bindTo(both);
            String page = both.scrape();
            assertTrue(page.contains("gangway_connections{engine=\"two\",transport=\"websocket\"} 1.0"), page);
            assertTrue(page.contains("gangway_connections{engine=\"one\",transport=\"websocket\"} 0.0"), page);
        }
    }

    @Test
    void nothingSecretIsScraped() {
        start(Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        root -> root.on("known", (socket, arguments) -> {
                            socket.join("room-secret");
                            socket.signIn("user-secret");
                            return Ack.failed(new IllegalStateException("failure-secret"));
                        }))
                .start());
        try (RawClient client = RawClient.upgrade(
                engine.port(), RawClient.WEBSOCKET + "&token=query-secret", "Cookie: a=cookie-secret")) {
            String sid = RawClient.sidIn(client.next());
            client.send("40{\"token\":\"auth-secret\"}").next();
            client.send("420[\"known\",\"payload-secret\"]").next();
            client.send("42[\"event-secret\"]");
            Eventually.holds(
                    "both events are counted", () -> counted().toString().contains("event=\"other\""));
            String page = registry.scrape();
            Socket socket = engine.namespace("/").sockets().iterator().next();
            assertFalse(page.contains("secret"), page);
            assertFalse(page.contains(sid) || page.contains(socket.id()) || page.contains("127.0.0.1"), page);
        }
    }
}
