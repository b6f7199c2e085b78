package io.gangway.engineio;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.textFrame;
import static io.gangway.clients.RawClient.upgradeRequest;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.gangway.Ack;
import io.gangway.Admission;
import io.gangway.Engine;
import io.gangway.Handshake;
import io.gangway.Holdings;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.testing.CleanLog;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine.IO: which requests are refused, and in what words. */
class EngineIoVerificationTest {
    private static final String UNKNOWN_TRANSPORT = "400 {\"code\":0,\"message\":\"Transport unknown\"}";
    private static final String UNKNOWN_SESSION = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";
    private static final String BAD_METHOD = "400 {\"code\":2,\"message\":\"Bad handshake method\"}";
    private static final String BAD_REQUEST = "400 {\"code\":3,\"message\":\"Bad request\"}";
    private static final String FORBIDDEN = "403 {\"code\":4,\"message\":\"Forbidden\"}";
    private static final String UNSUPPORTED = "400 {\"code\":5,\"message\":\"Unsupported protocol version\"}";

    private static final BlockingQueue<Handshake> connected = new LinkedBlockingQueue<>();
    private static Engine engine;

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private RawClient client;

    @BeforeAll
    static void start() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(socket -> connected.add(socket.handshake()))
                .on("echo", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .start();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @BeforeEach
    void connect() {
        connected.clear();
        client = RawClient.connect(engine.port());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private void assertRefused(String refusal, Response response) {
        assertEquals(refusal, response.shown());
        assertEquals("application/json", response.header("Content-Type"));
        assertEquals("no-store", response.header("Cache-Control"));
    }

    /** By a plain request, and by one that asks for a WebSocket. */
    private void assertBothRefused(String refusal, String query) {
        assertRefused(refusal, client.get("/socket.io/?" + query));
        assertRefused(
                refusal, client.write(upgradeRequest("/socket.io/?" + query)).response());
    }

    // ---- codes

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EIO=4",
                "EIO=4&transport",
                "EIO=4&transport=",
                "EIO=4&transport=tobi",
                "EIO=4&transport=flashsocket",
                "EIO=4&transport=Polling",
                "EIO=4&transport=constructor",
                "EIO=4&transport=__proto__",
                "EIO=4&transport=toString",
                "EIO=4&transport=constructor&sid=__proto__",
                "transport=tobi&EIO=3",
                "EIO=4&transport=polling&transport=polling",
                "EIO=4&transport=polling&transport=websocket",
                "EIO=4&transport=websocket&%74ransport=polling"
            })
    void anUnknownTransportIsRefused(String query) {
        assertBothRefused(UNKNOWN_TRANSPORT, query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "__proto__", "constructor", "AAAAAAAAAAAAAAAAAAAA", "%00", "%E2%98%83"})
    void anUnknownSessionIsRefused(String sid) {
        assertRefused(UNKNOWN_SESSION, client.get(POLLING + "&sid=" + sid));
        assertRefused(UNKNOWN_SESSION, client.post(POLLING + "&sid=" + sid, "4hello"));
        assertRefused(UNKNOWN_SESSION, client.get(WEBSOCKET + "&sid=" + sid));
        assertRefused(
                UNKNOWN_SESSION,
                client.write(upgradeRequest(WEBSOCKET + "&sid=" + sid)).response());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void aHandshakeIsAGet(String method) {
        assertRefused(BAD_METHOD, client.request(method, POLLING, "Content-Length: 0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "&EIO", "&EIO=", "&EIO=3", "&EIO=4x", "&EIO=04", "&EIO=5", "&EIO=3&EIO=4", "&EIO=4&EIO=4"})
    void anotherProtocolVersionIsRefused(String version) {
        assertRefused(UNSUPPORTED, client.get("/socket.io/?transport=polling" + version));
        assertRefused(
                UNSUPPORTED,
                client.write(upgradeRequest("/socket.io/?transport=websocket" + version))
                        .response());
    }

    @Test
    void aSessionDoesNotChangeItsProtocolVersion() {
        String sid = client.get(POLLING).sid();
        String other = "/socket.io/?EIO=3&transport=polling&sid=" + sid;
        assertRefused(BAD_REQUEST, client.post(other, "1:2"));
        assertRefused(BAD_REQUEST, client.get(other));
        assertRefused(
                BAD_REQUEST,
                client.write(upgradeRequest("/socket.io/?EIO=3&transport=websocket&sid=" + sid))
                        .response());
        assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH"})
    void aSessionIsSpokenToWithGetAndPostAlone(String method) {
        String session = POLLING + "&sid=" + client.get(POLLING).sid();
        assertRefused(BAD_REQUEST, client.request(method, session, "Content-Length: 0"));
        assertEquals("200 ok", client.post(session, "40").shown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"&j=0", "&j", "&x=%zz", "&x=%", "&%f=1"})
    void whatEngineIo4DoesNotKnowIsABadRequest(String more) {
        assertRefused(BAD_REQUEST, client.get(POLLING + more));
    }

    @Test
    void anEmptySessionIdIsAHandshake() {
        assertEquals(200, client.get(POLLING + "&sid=").status());
    }

    @Test
    void theOldBase64QueryIsIgnored() {
        assertEquals(200, client.get(POLLING + "&b64=abc").status());
    }

    @Test
    void keysOfJavaScriptsPrototypesArePlainParameters() throws Exception {
        try (RawClient webSocket = RawClient.upgrade(
                engine.port(), WEBSOCKET + "&__proto__[x]=1&__proto__=2&constructor=3&hasOwnProperty")) {
            assertEquals('0', webSocket.next().charAt(0));
            webSocket.send("40");
            Handshake handshake = connected.take();
            while (!handshake.query().containsKey("hasOwnProperty")) {
                handshake = connected.take(); // that was the client of another test, whose handler came late
            }
            assertEquals("1", handshake.query().get("__proto__[x]"));
            assertEquals("2", handshake.query().get("__proto__"));
            assertEquals("3", handshake.query().get("constructor"));
            assertEquals("", handshake.query().get("hasOwnProperty"));
            assertEquals("4", handshake.query().get("EIO"));
        }
    }

    // ---- the application's own refusal

    @Test
    void theAdmissionRefusesEitherTransport() {
        try (Engine strict = Engine.builder()
                        .port(0)
                        .admission(handshake ->
                                handshake.query().containsKey("let-me-in") ? Admission.accept() : Admission.refuse(403))
                        .start();
                RawClient stranger = RawClient.connect(strict.port())) {
            assertRefused(FORBIDDEN, stranger.get(POLLING));
            assertRefused(FORBIDDEN, stranger.write(upgradeRequest(WEBSOCKET)).response());
            assertEquals(0, Holdings.of(strict).sessions());
            assertEquals(200, stranger.get(POLLING + "&let-me-in").status());
            stranger.write(upgradeRequest(WEBSOCKET + "&let-me-in"));
            assertEquals(101, stranger.response().status());
        }
    }

    @Test
    void theAdmissionMaySayWhenToComeAgain() {
        try (Engine busy = Engine.builder()
                        .port(0)
                        .admission(handshake -> Admission.refuse(503, Duration.ofMillis(1500)))
                        .start();
                RawClient stranger = RawClient.connect(busy.port())) {
            for (String request : new String[] {RawClient.head("GET", POLLING), upgradeRequest(WEBSOCKET)}) {
                Response response = stranger.write(request).response();
                assertRefused("503 {\"code\":4,\"message\":\"Service Unavailable\"}", response);
                assertEquals("2", response.header("Retry-After"));
            }
        }
    }

    @Test
    void anAdmissionThatThrowsLetsNobodyIn() {
        try (Engine broken = Engine.builder()
                        .port(0)
                        .admission(handshake -> {
                            throw new IllegalStateException("broken");
                        })
                        .start();
                RawClient stranger = RawClient.connect(broken.port())) {
            assertRefused("503 {\"code\":4,\"message\":\"Service Unavailable\"}", stranger.get(POLLING));
        }
        log.expectComplaint("the application's admission failed");
    }

    // ---- Origin

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost\u0001", "http://local\u007fhost", "http://localhost ab", "http://l\u00e9"})
    void anOriginThatNoBrowserWouldSendIsABadRequest(String origin) {
        try (RawClient other = RawClient.connect(engine.port())) {
            assertRefused(BAD_REQUEST, client.get(POLLING, "Origin: " + origin));
            assertRefused(
                    BAD_REQUEST,
                    other.write(upgradeRequest(WEBSOCKET, "Origin: " + origin)).response());
        }
    }

    @Test
    void withoutCorsAPreflightIsABadHandshake() {
        Response response =
                client.request("OPTIONS", POLLING, "Origin: http://localhost", "Access-Control-Request-Method: GET");
        assertRefused(BAD_METHOD, response);
        assertEquals(null, response.header("Access-Control-Allow-Origin"));
    }

    // ---- upgrades that are none

    @Test
    void aPlainGetForTheWebSocketTransportIsABadRequest() {
        assertRefused(BAD_REQUEST, client.get(WEBSOCKET));
        assertRefused(BAD_REQUEST, client.write(upgradeRequest(POLLING)).response());
    }

    @Test
    void aPlainGetForAWebSocketLeavesThePollingSessionUsable() {
        String sid = client.get(POLLING).sid();
        assertRefused(BAD_REQUEST, client.get(WEBSOCKET + "&sid=" + sid));
        assertRefused(
                BAD_REQUEST,
                client.write(upgradeRequest(POLLING + "&sid=" + sid)).response());
        assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
        assertEquals(
                "200 40{\"sid\":", client.get(POLLING + "&sid=" + sid).shown().substring(0, 13));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no key                | Upgrade: websocket, Connection: Upgrade, Sec-WebSocket-Version: 13",
                "another version       | Upgrade: websocket, Connection: Upgrade, Sec-WebSocket-Version: 8,"
                        + " Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "no version            | Upgrade: websocket, Connection: Upgrade,"
                        + " Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "no Connection header  | Upgrade: websocket, Sec-WebSocket-Version: 13,"
                        + " Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "another protocol      | Upgrade: h2c, Connection: Upgrade"
            })
    void anUpgradeWithoutTheHeadersOfOneIsABadRequest(String what, String headers) {
        String sid = RawClient.handshake(engine.port());
        for (String target : new String[] {WEBSOCKET, WEBSOCKET + "&sid=" + sid}) {
            try (RawClient other = RawClient.connect(engine.port())) {
                assertRefused(BAD_REQUEST, other.get(target, headers.split(", *")));
            }
        }
        assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown(), what);
    }

    @Test
    void anUpgradeWithGarbageBehindItHarmsNobodyElse() {
        byte[] garbage = {(byte) 0xff, 0, (byte) 0xc1, 0x55, 13, 10, 13, 10};
        String sid = client.get(POLLING).sid();
        for (String target : new String[] {WEBSOCKET, WEBSOCKET + "&sid=" + sid, WEBSOCKET + "&sid=unknown"}) {
            try (RawClient hostile = RawClient.connect(engine.port())) {
                hostile.write(RawClient.join(upgradeRequest(target).getBytes(ISO_8859_1), garbage));
                assertNotEquals(200, hostile.response().status());
            }
        }
        // A WebSocket that failed its probe is no harm to the polling.
        assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
        assertEquals(
                "200 40{\"sid\":", client.get(POLLING + "&sid=" + sid).shown().substring(0, 13));
    }

    @Test
    void anUpgradeThatIsResetBeforeItsRefusalHarmsNobody() {
        for (int i = 0; i < 20; i++) {
            RawClient.connect(engine.port())
                    .write(upgradeRequest(WEBSOCKET + "&sid=unknown"))
                    .reset();
        }
        assertEquals(200, client.get(POLLING).status());
    }

    @Test
    void aSecondUpgradeOfAnUpgradedSessionIsClosed() {
        String sid = client.get(POLLING).sid();
        try (RawClient first = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
            first.send("2probe").expect("3probe").send("5");
            first.send("40");
            assertEquals("40{\"sid\":", first.next().substring(0, 9));
            try (RawClient second = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
                second.expectClosed(1008);
            }
            first.send("421[\"echo\",1]").expect("431[1]");
        }
    }

    @Test
    void aSessionThatBeganOnAWebSocketTakesNoSecondOne() {
        try (RawClient first = RawClient.upgrade(engine.port(), WEBSOCKET)) {
            String sid = RawClient.sidIn(first.next());
            try (RawClient second = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
                second.expectClosed(1008);
            }
            assertRefused(BAD_REQUEST, client.get(POLLING + "&sid=" + sid));
            assertRefused(BAD_REQUEST, client.post(POLLING + "&sid=" + sid, "40"));
            first.send("40");
            assertEquals("40{\"sid\":", first.next().substring(0, 9));
        }
    }

    // ---- the path

    @ParameterizedTest
    @ValueSource(
            strings = {"/socket.io", "/socket.io/", "/socket.io/default/", "/socket.io/a/b", "//localhost/socket.io/"})
    void thePathMayEndInASlashOrGoOn(String path) {
        String target = path.startsWith("//") ? "http:" + path : path;
        assertEquals(200, client.get(target + "?EIO=4&transport=polling").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/socket.iox/", "/socket", "/engine.io/", "/SOCKET.IO/", "/x/socket.io/", "/favicon.ico"})
    void otherPathsAreNotTheEngines(String path) {
        Response response = client.get(path + "?EIO=4&transport=polling&token=secret");
        assertEquals("404 {\"code\":3,\"message\":\"Not Found\"}", response.shown());
    }

    @Test
    void anUpgradeOnAnotherPathIsRefusedAndTheConnectionLivesOn() {
        assertEquals(404, client.write(upgradeRequest("/other")).response().status());
        assertEquals(200, client.get(POLLING).status());
    }

    @Test
    void anotherPathCanBeChosen() {
        try (Engine elsewhere = Engine.builder().port(0).path("/live/chat/").start();
                RawClient other = RawClient.connect(elsewhere.port())) {
            assertEquals(404, other.get(POLLING).status());
            assertEquals(200, other.get("/live/chat/?EIO=4&transport=polling").status());
            assertEquals(200, other.get("/live/chat?EIO=4&transport=polling").status());
            try (RawClient webSocket = RawClient.upgrade(elsewhere.port(), "/live/chat/?EIO=4&transport=websocket")) {
                assertEquals('0', webSocket.next().charAt(0));
            }
        }
    }

    // ---- what comes first on a WebSocket that is offered to a polling session

    @ParameterizedTest
    @ValueSource(strings = {"5", "2wrong", "2", "40", "4hello", "", "1", "3probe", "x"})
    void whatIsNoProbeEndsTheWebSocketAndLeavesThePolling(String packet) {
        String sid = client.get(POLLING).sid();
        try (RawClient webSocket = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
            webSocket.write(textFrame(packet)).expectClosed(1002);
        }
        assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
        assertEquals(
                "200 40{\"sid\":", client.get(POLLING + "&sid=" + sid).shown().substring(0, 13));
        // The next attempt may succeed.
        try (RawClient webSocket = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
            webSocket.send("2probe").expect("3probe").send("5");
            webSocket.send("421[\"echo\",1]").expect("431[1]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2wrong", "40", "1", "3"})
    void whatFollowsAProbeIsTheUpgradeOrTheEnd(String packet) {
        String sid = client.get(POLLING).sid();
        try (RawClient webSocket = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
            webSocket.send("2probe").expect("3probe").send(packet).expectClosed(1002);
        }
        assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
    }

    @Test
    void binaryBeforeTheUpgradeEndsTheWebSocketAndLeavesThePolling() {
        String sid = client.get(POLLING).sid();
        try (RawClient webSocket = RawClient.upgrade(engine.port(), WEBSOCKET + "&sid=" + sid)) {
            webSocket
                    .send("2probe")
                    .expect("3probe")
                    .write(RawClient.frame(0x82, (byte) 1))
                    .expectClosed(1002);
        }
        assertEquals("200 ok", client.post(POLLING + "&sid=" + sid, "40").shown());
    }
}
