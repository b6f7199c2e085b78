package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gangway.Admission;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.interceptors.AdmissionLimits;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine behind a proxy believes of it, over the wire; how the headers are read is in {@code TrustedProxiesTest}. */
class ProxyTest {
    private static final String PAGE = "Origin: https://chat.example.com";

    private final BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();
    private Engine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    private void start(EngineBuilder builder) {
        engine = builder.port(0)
                .admission(handshake -> {
                    arrivals.add(handshake.address() + (handshake.secure() ? " secure" : ""));
                    return Admission.accept();
                })
                .start();
    }

    private Response get(String... headers) {
        try (RawClient client = RawClient.connect(engine.port())) {
            return client.get(POLLING, headers);
        }
    }

    private int upgrade(String... headers) {
        try (RawClient client = RawClient.connect(engine.port())) {
            return client.write(upgradeRequest(WEBSOCKET, headers)).response().status();
        }
    }

    private int preflight(String... headers) {
        try (RawClient client = RawClient.connect(engine.port())) {
            return client.request("OPTIONS", POLLING, headers).status();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 203.0.113.7:4711 # X-Forwarded-Proto: https # X-Forwarded-Host: chat.example.com",
                "X-Forwarded-For: 203.0.113.7 # X-Forwarded-Proto: https # X-Forwarded-Host: chat.example.com:443",
                "Forwarded: for=\"203.0.113.7:4711\";proto=https;host=chat.example.com",
            })
    void aTrustedProxyTellsWhoseRequestItIsAndWhichHostItWasAskedFor(String forwarded) throws Exception {
        start(Engine.builder()
                .http(http -> http.trustProxies("127.0.0.0/8", "::1"))
                .allowOrigins("https://other.example"));
        List<String> headers = new ArrayList<>(List.of(forwarded.split(" # ")));
        headers.add(PAGE);
        String[] all = headers.toArray(String[]::new);
        assertEquals(200, get(all).status());
        assertEquals("203.0.113.7 secure", arrivals.take());
        assertEquals(101, upgrade(all));
        assertEquals("203.0.113.7 secure", arrivals.take());
        assertEquals(204, preflight(all));

        headers.set(headers.size() - 1, "Origin: https://localhost"); // by which name the proxy came
        assertEquals(403, get(headers.toArray(String[]::new)).status());
    }

    @Test
    void nobodyElseDoes() throws Exception {
        start(Engine.builder().host("127.0.0.1").http(http -> http.trustProxies("192.0.2.1")));
        for (String forwarded : List.of("X-Forwarded-Host: chat.example.com", "Forwarded: host=chat.example.com")) {
            assertEquals(403, get(forwarded, PAGE).status());
            assertEquals(403, upgrade(forwarded, PAGE));
            assertEquals(403, preflight(forwarded, PAGE));
        }
        assertEquals(
                200,
                get("X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https").status());
        assertEquals("127.0.0.1", arrivals.take());
    }

    @Test
    void aPortThatTheProxyTellsApartBelongsToTheHost() {
        start(Engine.builder().http(http -> http.trustProxies("127.0.0.1", "::1")));
        assertEquals(
                200,
                get("X-Forwarded-Host: chat.example.com", "X-Forwarded-Port: 8443", PAGE + ":8443")
                        .status());
        // Many tell the port that they forward to, or that of a proxy before them.
        assertEquals(
                200,
                get("X-Forwarded-Host: chat.example.com", "X-Forwarded-Port: 80", PAGE)
                        .status());
        assertEquals(
                403, get("X-Forwarded-Host: chat.example.com", PAGE + ":8443").status());
    }

    @Test
    void eachAddressCountsOnceInWhateverFormItIsForwarded() {
        engine = Engine.builder()
                .port(0)
                .http(http -> http.trustProxies("127.0.0.1", "::1"))
                .admission(AdmissionLimits.builder().maxConnectionsPerAddress(1).build())
                .start();
        assertEquals(200, get("X-Forwarded-For: 2001:DB8:0:0::7").status());
        assertEquals(503, get("X-Forwarded-For: \"[2001:db8::7]:4711\"").status());
        assertEquals(503, get("Forwarded: for=\"[2001:db8:0::0007]\"").status());
        assertEquals(200, get("X-Forwarded-For: ::ffff:203.0.113.7").status());
        assertEquals(503, get("X-Forwarded-For: 203.0.113.7:80").status());
    }

    @Test
    void aClientThatComesByIpv6HasAnAddressWithoutBrackets() throws Exception {
        start(Engine.builder().host("::1"));
        try (RawClient client = new RawClient(loopback6(engine.port()))) {
            assertEquals(200, client.get(POLLING).status());
        }
        assertEquals("::1", arrivals.take());
    }

    private static java.net.Socket loopback6(int port) throws IOException {
        InetAddress loopback = InetAddress.getByName("::1");
        assumeTrue(loopback instanceof Inet6Address);
        return new java.net.Socket(loopback, port);
    }
}
