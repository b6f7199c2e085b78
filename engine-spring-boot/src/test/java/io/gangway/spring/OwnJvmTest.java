package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.clients.WireClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An application in a JVM of its own, with Jetty on virtual threads; ended by SIGTERM. */
class OwnJvmTest {
    private static final NodeClients CLIENTS = new NodeClients();
    /** Clients of each transport. */
    private static final int EACH = Boolean.getBoolean("gangway.long") ? 200 : 1;

    @AfterAll
    static void end() {
        CLIENTS.close();
    }

    private static OwnJvm start(int port) throws IOException {
        return OwnJvm.start(
                TestApplication.class,
                false,
                "server.port=" + port,
                "spring.threads.virtual.enabled=true",
                "gangway.drain=1s");
    }

    @Test
    void sigtermEndsItAndItsClientsComeBackToTheNext() throws Exception {
        List<RealClient> clients = new ArrayList<>();
        try (OwnJvm first = start(0)) {
            int port = Integer.parseInt(first.listens());
            for (int i = 0; i < EACH; i++) {
                for (Via via : Via.values()) {
                    clients.add(CLIENTS.open(port, via(via).namespace("/chat")));
                }
            }
            for (RealClient client : clients) {
                client.expect("connect");
                assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
            }
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/until-the-end"))
                    .build();
            CompletableFuture<HttpResponse<String>> answer =
                    HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
            assertEquals("true", Http.get(port, "/is-waiting").body());

            long begin = System.nanoTime();
            first.process().destroy();
            clients.forEach(client -> assertEquals("disconnect", client.next().name()));
            assertEquals("done", answer.get(10, TimeUnit.SECONDS).body());
            // Spring Boot alone would wait for the parked poll, 21 s.
            Duration patience = WireClient.PATIENCE;
            assertTrue(first.process().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS), "it still runs");
            System.out.println(
                    "ended " + (System.nanoTime() - begin) / 1_000_000 + " ms after SIGTERM, drain included: 1 s");
            assertEquals(128 + 15, first.process().exitValue());
            try (OwnJvm second = start(port)) {
                assertEquals(port, Integer.parseInt(second.listens()));
                clients.forEach(RealClient::expectConnectInTheEnd);
            }
        } finally {
            CLIENTS.forget();
        }
    }
}
