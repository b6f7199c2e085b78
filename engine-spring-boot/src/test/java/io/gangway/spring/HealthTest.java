package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient.Via;
import io.gangway.redis.TestRedis;
import io.gangway.testing.Eventually;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** What the actuator tells of the engine and of its cluster. */
class HealthTest {
    @Test
    void tellsOfTheEngineOnTheApplicationsPort() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                        .with(Chat.class)
                        .with("management.endpoint.health.show-details=always")
                        .run();
                OkHttpClients clients = new OkHttpClients()) {
            int port = TestApplication.port(application);
            clients.open(port, via(Via.WEBSOCKET).namespace("/chat")).expect("connect");
            String health = Http.get(port, "/actuator/health/gangway").body();
            assertTrue(health.contains("\"engine\":{\"details\":{"), health);
            assertTrue(health.contains("\"state\":\"RUNNING\""), health);
            assertTrue(health.contains("\"namespaces\":2"), health);
            assertTrue(health.contains("\"sockets\":1"), health);
        }
    }

    @Test
    void aManagementPortHasTheHealthAndNotTheSockets() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class)
                .with("management.server.port=0", "management.endpoint.health.show-details=always")
                .run()) {
            int management = application.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
            assertEquals(200, Http.get(management, "/actuator/health/gangway").statusCode());
            assertEquals(
                    404,
                    Http.get(management, "/socket.io/?EIO=4&transport=polling").statusCode());
            assertEquals(
                    200,
                    Http.get(TestApplication.port(application), "/socket.io/?EIO=4&transport=polling")
                            .statusCode());
        }
    }

    @Test
    void canBeLeftOut() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class)
                .with("management.health.gangway.enabled=false")
                .run()) {
            assertEquals(
                    404,
                    Http.get(TestApplication.port(application), "/actuator/health/gangway")
                            .statusCode());
        }
    }

    @Test
    void anEngineThatDoesNotRunIsOutOfService() {
        RunningEngine running = new RunningEngine();
        assertEquals(Status.OUT_OF_SERVICE, new EngineHealth(running).health().getStatus());
    }

    @Test
    void twoApplicationsAreOneClusterAndTellWhenRedisIsAway() throws Exception {
        try (TestRedis redis = TestRedis.start()) {
            String url = "gangway.redis.url=" + redis.url();
            try (ConfigurableApplicationContext one =
                            TestApplication.onJetty().with(Chat.class).with(url).run();
                    ConfigurableApplicationContext two =
                            TestApplication.onJetty().with(Chat.class).with(url).run();
                    OkHttpClients clients = new OkHttpClients()) {
                ClusterHealth health = new ClusterHealth(one.getBean(EngineAssembly.class)::cluster);
                Eventually.equal(Status.UP, () -> health.health().getStatus());
                Eventually.equal(
                        2,
                        () -> one.getBean(RunningEngine.class)
                                .namespace("/chat")
                                .nodeCount()
                                .exceptionally(away -> 0)
                                .join());
                var client = clients.open(
                        TestApplication.port(two), via(Via.WEBSOCKET).namespace("/chat"));
                client.expect("connect");
                one.getBean(Chat.Announcer.class).announce("to all nodes");
                client.expect("announcement", "to all nodes");
                redis.stop();
                Eventually.equal(Status.DOWN, () -> health.health().getStatus());
                two.getBean(Chat.Announcer.class).announce("to this node");
                client.expect("announcement", "to this node");
            }
        }
    }
}
