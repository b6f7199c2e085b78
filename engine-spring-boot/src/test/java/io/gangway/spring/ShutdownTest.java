package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application that stops lets its clients go first, and its last requests finish. */
class ShutdownTest {
    private static final NodeClients CLIENTS = new NodeClients();
    /** Clients of each transport; stock ones of a browser's kind. */
    private static final int EACH = Boolean.getBoolean("gangway.long") ? 200 : 20;

    @AfterAll
    static void end() {
        CLIENTS.close();
    }

    @RestController
    static class Slow {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            begun.countDown();
            assertTrue(goOn.await(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            return "done";
        }
    }

    static Stream<TestApplication.Starter> servers() {
        return Stream.of(TestApplication.onJetty(), TestApplication.onTomcat().with("gangway.port=0"));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void everyClientIsToldFirstAndComesBackToTheNextInstance(TestApplication.Starter starter) throws Exception {
        starter.with(Chat.class, Slow.class).with("gangway.drain=500ms");
        ConfigurableApplicationContext first = starter.run();
        int serverPort = TestApplication.port(first);
        int port = socketPort(first);
        List<RealClient> clients = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            clients.add(CLIENTS.open(port, via(Via.POLLING).namespace("/chat")));
            clients.add(CLIENTS.open(port, via(Via.WEBSOCKET).namespace("/chat")));
        }
        clients.forEach(client -> client.expect("connect"));
        Slow slow = first.getBean(Slow.class);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + serverPort + "/slow"))
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(slow.begun.await(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));

        long begin = System.nanoTime();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(first::close);
        clients.forEach(client -> assertEquals("disconnect", client.next().name()));
        slow.goOn.countDown();
        assertEquals("done", answer.get(10, TimeUnit.SECONDS).body());
        closed.get(30, TimeUnit.SECONDS);
        Duration exit = Duration.ofNanos(System.nanoTime() - begin);
        // A parked poll would hold the shutdown up for 21 s.
        assertTrue(exit.compareTo(Duration.ofSeconds(18)) < 0, "the exit took " + exit);

        try (ConfigurableApplicationContext second =
                starter.onPorts(serverPort, port).run()) {
            assertEquals(port, socketPort(second));
            clients.forEach(RealClient::expectConnectInTheEnd);
            CLIENTS.forget();
        }
    }

    @Test
    void theEnginesPhasesLieRoundThoseOfTheWebServer() {
        assertTrue(EngineLifecycle.PHASE < WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
        assertTrue(TrafficLifecycle.PHASE > WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
    }

    @Test
    void theStateTellsThatClientsAreLetGo() {
        ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class)
                .with("gangway.drain=5s")
                .run();
        int port = TestApplication.port(application);
        RealClient one =
                CLIENTS.open(port, via(Via.WEBSOCKET).namespace("/chat")).expect("connect");
        RealClient two =
                CLIENTS.open(port, via(Via.WEBSOCKET).namespace("/chat")).expect("connect");
        RunningEngine running = application.getBean(RunningEngine.class);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(application::close);
        Eventually.holds("draining", () -> running.state() == RunningEngine.State.DRAINING || closed.isDone());
        one.expect("disconnect", "transport close");
        two.expect("disconnect", "transport close");
        closed.join();
        assertEquals(RunningEngine.State.STOPPED, running.state());
        CLIENTS.forget();
    }

    private static int socketPort(ConfigurableApplicationContext application) {
        Integer own = application.getEnvironment().getProperty("local.gangway.port", Integer.class);
        return own != null ? own : TestApplication.port(application);
    }
}
