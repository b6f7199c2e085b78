package io.gangway.wire;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.head;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However many clients misbehave, and in whatever way, the log stays readable: few lines, none of them forged. */
class HostileLogTest {
    /** Each kind: 1,000 connections with -Dgangway.long=true. */
    private static final int CONNECTIONS = Boolean.getBoolean("gangway.long") ? 1_000 : 150;

    private static final String FORGED = "\u001b[31m\u2028FORGED";

    private static Engine engine;

    @BeforeAll
    static void start() {
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxDynamicNamespaces(2))
                .http(http -> http.subprotocols((offered, request) -> {
                    throw new IllegalStateException("a choice that fails");
                }))
                .namespace(
                        "/",
                        chat -> chat.on("bug", (socket, arguments) -> {
                                    throw new IllegalStateException("a bug");
                                })
                                .on("deep", (socket, arguments) -> {
                                    throw new StackOverflowError();
                                })
                                .on("room", (socket, arguments) -> {
                                    socket.join("user:" + arguments.get(0, String.class));
                                    return Ack.empty();
                                }))
                .namespace(
                        "/refusing",
                        chat -> chat.onConnect(socket -> {
                            throw new EngineException("no", new Object() {
                                @SuppressWarnings("unused")
                                private final Thread unwritable = Thread.currentThread();
                            });
                        }))
                .namespace(
                        "/failing",
                        chat -> chat.onConnect(socket -> {
                            throw new IllegalStateException("a connect that fails");
                        }))
                .namespaces(Pattern.compile("(?s)/dynamic.*"), rooms -> {})
                .start();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    interface Attack {
        void by(RawClient client, int number);
    }

    record Kind(String name, Attack attack) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Kind request(String name, String bytes) {
        return new Kind(name, (client, number) -> client.write(bytes.replace("#", "" + number)));
    }

    /** Packets on a WebSocket of their own, and nothing more is heard of the client. */
    private static Kind packets(String name, String... packets) {
        return new Kind(name, (client, number) -> {
            client.write(upgradeRequest(WEBSOCKET)).response();
            for (String packet : packets) {
                client.send(packet.replace("#", "" + number));
            }
        });
    }

    static Stream<Kind> kinds() {
        String get = "GET " + POLLING + " HTTP/1.1\r\n";
        return Stream.of(
                request("a Host that is none", get + "Host: evil#" + FORGED + "\r\n\r\n"),
                request("a Host with spaces", get + "Host: a b#\r\n\r\n"),
                request("a Host with a bad port", get + "Host: a:99999999#\r\n\r\n"),
                request("a Host that is half an address", get + "Host: [::1#\r\n\r\n"),
                request("a blank Host", get + "Host:  \r\n\r\n"),
                request("a URI with a bad host", "GET http://[evil#/socket.io/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                request("no HTTP", "\u0016\u0003\u0001#\r\n\r\n"),
                request("a bad header", get + "Host: a\r\nX" + FORGED + "#\r\n\r\n"),
                request("a bad length", "POST " + POLLING + " HTTP/1.1\r\nHost: a\r\nContent-Length: +5#\r\n\r\n"),
                request("two lengths", get + "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nz#"),
                request("a head too large", get + "Host: a\r\nX: " + "x".repeat(17_000) + "#\r\n\r\n"),
                request("a foreign origin", get + "Host: a\r\nOrigin: http://evil#.example\r\n\r\n"),
                request("an origin that is none", get + "Host: a\r\nOrigin: evil#" + FORGED + "\r\n\r\n"),
                request("an unknown session", head("GET", POLLING + "&sid=evil#" + "%0aFORGED")),
                request("a broken escape", head("GET", POLLING + "&token=%zz#")),
                request("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n#"),
                request("an upgrade that is none", head("GET", WEBSOCKET, "Upgrade: websocket", "Connection: Upgrade")),
                request("a subprotocol", upgradeRequest(WEBSOCKET, "Sec-WebSocket-Protocol: evil#")),
                packets("no packet", "evil#" + FORGED),
                packets("an event that fails", "40", "42[\"bug\",\"#\"]"),
                packets("an event that fails deeply", "40", "42[\"deep\",\"#\"]"),
                packets("a user's room", "40", "42[\"room\",\"#" + "\\n\\u001b[31mFORGED\"]"),
                packets("an event without a handler", "40", "42[\"evil#\\nFORGED\\u001b\"]"),
                packets("an unknown namespace", "40/evil#\nFORGED\u001b,"),
                packets("too many dynamic namespaces", "40/dynamic#\nFORGED\u001b,"),
                packets("a connect that fails", "40/failing,{\"token\":\"#\"}"),
                packets("a refusal that cannot be written", "40/refusing,{\"token\":\"#\"}"),
                new Kind("a WebSocket frame that is none", (client, number) -> {
                    client.write(upgradeRequest(WEBSOCKET)).response();
                    client.write(new byte[] {(byte) 0xf3, (byte) 0xff, 1, 2, 3});
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aKindOfAttackHasFewLines(Kind kind) {
        try (CapturedLog log = new CapturedLog()) {
            long begun = System.nanoTime();
            for (int i = 0; i < CONNECTIONS; i++) {
                try (RawClient client = RawClient.connect(engine.port())) {
                    kind.attack.by(client, i);
                }
            }
            // Whoever is served after all of them is served after their packets too, or nearly.
            try (RawClient after = RawClient.join(engine.port())) {
                after.send("42[\"bug\"]");
            }
            Eventually.holds(
                    "all have left", () -> engine.namespace("/").sockets().isEmpty());
            long seconds = 1 + (System.nanoTime() - begun) / 1_000_000_000;
            String text = log.text();
            assertFalse(text.lines().anyMatch(line -> line.startsWith("FORGED")), text);
            assertFalse(text.contains("\u001b") || text.contains("\u2028"), text);
            long allowed = 20 + 2 * seconds + (CONNECTIONS > 100 ? 102 : CONNECTIONS);
            // Jetty itself logs each malformed Host, once: SECURITY.md says how to silence it.
            long jettys = log.complaints()
                    .lines()
                    .filter(line -> line.contains(" HostPort - ") || line.contains(".HostPort - "))
                    .count();
            assertTrue(jettys <= CONNECTIONS, jettys + " lines of Jetty\n" + text);
            long lines = log.complaints().lines().count() - jettys;
            assertTrue(lines <= allowed, lines + " lines, " + allowed + " allowed:\n" + text);
            long traces = text.lines().filter(line -> line.startsWith("\tat ")).count();
            assertTrue(traces <= 3_100, traces + " lines of stack traces");
        }
    }

    @Test
    void aHandlerThatFailsForOneClientAThousandTimesHasALineASecond() {
        try (CapturedLog log = new CapturedLog()) {
            WireClient client = WireClient.join(engine.port());
            long begun = System.nanoTime();
            for (int i = 1; i <= 1_000; i++) {
                client.send("42" + i + "[\"bug\"]");
            }
            for (int i = 1; i <= 1_000; i++) {
                assertTrue(client.next().contains("Internal server error"));
            }
            client.close();
            long seconds = 10 + 2 + (System.nanoTime() - begun) / 1_000_000_000; // ten in full
            long lines = log.complaints().lines().count();
            assertTrue(lines <= seconds, lines + " lines in " + seconds + " s");
        }
    }
}
