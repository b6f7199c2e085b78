package io.gangway.engineio;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Handshake;
import io.gangway.Holdings;
import io.gangway.SessionCookie;
import io.gangway.SessionCookie.SameSite;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.connection.Connection;
import io.gangway.jetty.ClientBundle;
import io.gangway.jetty.HttpSettings;
import io.gangway.jetty.OriginRule;
import io.gangway.jetty.ResponseHeaders;
import io.gangway.jetty.SidCookie;
import io.gangway.jetty.SubprotocolRule;
import io.gangway.jetty.TrustedProxies;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine.IO: the handshake, and what the application learns of it. */
class EngineIoHandshakeTest {
    private static final String UNKNOWN_TRANSPORT = "400 {\"code\":0,\"message\":\"Transport unknown\"}";

    private final BlockingQueue<Handshake> handshakes = new LinkedBlockingQueue<>();

    private EngineBuilder builder() {
        return Engine.builder()
                .port(0)
                .namespace("/", chat -> chat.onConnect(socket -> handshakes.add(socket.handshake())));
    }

    private Handshake handshake() throws InterruptedException {
        return handshakes.poll(10, TimeUnit.SECONDS);
    }

    /** The open packet with its id left out. */
    private static String withoutSid(String openPacket) {
        return openPacket.replace(RawClient.sidIn(openPacket), "...");
    }

    private static String openPacket(int port) {
        try (RawClient client = RawClient.connect(port)) {
            Response response = client.get(POLLING);
            return response.status() + " " + withoutSid(response.body());
        }
    }

    private static String webSocketOpenPacket(int port) {
        try (RawClient client = RawClient.upgrade(port, WEBSOCKET)) {
            return withoutSid(client.next());
        }
    }

    // ---- the open packet

    @Test
    void theOpenPacketTellsTheDefaults() {
        try (Engine engine = builder().start()) {
            assertEquals(
                    "200 0{\"sid\":\"...\",\"upgrades\":[\"websocket\"],"
                            + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}",
                    openPacket(engine.port()));
            assertEquals(
                    "0{\"sid\":\"...\",\"upgrades\":[],"
                            + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}",
                    webSocketOpenPacket(engine.port()));
        }
    }

    @Test
    void theOpenPacketTellsWhatWasChosen() {
        try (Engine engine = builder()
                .pingInterval(Duration.ofMillis(300))
                .pingTimeout(Duration.ofMillis(200))
                .maxPayload(1234)
                .start()) {
            String chosen = "\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":1234}";
            assertEquals("200 0{\"sid\":\"...\",\"upgrades\":[\"websocket\"]," + chosen, openPacket(engine.port()));
            assertEquals("0{\"sid\":\"...\",\"upgrades\":[]," + chosen, webSocketOpenPacket(engine.port()));
        }
    }

    @Test
    void eachSessionHasAnIdOfItsOwn() {
        try (Engine engine = builder().start();
                RawClient client = RawClient.connect(engine.port())) {
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                ids.add(client.get(POLLING).sid());
            }
            assertEquals(100, ids.size());
        }
    }

    // ---- transports

    @Test
    void anEngineMayServeWebSocketsAlone() {
        try (Engine engine = builder().http(http -> http.webSocketOnly()).start();
                RawClient client = RawClient.connect(engine.port())) {
            assertEquals(UNKNOWN_TRANSPORT, client.get(POLLING).shown());
            assertEquals(
                    "0{\"sid\":\"...\",\"upgrades\":[],",
                    webSocketOpenPacket(engine.port()).substring(0, 28));
        }
    }

    @Test
    void anEngineMayServePollingAlone() {
        try (Engine engine = builder().http(http -> http.pollingOnly()).start();
                RawClient client = RawClient.connect(engine.port())) {
            assertEquals(
                    "200 0{\"sid\":\"...\",\"upgrades\":[],",
                    openPacket(engine.port()).substring(0, 32));
            assertEquals(
                    UNKNOWN_TRANSPORT,
                    client.write(upgradeRequest(WEBSOCKET)).response().shown());
            String sid = client.get(POLLING).sid();
            assertEquals(
                    UNKNOWN_TRANSPORT,
                    client.write(upgradeRequest(WEBSOCKET + "&sid=" + sid))
                            .response()
                            .shown());
            assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
            client.leave(POLLING + "&sid=" + sid);
        }
    }

    @Test
    void anEngineMayServeBothWithoutUpgrades() {
        try (Engine engine = builder().http(http -> http.withoutUpgrades()).start();
                RawClient client = RawClient.connect(engine.port())) {
            assertEquals(
                    "200 0{\"sid\":\"...\",\"upgrades\":[],",
                    openPacket(engine.port()).substring(0, 32));
            assertEquals(
                    "0{\"sid\":\"...\",\"upgrades\":[],",
                    webSocketOpenPacket(engine.port()).substring(0, 28));
            String sid = client.get(POLLING).sid();
            try (RawClient upgrading = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
                upgrading.expectClosed(1008);
            }
            assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
            client.leave(POLLING + "&sid=" + sid);
        }
    }

    @Test
    void aClientMayBeginWithAWebSocket() throws Exception {
        try (Engine engine = builder().start();
                RawClient client = RawClient.join(engine.port())) {
            assertEquals("websocket", handshake().query().get("transport"));
            assertEquals(
                    "websocket",
                    engine.namespace("/").sockets().iterator().next().transport());
            client.write(RawClient.closeFrame(1000)).expectClosed(1000);
        }
    }

    // ---- what the application sees

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void theApplicationSeesTheRequestThatOpenedTheConnection(String transport) throws Exception {
        Instant before = Instant.now();
        String target = "/socket.io/?EIO=4&transport=" + transport + "&room=a%20b+c&%C3%BC=%E2%98%83&room=second";
        String[] headers = {"X-Custom: one", "x-custom: two", "User-Agent: raw", "Cookie: a=1", "Cookie: b=2"};
        try (Engine engine = builder().start();
                RawClient client = RawClient.connect(engine.port())) {
            if (transport.equals("polling")) {
                String session = POLLING + "&sid=" + client.get(target, headers).sid();
                // What later requests say is not asked for.
                assertEquals(
                        "200 ok",
                        client.post(session + "&room=later", "40", "X-Custom: three")
                                .shown());
            } else {
                client.write(upgradeRequest(target, headers)).response();
                client.next();
                client.send("40");
            }
            Handshake handshake = handshake();
            assertEquals("one, two", handshake.header("X-Custom").orElseThrow());
            assertEquals("one, two", handshake.headers().get("x-custom"));
            assertEquals("raw", handshake.header("user-agent").orElseThrow());
            assertEquals("a=1; b=2", handshake.header("Cookie").orElseThrow());
            assertEquals("a b c", handshake.query().get("room"));
            assertEquals("\u2603", handshake.query().get("\u00fc"));
            assertEquals(transport, handshake.query().get("transport"));
            assertEquals("4", handshake.query().get("EIO"));
            assertEquals(target, handshake.url());
            assertEquals(false, handshake.secure());
            assertEquals(true, Set.of("127.0.0.1", "[::1]", "0:0:0:0:0:0:0:1").contains(handshake.address()));
            assertEquals(false, handshake.time().isBefore(before.minusSeconds(1)));
            assertEquals(false, handshake.time().isAfter(Instant.now().plusSeconds(1)));
        }
    }

    @Test
    void sessionsAndSocketsAreCountedWhileTheyLast() {
        try (Engine engine = builder().start()) {
            assertEquals(Holdings.NONE, Holdings.of(engine));
            RawClient first = RawClient.join(engine.port());
            RawClient second = RawClient.join(engine.port());
            String sid = RawClient.handshake(engine.port());
            assertEquals(3, Holdings.of(engine).sessions());
            assertEquals(3, Holdings.of(engine).clients());
            Eventually.equal(2, () -> engine.namespace("/").sockets().size());

            first.close();
            second.close();
            try (RawClient client = RawClient.connect(engine.port())) {
                assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "1").shown());
            }
            Eventually.equal(Holdings.NONE, () -> Holdings.of(engine));
        }
    }

    @Test
    void theSocketsIdIsNotTheSessionsSecret() {
        try (Engine engine = builder().start();
                RawClient client = RawClient.connect(engine.port())) {
            String sid = client.get(POLLING).sid();
            client.post(POLLING + "&sid=" + sid, "40");
            String connected = client.get(POLLING + "&sid=" + sid).body();
            assertEquals("40{\"sid\":", connected.substring(0, 9));
            assertNotEquals(sid, RawClient.sidIn(connected));
            client.leave(POLLING + "&sid=" + sid);
        }
    }

    @Test
    void whatIsSentAtOnceComesAlongWithTheHandshake() {
        try (BareEngineIo server = BareEngineIo.greeting("hello", "there");
                RawClient client = RawClient.connect(server.port())) {
            String payload = PollingClient.shown(client.get(POLLING).body());
            assertEquals("4hello|4there", payload.substring(payload.indexOf('|') + 1));
            try (RawClient webSocket = RawClient.open(server.port())) {
                webSocket.expect("4hello", "4there");
            }
        }
    }

    // ---- the cookie

    @Test
    void noCookieIsSetUnlessAskedFor() {
        try (Engine engine = builder().start();
                RawClient client = RawClient.connect(engine.port())) {
            assertEquals(null, client.get(POLLING).header("Set-Cookie"));
        }
    }

    @Test
    void theSessionCookieHoldsTheIdAndIsSetOnce() {
        try (Engine engine = builder().http(http -> http.sessionCookie("io")).start();
                RawClient client = RawClient.connect(engine.port())) {
            Response handshake = client.get(POLLING);
            assertEquals("io=" + handshake.sid() + "; Path=/; HttpOnly; SameSite=Lax", handshake.header("Set-Cookie"));
            String session = POLLING + "&sid=" + handshake.sid();
            assertEquals(null, client.post(session, "40").header("Set-Cookie"));
            assertEquals(null, client.get(session).header("Set-Cookie"));
            assertEquals(null, client.get("/socket.io/?EIO=3&transport=polling").header("Set-Cookie"));
            client.leave(session);
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> cookies() {
        SessionCookie io = SessionCookie.named("io");
        return Stream.of(
                arguments(io, "Path=/; HttpOnly; SameSite=Lax"),
                arguments(io.sameSite(SameSite.NONE).secure(), "Path=/; Secure; HttpOnly; SameSite=None"),
                arguments(io.secure().sameSite(SameSite.STRICT), "Path=/; Secure; HttpOnly; SameSite=Strict"),
                arguments(
                        io.path("/socket.io").domain("example.com"),
                        "Path=/socket.io; Domain=example.com; HttpOnly; SameSite=Lax"),
                arguments(io.domain(".example.com").readableByScripts(), "Path=/; Domain=example.com; SameSite=Lax"),
                arguments(
                        io.sameSite(SameSite.NONE).secure().partitioned(),
                        "Path=/; Secure; HttpOnly; Partitioned; SameSite=None"));
    }

    @ParameterizedTest
    @MethodSource("cookies")
    void theApplicationChoosesTheAttributesOfTheSessionCookie(SessionCookie cookie, String attributes) {
        try (Engine engine = builder().http(http -> http.sessionCookie(cookie)).start();
                RawClient client = RawClient.connect(engine.port())) {
            Response handshake = client.get(POLLING);
            assertEquals("io=" + handshake.sid() + "; " + attributes, handshake.header("Set-Cookie"));
            // No balancer has to find a WebSocket again.
            assertEquals(
                    null, client.write(upgradeRequest(WEBSOCKET)).response().header("Set-Cookie"));
        }
    }

    @Test
    void theSessionCookieMayHaveLessToIt() {
        SidCookie bare = new SidCookie("node", null, null, false, false, null, false);
        try (BareEngineIo server = BareEngineIo.start(new HttpSettings(
                        "/socket.io",
                        OriginRule.sameHost(),
                        TrustedProxies.NONE,
                        ResponseHeaders.NONE,
                        bare,
                        SubprotocolRule.FIRST_OFFERED,
                        true,
                        ClientBundle.NONE));
                RawClient client = RawClient.connect(server.port())) {
            Response handshake = client.get(POLLING);
            assertEquals("node=" + handshake.sid(), handshake.header("Set-Cookie"));
        }
    }

    // ---- the connection, as the room above sees it

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void theConnectionKnowsItsRequestAndItsTransport(String transport) throws Exception {
        try (BareEngineIo server = BareEngineIo.start();
                RawClient client = RawClient.connect(server.port())) {
            String target = "/socket.io/?EIO=4&transport=" + transport + "&a=1";
            client.write(transport.equals("polling") ? RawClient.head("GET", target) : upgradeRequest(target));
            client.response();
            Connection connection = server.connections.poll(10, TimeUnit.SECONDS);
            assertEquals(transport, connection.transport());
            assertEquals("1", connection.request().query().get("a"));
            assertEquals("localhost", connection.request().headers().get("host"));
            assertEquals(1, server.sessions());
        }
    }
}
