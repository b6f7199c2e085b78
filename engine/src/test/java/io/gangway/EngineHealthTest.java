package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.Cluster;
import io.gangway.cluster.LocalCluster;
import java.time.Duration;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a load balancer is told. */
class EngineHealthTest {
    @Test
    void anEngineIsReadyFromItsStartToItsDrain() {
        Engine engine = Engine.builder().port(0).namespace("/").build();
        assertEquals(EngineHealth.Status.STOPPED, engine.health().status());
        engine.start();
        try (WireClient client = WireClient.join(engine.port())) {
            assertTrue(engine.health().isReady());
            assertEquals(1, engine.health().clients());
            assertTrue(engine.health().cluster().isEmpty());
            engine.drain(Duration.ZERO);
            assertEquals(EngineHealth.Status.DRAINING, engine.health().status());
            client.expectClosed();
        }
        engine.close();
        assertEquals(EngineHealth.Status.STOPPED, engine.health().status());
    }

    @Test
    void aHandlerTellsItOverHttp() throws Exception {
        Engine engine = Engine.builder()
                .cluster(LocalCluster.create().node())
                .namespace("/")
                .build();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        Handler.Wrapper sockets = engine.handler();
        sockets.setHandler(new Handler.Sequence(engine.healthHandler("/health")));
        server.setHandler(sockets);
        server.start();
        try (RawClient http = RawClient.connect(connector.getLocalPort())) {
            assertEquals(
                    Cluster.State.UP, engine.health().cluster().orElseThrow().state());
            RawClient.Response ready = http.get("/health");
            assertEquals("200 {\"status\":\"ok\",\"cluster\":\"up\"}", ready.shown());
            assertEquals("no-store", ready.header("Cache-Control"));
            assertEquals(404, http.get("/health/").status());
            assertEquals(404, http.post("/health", "").status());
            engine.drain(Duration.ZERO);
            assertEquals(
                    "503 {\"status\":\"draining\",\"cluster\":\"up\"}",
                    http.get("/health").shown());
        } finally {
            server.stop();
            engine.close();
        }
        assertFalse(engine.health().isReady());
    }

    @Test
    void theEnginesOwnPortTellsItToo() {
        try (Engine engine = Engine.builder()
                        .port(0)
                        .http(http -> http.healthPath("/health/"))
                        .start();
                RawClient http = RawClient.connect(engine.port());
                WireClient client = WireClient.join(engine.port())) {
            assertEquals("/health", engine.http().healthPath().orElseThrow());
            assertEquals("200 {\"status\":\"ok\"}", http.get("/health").shown());
            assertEquals(404, http.get("/").status());
            assertEquals(404, http.get("/healthy").status());
            engine.drain(Duration.ZERO);
            assertEquals("503 {\"status\":\"draining\"}", http.get("/health").shown());
            client.expectClosed();
        }
    }

    @Test
    void noPortTellsItByDefault() {
        try (Engine engine = Engine.builder().port(0).start();
                RawClient http = RawClient.connect(engine.port())) {
            assertTrue(engine.http().healthPath().isEmpty());
            assertEquals(404, http.get("/health").status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/socket.io", "/socket.io/health", "/ws", "/ws/all/1"})
    void aPathOfClientsIsRefused(String path) {
        EngineBuilder builder = Engine.builder()
                .plainWebSocket("/ws", "/")
                .plainWebSocket("/ws/all/*", "/*")
                .http(http -> http.healthPath(path));
        String message =
                assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains("healthPath(\"" + path + "\")"), message);
    }

    @Test
    void aPathWithoutASlashIsRefused() {
        try (Engine engine = Engine.builder().namespace("/").build()) {
            String message = assertThrows(IllegalArgumentException.class, () -> engine.healthHandler("health"))
                    .getMessage();
            assertTrue(message.contains("\"health\"") && message.contains("\"/health\""), message);
        }
    }
}
