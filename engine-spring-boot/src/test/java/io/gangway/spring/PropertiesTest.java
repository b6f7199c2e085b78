package io.gangway.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.HttpOptions;
import io.gangway.Interceptor;
import io.gangway.Limits;
import io.gangway.Recovery;
import io.gangway.Socket;
import io.gangway.SocketLimits;
import io.gangway.clients.ReturningClient;
import io.gangway.testing.Eventually;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** {@code gangway.*} properties reach the engine, and those that cannot are told by name, value and way out. */
class PropertiesTest {
    @Test
    void reachTheEngine() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class)
                .with(
                        "gangway.path=/live",
                        "gangway.ping-interval=7s",
                        "gangway.ping-timeout=3s",
                        "gangway.max-payload=2KB",
                        "gangway.http.transports=polling",
                        "gangway.allowed-origins=https://a.example,https://b.example",
                        "gangway.allow-credentials=true",
                        "gangway.http.session-cookie=io",
                        "gangway.http.trusted-proxies=10.0.0.0/8",
                        "gangway.http.compression=false",
                        "gangway.http.response-headers.X-Served-By=gangway",
                        "gangway.recovery.window=3m",
                        "gangway.recovery.max-bytes=2MB",
                        "gangway.recovery.max-packets=31",
                        "gangway.recovery.max-sessions=37",
                        "gangway.limits.max-attachments=3",
                        "gangway.limits.max-buffered=3MB",
                        "gangway.limits.message-timeout=13s",
                        "gangway.limits.inbound-budget=7MB",
                        "gangway.limits.max-unadmitted=5KB",
                        "gangway.limits.max-late-answers=11",
                        "gangway.limits.sockets.max-rooms=17",
                        "gangway.limits.sockets.max-rooms-per-namespace=19",
                        "gangway.limits.sockets.max-room-name-length=23",
                        "gangway.limits.sockets.max-room-names=27",
                        "gangway.limits.sockets.max-attached=29",
                        "gangway.handler-threads=3",
                        "gangway.drain=0s")
                .run()) {
            Recovery recovery = PropertyChoices.recovery(
                    application.getBean(GangwayProperties.class).recovery());
            assertEquals(Duration.ofMinutes(3), recovery.window());
            assertEquals(2 << 20, recovery.maxBytes());
            assertEquals(31, recovery.maxPackets());
            assertEquals(37, recovery.maxSessions());
            Engine engine = application.getBean(RunningEngine.class).get();
            assertEquals(3, engine.limits().maxAttachments());
            assertEquals(3 << 20, engine.limits().maxBuffered());
            assertEquals(Duration.ofSeconds(13), engine.limits().messageTimeout());
            assertEquals(7 << 20, engine.limits().inboundBudget());
            assertEquals(5 << 10, engine.limits().maxUnadmitted());
            assertEquals(11, engine.limits().maxLateAnswers());
            assertEquals(17, engine.limits().sockets().maxRooms());
            assertEquals(19, engine.limits().sockets().maxRoomsPerNamespace());
            assertEquals(23, engine.limits().sockets().maxRoomNameLength());
            assertEquals(27, engine.limits().sockets().maxRoomNames());
            assertEquals(29, engine.limits().sockets().maxAttached());
            String handshake = Http.get(TestApplication.port(application), "/live/?EIO=4&transport=polling")
                    .body();
            assertTrue(handshake.contains("\"upgrades\":[]"), handshake);
            assertTrue(handshake.contains("\"pingInterval\":7000"), handshake);
            assertTrue(handshake.contains("\"pingTimeout\":3000"), handshake);
            assertTrue(handshake.contains("\"maxPayload\":2048"), handshake);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gangway.path|no path|path",
                "gangway.max-payload|0B|positive",
                "gangway.plain-web-sockets[ws]|/chat|like \"/ws/chat\"",
                "gangway.max-payload|3GB|has to be at most",
                "gangway.ping-interval|-1s|pingInterval",
                "gangway.ping-interval|soon|java.time.Duration",
                "gangway.allowed-origins|example.com|origin",
                "gangway.http.trusted-proxies|everyone|everyone",
                "gangway.http.session-cookie|a b|cookie",
                "gangway.http.client-bundle|no/such/folder|socket.io.js",
                "gangway.http.transports|carrier-pigeon|Transports",
                "gangway.recovery.window|999ms|one second to one day",
                "gangway.recovery.window|25h|one second to one day",
                "gangway.recovery.max-sessions|5|set gangway.recovery.window",
                "gangway.recovery.skip-interceptors|true|set gangway.recovery.window",
                "gangway.http.tls-hosts|strict|gangway.port is not set",
                "gangway.observation-enabled|true|spring-boot-starter-actuator",
                "gangway.limits.max-attachments|0|maxAttachments",
                "gangway.limits.sockets.max-rooms|-1|maxRooms",
                "gangway.limits.sockets.max-attached|many|Integer",
                "gangway.limits.inbound-budget|0B|inboundBudget",
                "gangway.limits.max-buffered|-1B|maxBuffered",
                "gangway.handler-threads|0|positive",
                "gangway.drain|1m|spring.lifecycle.timeout-per-shutdown-phase",
                "gangway.drain|-1s|has to be 0s or more",
            })
    void aBadOneIsToldByNameValueAndReason(String name, String value, String reason) {
        String report = Failures.report(TestApplication.light().with(Chat.class).with(name + "=" + value));
        assertTrue(report.contains(name), report);
        assertTrue(report.contains(value), report);
        assertTrue(report.contains(reason), report);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-bytes=0B", "max-packets=0", "max-sessions=-1"})
    void recoveryIsBounded(String bound) {
        String report = Failures.report(TestApplication.light()
                .with(Chat.class)
                .with("gangway.recovery.window=1m", "gangway.recovery." + bound));
        assertTrue(report.contains("gangway.recovery." + bound.replaceFirst("=.*", "")), report);
        assertTrue(report.contains("must be positive"), report);
    }

    /** Counts the clients that connect. */
    static class Doorkeeper implements Interceptor {
        private final AtomicInteger seen = new AtomicInteger();

        @Override
        public Ack aroundConnect(Socket socket, Chain chain) {
            seen.incrementAndGet();
            return chain.proceed();
        }
    }

    static class Kept {
        @Bean
        @GlobalInterceptor
        Doorkeeper doorkeeper() {
            return new Doorkeeper();
        }

        @Bean
        GatewayRegistration root() {
            return GatewayRegistration.of("/", root -> root.onConnect(socket -> socket.join("all")));
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "true, 1"})
    void clientsComeBackPastTheInterceptorsIfTheyMay(boolean skip, int seen) {
        try (ConfigurableApplicationContext application = TestApplication.light()
                .with(Kept.class)
                .with("gangway.port=0", "gangway.recovery.window=1m", "gangway.recovery.skip-interceptors=" + skip)
                .run()) {
            int port = application.getEnvironment().getRequiredProperty("local.gangway.port", Integer.class);
            Engine engine = application.getBean(RunningEngine.class).get();
            ReturningClient client = ReturningClient.join(port);
            String id = client.id();
            Eventually.equal(Set.of("all"), () -> engine.namespace("/").roomNames());
            client.cut();
            Eventually.equal(0, () -> engine.namespace("/").sockets().size());
            engine.namespace("/").emit("missed");
            client.comeBack(port).expect("42[\"missed\"]");
            assertEquals(id, client.id());
            assertEquals(seen, application.getBean(Doorkeeper.class).seen.get());
            client.wire().close();
        }
    }

    @Test
    void aHeaderThatTheEngineSetsIsRefused() {
        String report = Failures.report(
                TestApplication.light().with(Chat.class).with("gangway.http.response-headers.Content-Length=1"));
        assertTrue(report.contains("gangway.http.response-headers"), report);
        assertTrue(report.contains("Content-Length"), report);
    }

    @Test
    void aMisspeltOneIsRefused() {
        String report = Failures.report(TestApplication.light().with(Chat.class).with("gangway.max-payloads=1"));
        assertTrue(report.contains("gangway.max-payloads"), report);
    }

    @Test
    void contradictionsAreTold() {
        String report = Failures.report(TestApplication.light()
                .with(Chat.class)
                .with("gangway.allowed-origins=*", "gangway.allow-credentials=true"));
        assertTrue(report.contains("allowCredentials"), report);
    }

    @Test
    void theRedisPasswordIsNeverShown() {
        String report = Failures.report(TestApplication.light()
                .with(Chat.class)
                .with("gangway.port=0", "gangway.redis.url=redis://user:hunter2@localhost:port"));
        assertTrue(report.contains("gangway.redis.url"), report);
        assertFalse(report.contains("hunter2"), report);
    }

    @Test
    void aModeOfRedisThatIsNoneIsTold() {
        String report = Failures.report(TestApplication.light()
                .with(Chat.class)
                .with("gangway.port=0", "gangway.redis.url=redis://localhost:1", "gangway.redis.mode=gossip"));
        assertTrue(report.contains("gangway.redis.mode"), report);
        assertTrue(report.contains("[classic, sharded, streams]"), report);
    }

    @Test
    void canTurnTheEngineOff() {
        try (ConfigurableApplicationContext application =
                TestApplication.onTomcat().with("gangway.enabled=false").run()) {
            assertEquals(0, application.getBeanNamesForType(RunningEngine.class).length);
            assertEquals(
                    200, Http.get(TestApplication.port(application), "/rest").statusCode());
        }
    }

    /** A limit that the engine gets later must not be forgotten here. */
    @Test
    void everyLimitHasOne() {
        Set<String> limits = choices(Limits.Builder.class);
        limits.addAll(choices(SocketLimits.Builder.class));
        limits.remove("sockets"); // those of SocketLimits
        Set<String> properties = names("", GangwayProperties.Limits.class)
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(limits, properties);
    }

    /** Nor a choice about recovery, but the one that is code. */
    @Test
    void recoveryHasOnesToo() {
        Set<String> choices = Arrays.stream(Recovery.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == Recovery.class)
                .map(method -> kebab(method.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
        choices.remove("only");
        assertEquals(
                choices, names("", GangwayProperties.Recovery.class).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Choices whose properties have names of their own, as several exclude each other, or Spring Boot has a word for it. */
    private static final Map<String, String> NAMED = Map.ofEntries(
            Map.entry("web-socket-only", "transports"),
            Map.entry("polling-only", "transports"),
            Map.entry("without-upgrades", "transports"),
            Map.entry("without-compression", "compression"),
            Map.entry("any-tls-host", "tls-hosts"),
            Map.entry("strict-tls-host", "tls-hosts"),
            Map.entry("response-header", "response-headers"),
            Map.entry("trust-proxies", "trusted-proxies"),
            Map.entry("tls", "ssl-bundle"),
            Map.entry("allow-origins", "allowed-origins"),
            Map.entry("plain-web-socket", "plain-web-sockets"),
            Map.entry("cluster", "redis"),
            Map.entry("cluster-tracing", "observation-enabled"));

    /** What an engine is told by beans: by gateways, interceptors, and by an EngineCustomizer all else that is code. */
    private static final Set<String> CODE = Set.of(
            "admission",
            "build",
            "executor",
            "extend",
            "gson",
            "intercept",
            "namespace",
            "namespaces",
            "observe",
            "on-refused",
            "share-handshake",
            "start",
            "validate",
            "when-built");

    @Test
    void everyHttpOptionHasOne() {
        assertEquals(named(choices(HttpOptions.Builder.class)), components(GangwayProperties.Http.class));
    }

    @Test
    void everyOtherChoiceHasOneUnlessItIsCode() {
        Set<String> choices = named(choices(EngineBuilder.class));
        choices.removeAll(CODE);
        Set<String> properties = components(GangwayProperties.class);
        properties.removeAll(Set.of("enabled", "drain")); // of the application's life, not of an engine
        assertEquals(choices, properties);
    }

    private static Set<String> named(Set<String> choices) {
        return choices.stream()
                .map(name -> NAMED.getOrDefault(name, name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> components(Class<?> properties) {
        return Arrays.stream(properties.getRecordComponents())
                .map(component -> kebab(component.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> choices(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(method -> kebab(method.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    @Test
    void allHaveADescriptionForEditors() throws Exception {
        Map<String, JsonObject> described = new TreeMap<>();
        try (Reader reader = new InputStreamReader(
                GangwayProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"),
                StandardCharsets.UTF_8)) {
            for (JsonElement property :
                    JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("properties")) {
                described.put(property.getAsJsonObject().get("name").getAsString(), property.getAsJsonObject());
            }
        }
        assertEquals(new TreeSet<>(names("gangway.", GangwayProperties.class).toList()), described.keySet());
        described.forEach((name, property) ->
                assertTrue(property.has("description") && property.has("type"), name + " is " + property));
    }

    private static Stream<String> names(String prefix, Class<?> properties) {
        return Arrays.stream(properties.getRecordComponents()).flatMap(component -> names(prefix, component));
    }

    private static Stream<String> names(String prefix, RecordComponent component) {
        String name = prefix + kebab(component.getName());
        return component.getType().isRecord() ? names(name + ".", component.getType()) : Stream.of(name);
    }
}
