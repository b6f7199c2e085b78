package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.head;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.connection.UpgradeRequest;
import io.gangway.engineio.BareEngineIo;
import io.gangway.testing.CleanLog;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the HTTP responses besides the packets. */
class HttpSurfaceTest {
    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private Engine engine;
    private RawClient client;

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .http(http -> http.responseHeader("X-Ours", "first")
                        .responseHeader("X-Ours", "last")
                        .responseHeader("Access-Control-Expose-Headers", "X-Ours"))
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .start();
        client = RawClient.connect(engine.port());
    }

    @AfterEach
    void stop() {
        client.close();
        engine.close();
    }

    /** One of each kind of answer that a polling client may get. */
    private Stream<Response> answers(String... headers) {
        Response handshake = client.get(POLLING, headers);
        String session = POLLING + "&sid=" + handshake.sid();
        return Stream.of(
                handshake,
                client.post(session, "40", headers),
                client.get(session, headers),
                client.get(session + "x", headers),
                client.get(WEBSOCKET, headers),
                client.post(session, "1", headers),
                client.request("OPTIONS", POLLING, headers));
    }

    @Test
    void noAnswerIsToBeStored() {
        answers().forEach(response -> assertEquals("no-store", response.header("Cache-Control"), response.shown()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
                "Mozilla/4.0 (compatible; MSIE 8.0)",
                "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko"
            })
    void internetExplorersFilterIsSwitchedOff(String userAgent) {
        answers("User-Agent: " + userAgent)
                .forEach(response -> assertEquals("0", response.header("X-XSS-Protection"), response.shown()));
    }

    @Test
    void otherBrowsersHearNothingOfInternetExplorersFilter() {
        answers("User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
                .forEach(response -> assertEquals(null, response.header("X-XSS-Protection"), response.shown()));
    }

    @Test
    void eachAnswerSaysWhatItIs() {
        Response handshake = client.get(POLLING);
        String session = POLLING + "&sid=" + handshake.sid();
        assertEquals("text/plain; charset=UTF-8", handshake.header("Content-Type"));
        assertEquals("text/html", client.post(session, "40").header("Content-Type"));
        assertEquals("text/plain; charset=UTF-8", client.get(session).header("Content-Type"));
        assertEquals("application/json", client.get(session + "x").header("Content-Type"));
        client.leave(session);
    }

    @Test
    void theServerDoesNotSayWhatItIs() {
        answers().forEach(response -> assertEquals(null, response.header("Server"), response.shown()));
        assertEquals(null, client.get("/other").header("Server"));
    }

    // ---- the application's headers

    @Test
    void theApplicationsHeaderStandsInEveryAnswer() {
        answers().forEach(response -> {
            assertEquals("last", response.header("X-Ours"), response.shown());
            assertEquals("X-Ours", response.header("Access-Control-Expose-Headers"));
        });
        assertEquals(
                "last", client.get(POLLING, "Origin: http://foreign.example").header("X-Ours"));
        log.expectComplaint("http://foreign.example");
        client.write(upgradeRequest(WEBSOCKET));
        assertEquals("last", client.response().header("X-Ours"));
    }

    @Test
    void otherPathsKnowNothingOfTheApplicationsHeader() {
        assertEquals(null, client.get("/other").header("X-Ours"));
    }

    @Test
    void headersMayDependOnTheRequestAndBeSetOnceForASession() {
        ResponseHeaders cookies = new ResponseHeaders() {
            @Override
            public void initial(UpgradeRequest request, BiConsumer<String, String> headers) {
                headers.accept("Set-Cookie", "user=" + request.query().get("user"));
                headers.accept("X-Every", "of the handshake");
            }

            @Override
            public void every(UpgradeRequest request, BiConsumer<String, String> headers) {
                headers.accept("X-Every", request.query().get("transport"));
            }
        };
        try (BareEngineIo server = BareEngineIo.start(new HttpSettings(
                        "/socket.io",
                        OriginRule.sameHost(),
                        TrustedProxies.NONE,
                        cookies,
                        null,
                        SubprotocolRule.FIRST_OFFERED,
                        true,
                        ClientBundle.NONE));
                RawClient other = RawClient.connect(server.port())) {
            Response handshake = other.get(POLLING + "&user=ada");
            assertEquals("user=ada", handshake.header("Set-Cookie"));
            assertEquals("of the handshake", handshake.header("X-Every"));
            String session = POLLING + "&sid=" + handshake.sid();
            for (Response later : new Response[] {other.post(session, "4hello"), other.get(session)}) {
                assertEquals(200, later.status());
                assertEquals(null, later.header("Set-Cookie"));
                assertEquals("polling", later.header("X-Every"));
            }
            try (RawClient upgrade = RawClient.connect(server.port())) {
                // An upgrade opens no session.
                Response answer = upgrade.write(upgradeRequest(session.replace("polling", "websocket")))
                        .response();
                assertEquals(101, answer.status());
                assertEquals(null, answer.header("Set-Cookie"));
                assertEquals("websocket", answer.header("X-Every"));
            }
            Response answer =
                    other.write(upgradeRequest(WEBSOCKET + "&user=bob")).response();
            assertEquals(101, answer.status());
            assertEquals("user=bob", answer.header("Set-Cookie"));
            assertEquals("of the handshake", answer.header("X-Every"));
        }
    }

    // ---- HTTP that is none

    static Stream<Arguments> malformedRequests() {
        String target = POLLING + "&token=secret";
        return Stream.of(
                Arguments.of(
                        400, "two lengths", head("POST", target, "Content-Length: 5", "Content-Length: 6") + "hello"),
                Arguments.of(400, "a signed length", head("POST", target, "Content-Length: +5") + "hello"),
                Arguments.of(400, "a length that is no number", head("POST", target, "Content-Length: x") + "hello"),
                Arguments.of(
                        400,
                        "length and chunks",
                        head("POST", target, "Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
                Arguments.of(400, "a control character in a header", head("GET", target, "X-Bad: a\u0000b")),
                Arguments.of(400, "a header without a name", head("GET", target, ": x")),
                Arguments.of(400, "no Host", "GET " + target + " HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "a control character in the target", head("GET", target + "\u0001")),
                Arguments.of(414, "a target of 20 KB", head("GET", target + "&x=" + "x".repeat(20_000))),
                Arguments.of(431, "a header of 64 KB", head("GET", target, "X-Large: " + "x".repeat(65_536))),
                Arguments.of(
                        431,
                        "two thousand headers",
                        head(
                                "GET",
                                target,
                                Stream.generate(() -> "X-Many: xxxx")
                                        .limit(2000)
                                        .toArray(String[]::new))));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("malformedRequests")
    void malformedHttpIsRefusedWithoutAWordOfWhatItSaid(int status, String what, String request) {
        Response response = client.write(request).response();
        assertEquals(status, response.status(), response.body());
        assertEquals("application/json", response.header("Content-Type"));
        assertEquals("{\"code\":3,\"message\":\"", response.body().substring(0, 21));
        assertEquals(false, response.toString().contains("secret"), response.toString());
        assertEquals(false, response.toString().contains("Exception"), response.toString());
        if (status != 400) {
            log.expectComplaint("refused a request with " + status);
        }
        try (RawClient other = RawClient.connect(engine.port())) {
            assertEquals(200, other.get(POLLING).status());
        }
    }

    @Test
    void chunksHaveToEndAsTheRfcHasIt() {
        String session = RawClient.joinPolling(engine.port());
        client.write(head("POST", session, "Transfer-Encoding: chunked") + "3\n420\n0\n\n");
        assertEquals(400, client.response().status());
        client.expectEnd();
    }

    @Test
    void aNotFoundPageDoesNotRepeatTheTarget() {
        Response response = client.get("/other?token=secret");
        assertEquals("404 {\"code\":3,\"message\":\"Not Found\"}", response.shown());
        assertEquals(false, response.toString().contains("secret"));
    }
}
