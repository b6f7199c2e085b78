package io.gangway.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.google.gson.reflect.TypeToken;
import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.NamespaceBuilder;
import io.gangway.Recovery;
import io.gangway.SessionCookie;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import io.gangway.admin.AdminClient;
import io.gangway.admin.AdminUi;
import io.gangway.admin.PasswordHash;
import io.gangway.auth.JwtInterceptor;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.interceptors.AccessLog;
import io.gangway.interceptors.AdmissionLimits;
import io.gangway.interceptors.ErrorHandlers;
import io.gangway.interceptors.RateLimit;
import io.gangway.metrics.EngineMeters;
import io.gangway.metrics.Observations;
import io.gangway.testing.Certificates;
import io.gangway.testing.Eventually;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compiles and runs the Java of the guide's chapters, as an application would: with the public API alone. */
class GuideTest {
    private static final String SECRET = "a secret of at least thirty-two bytes";

    record Line(String article, int count) {}

    static final class Prices {
        CompletionStage<Integer> of(String article) {
            return CompletableFuture.supplyAsync(article::length);
        }
    }

    @Test
    void acksAreAnsweredNowLaterOrNotAtAll() {
        Prices prices = new Prices();
        NamespaceBuilder shop = Engine.builder().port(0).namespace("/");
        shop.on("order", new TypeToken<List<Line>>() {}, (socket, lines) -> Ack.of("thanks", lines.size()))
                .on("price", String.class, (socket, article) -> Ack.later(prices.of(article)))
                .on("seen", (socket, arguments) -> Ack.empty())
                .on("pay", (socket, arguments) -> Ack.failed(new EngineException("Card refused", Map.of("code", 402))))
                .onUnhandled(event -> Ack.failed(new EngineException("No such event")));
        try (Engine engine = shop.start();
                WireClient client = WireClient.join(engine.port())) {
            client.send("421[\"order\",[{\"article\":\"tea\",\"count\":2}]]").expect("431[\"thanks\",1]");
            client.send("422[\"price\",\"tea\"]").expect("432[3]");
            client.send("423[\"seen\"]").expect("433[]");
            client.send("424[\"pay\"]")
                    .expect("434[{\"status\":\"error\",\"message\":\"Card refused\",\"data\":{\"code\":402}}]");
            client.send("425[\"nope\"]").expect("435[{\"status\":\"error\",\"message\":\"No such event\"}]");
        }
    }

    @Test
    void aServerAsksItsClients() {
        Queue<Object> heard = new ConcurrentLinkedQueue<>();
        NamespaceBuilder polls = Engine.builder().port(0).namespace("/");
        polls.on("start", (socket, arguments) -> {
            socket.timeout(Duration.ofSeconds(5))
                    .emitWithAck("vote", "tea or coffee?")
                    .thenAccept(answer -> heard.add(answer.get(0, String.class)));
            socket.namespace()
                    .timeout(Duration.ofSeconds(5))
                    .emitWithAck("vote", "all of you?")
                    .thenAccept(replies -> heard.add(replies.received().size() + ", missing " + replies.missing()));
            return Ack.empty();
        });
        try (Engine engine = polls.start();
                WireClient client = WireClient.join(engine.port())) {
            client.send("42[\"start\"]");
            client.expect("420[\"vote\",\"tea or coffee?\"]").expect("421[\"vote\",\"all of you?\"]");
            client.send("430[\"tea\"]").send("431[\"coffee\"]");
            Eventually.equal(2, heard::size);
            assertTrue(heard.containsAll(List.of("tea", "1, missing []")), heard.toString());
        }
    }

    @Test
    void roomsChooseWhoReceives() {
        NamespaceBuilder game = Engine.builder().port(0).namespace("/");
        game.on("enter", String.class, (socket, room) -> {
            socket.join(room);
            socket.to(room).emit("entered", socket.id()); // the others in the room
            socket.broadcast().except(room).emit("busy", room); // everyone else who is not in it
            socket.namespace().to(room).emit("count", 1); // all in the room, the sender too
            return Ack.of(socket.rooms().contains(room));
        });
        try (Engine engine = game.start();
                WireClient first = WireClient.join(engine.port());
                WireClient second = WireClient.join(engine.port())) {
            first.send("421[\"enter\",\"red\"]").expect("42[\"count\",1]").expect("431[true]");
            second.expect("42[\"busy\",\"red\"]");
            Eventually.holds(
                    "the answer has been written",
                    () -> engine.namespace("/").sockets().stream().allMatch(Socket::isWritable));
            engine.namespace("/").to("red").lossy().emit("position", 3, 4); // may be dropped for slow clients
            first.expect("42[\"position\",3,4]");
        }
    }

    @Test
    void anAdministratorLogsIn() {
        String passwordHash =
                "pbkdf2-sha256$100000$MDEyMzQ1Njc4OWFiY2RlZg==$q+4zv8+nrtjzF7AzxTHHDtGyagQ73m2UACrCW5JKT30=";
        EngineBuilder administered = Engine.builder()
                .port(0)
                .extend(AdminUi.login("admin", PasswordHash.parse(passwordHash)).serverId("web-1"))
                .namespace("/", chat -> chat.on("message", (socket, arguments) -> Ack.empty()));
        try (Engine engine = administered.start();
                AdminClient admin = AdminClient.open(engine.port(), Map.of("username", "admin", "password", "Grüße"))) {
            admin.stats("web-1");
        }
    }

    @Test
    void anOperatorSeesWhatHappens() {
        Logger log = LoggerFactory.getLogger(GuideTest.class);
        SimpleMeterRegistry meterRegistry = new SimpleMeterRegistry();
        ObservationRegistry observationRegistry = ObservationRegistry.create();
        observationRegistry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meterRegistry));
        EngineBuilder builder = Engine.builder()
                .port(0)
                .intercept(new Observations(observationRegistry)) // a timer and a span for each connect and event
                .onRefused(refused -> log.info("{}: {}", refused.outcome(), refused.message()))
                .namespace("/", chat -> chat.on("message", (socket, arguments) -> Ack.empty()));
        Engine engine = builder.start();
        new EngineMeters(engine).bindTo(meterRegistry);
        try (engine;
                WireClient client = WireClient.join(engine.port())) {
            client.send("421[\"message\",\"hi\"]").expect("431[]");
            assertEquals(1, meterRegistry.get("gangway.event").timer().count());
            Eventually.equal(
                    1.0,
                    () -> meterRegistry
                            .get("gangway.events")
                            .tags("event", "message", "outcome", "success")
                            .functionTimer()
                            .count());
        }
    }

    @Test
    void aUserIsReachedOnAllDevices() {
        NamespaceBuilder notifications = Engine.builder().port(0).namespace("/notifications");
        notifications
                .intercept(JwtInterceptor.hmac256(SECRET))
                .onConnect(socket -> socket.emit("welcome", socket.user()));
        try (Engine engine = notifications.start();
                WireClient phone = WireClient.open(engine.port());
                WireClient laptop = WireClient.open(engine.port())) {
            String token = JWT.create()
                    .withSubject("ada")
                    .withExpiresAt(Instant.now().plusSeconds(3600))
                    .sign(Algorithm.HMAC256(SECRET));
            for (WireClient device : List.of(phone, laptop)) {
                device.send("40/notifications,{\"token\":\"" + token + "\"}");
                device.next();
                device.expect("42/notifications,[\"welcome\",\"ada\"]");
            }
            engine.namespace("/notifications").user("ada").emit("notification", "on every device, on every node");
            phone.expect("42/notifications,[\"notification\",\"on every device, on every node\"]");
            laptop.expect("42/notifications,[\"notification\",\"on every device, on every node\"]");
        }
    }

    static final class Sessions {
        String userOf(String key) {
            if (!key.equals("k1")) {
                throw new NoSuchElementException(key);
            }
            return "ada";
        }
    }

    static final class KeyGuard implements Interceptor {
        private final Sessions sessions;

        KeyGuard(Sessions sessions) {
            this.sessions = sessions;
        }

        @Override
        public Ack aroundConnect(Socket socket, Chain chain) {
            String key = socket.handshake().auth("key").orElseThrow(() -> new UnauthorizedException("Missing key"));
            socket.signIn(sessions.userOf(key));
            return chain.proceed(); // a failure, as above, keeps the client out
        }

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            long start = System.nanoTime();
            return chain.proceed()
                    .whenSettled(
                            (values, failure) -> event.socket().attach("last event took", System.nanoTime() - start));
        }
    }

    @Test
    void interceptorsGuardAndErrorHandlersTranslate() {
        Sessions sessions = new Sessions();
        EngineBuilder builder = Engine.builder()
                .port(0)
                .intercept(new AccessLog()) // outermost
                .intercept(new ErrorHandlers()
                        .on(
                                NoSuchElementException.class,
                                (failure, socket) -> Ack.failed(new EngineException("Not found", Map.of("code", 404)))))
                .namespace(
                        "/orders",
                        orders -> orders.intercept(new KeyGuard(sessions))
                                .on(
                                        "find",
                                        (socket, arguments) -> {
                                            throw new NoSuchElementException("a detail that no client sees");
                                        },
                                        RateLimit.perUser(20, Duration.ofSeconds(1)))); // this event alone
        try (Engine engine = builder.start();
                WireClient client = WireClient.open(engine.port())) {
            client.send("40/orders,").expect("44/orders,{\"message\":\"Missing key\"}");
            client.send("40/orders,{\"key\":\"k2\"}")
                    .expect("44/orders,{\"message\":\"Not found\",\"data\":{\"code\":404}}");
            client.send("40/orders,{\"key\":\"k1\"}");
            client.next();
            client.send("42/orders,1[\"find\"]")
                    .expect("43/orders,1[{\"status\":\"error\",\"message\":\"Not found\",\"data\":{\"code\":404}}]");
        }
    }

    @Test
    void tokensOpenANamespace() {
        JwtInterceptor tokens = JwtInterceptor.hmac256(SECRET) // or jwks(URI.create("https://id.example.com/keys"))
                .issuer("https://id.example.com")
                .audience("chat")
                .onConnect()
                .watchExpiry(Duration.ofSeconds(30)); // from its expiry; then the client is disconnected
        EngineBuilder builder = Engine.builder()
                .port(0)
                .namespace(
                        "/secure",
                        secure -> secure.intercept(tokens)
                                .on(
                                        "whoami",
                                        (socket, arguments) -> Ack.of(socket.attached(DecodedJWT.class)
                                                .getSubject())));
        try (Engine engine = builder.start();
                WireClient client = WireClient.open(engine.port())) {
            client.send("40/secure,").expect("44/secure,{\"message\":\"Missing authentication token\"}");
            String token = JWT.create()
                    .withSubject("ada")
                    .withIssuer("https://id.example.com")
                    .withAudience("chat")
                    .withExpiresAt(Instant.now().plusSeconds(3600))
                    .sign(Algorithm.HMAC256(SECRET));
            client.send("40/secure,{\"token\":\"" + token + "\"}");
            client.next();
            client.send("42/secure,1[\"whoami\"]").expect("43/secure,1[\"ada\"]");
        }
    }

    @Test
    void originsCookiesAndLimitsAreChosen() {
        EngineBuilder builder = Engine.builder()
                .port(0)
                .allowOrigins("https://app.example.com", "https://admin.example.com")
                .allowCredentials() // cookies, for these origins
                .http(http -> http.sessionCookie(SessionCookie.named("io").secure()))
                .maxPayload(100_000)
                .limits(limits -> limits.maxBuffered(4 << 20).maxAttachments(2))
                .admission(AdmissionLimits.builder()
                        .maxConnectionsPerAddress(100)
                        .handshakesPerSecond(50)
                        .build())
                .namespace("/", chat -> {});
        try (Engine engine = builder.start()) {
            assertEquals(100_000, engine.limits().maxPayload());
            for (Map.Entry<String, Integer> origin : Map.of("https://app.example.com", 200, "https://evil.example", 403)
                    .entrySet()) {
                assertEquals(
                        origin.getValue(),
                        PollingClient.send(HttpRequest.newBuilder(
                                                PollingClient.uri(engine.port(), "/socket.io/?EIO=4&transport=polling"))
                                        .header("Origin", origin.getKey()))
                                .statusCode());
            }
        }
    }

    @Test
    void clientsComeBack() {
        EngineBuilder builder = Engine.builder().port(0);
        builder.recovery(Recovery.window(Duration.ofMinutes(2)))
                .namespace(
                        "/chat",
                        chat -> chat.onConnect(socket -> {
                            if (!socket.recovered()) {
                                socket.join("lobby");
                            }
                        }));
        try (Engine engine = builder.start();
                WireClient client = WireClient.open(engine.port())) {
            client.send("40/chat,");
            assertTrue(client.next().contains("\"pid\""));
            Eventually.equal(Set.of("lobby"), () -> engine.namespace("/chat").roomNames());
        }
    }

    @Test
    void anEngineSpeaksTls(@TempDir Path folder) throws Exception {
        SslContextFactory.Server keys = new SslContextFactory.Server();
        keys.setKeyStore(Certificates.generate(folder, "server", "RSA"));
        keys.setKeyStorePassword(Certificates.PASSWORD);
        Engine engine = Engine.builder()
                .port(0)
                .tls(keys) // or tls(Path.of("fullchain.pem"), Path.of("privkey.pem"))
                .namespace("/", chat -> {})
                .start();
        try (engine) {
            assertTrue(engine.port() > 0);
        }
    }
}
