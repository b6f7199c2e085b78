package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;

/** Where the application's server is another one, or if it is told to, the engine has a port of its own. */
class OwnPortTest {
    private static final OkHttpClients CLIENTS = new OkHttpClients();

    @AfterAll
    static void end() {
        CLIENTS.close();
    }

    @Test
    void servesBesideTomcat() {
        try (ConfigurableApplicationContext application = TestApplication.onTomcat()
                .with(Chat.class)
                .with("gangway.port=0", "gangway.http.health-path=/health", "gangway.http.header-timeout=7s")
                .run()) {
            int own = ownPort(application);
            assertEquals("{\"status\":\"ok\"}", Http.get(own, "/health").body());
            assertEquals(
                    "{\"greeting\":\"hello\"}",
                    Http.get(TestApplication.port(application), "/rest").body());
            for (Via via : Via.values()) {
                RealClient client = CLIENTS.open(own, via(via).namespace("/chat"));
                client.expect("connect");
                assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
                CLIENTS.forget();
            }
        }
    }

    @Test
    void servesBesideJettyIfAPortIsSet() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class)
                .with("gangway.port=0")
                .run()) {
            assertEquals(
                    200,
                    Http.get(ownPort(application), "/socket.io/?EIO=4&transport=polling")
                            .statusCode());
            assertEquals(
                    404,
                    Http.get(TestApplication.port(application), "/socket.io/?EIO=4&transport=polling")
                            .statusCode());
        }
    }

    @Test
    void servesAnApplicationWithoutAWebServer() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class)
                .with("spring.main.web-application-type=none", "gangway.port=0")
                .run()) {
            assertEquals(
                    200,
                    Http.get(ownPort(application), "/socket.io/?EIO=4&transport=polling")
                            .statusCode());
        }
    }

    @Test
    void servesAnotherTimeAfterTheContextWasStopped() {
        try (ConfigurableApplicationContext application = TestApplication.onTomcat()
                .with(Chat.class)
                .with("gangway.port=0")
                .run()) {
            application.stop();
            assertNull(application.getEnvironment().getProperty("local.gangway.port"));
            application.start();
            assertEquals(
                    200,
                    Http.get(ownPort(application), "/socket.io/?EIO=4&transport=polling")
                            .statusCode());
        }
    }

    @Test
    void saysWhatToDoWithoutAPortBesideTomcat() {
        String report = Failures.report(TestApplication.onTomcat().with(Chat.class));
        assertTrue(report.contains("TomcatWebServer"), report);
        assertTrue(report.contains("gangway.port"), report);
        assertTrue(report.contains("spring-boot-starter-jetty"), report);
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String report = Failures.report(TestApplication.onTomcat()
                    .with(Chat.class)
                    .with("gangway.host=localhost", "gangway.port=" + taken.getLocalPort()));
            assertTrue(report.contains("gangway.port"), report);
            assertTrue(report.contains(String.valueOf(taken.getLocalPort())), report);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesOnTheSharedPortWhatIsOfAnOwnPort(OfOwnPort property) {
        String report =
                Failures.report(TestApplication.onJetty().with(Chat.class).with(property.setting));
        assertTrue(report.contains(property.setting.substring(0, property.setting.indexOf('='))), report);
        assertTrue(report.contains("gangway.port is not set"), report);
    }

    enum OfOwnPort {
        HOST("gangway.host=localhost"),
        TLS("gangway.ssl-bundle=web"),
        HEADERS("gangway.http.max-header-size=32KB"),
        IDLE("gangway.http.idle-timeout=2m");

        private final String setting;

        OfOwnPort(String setting) {
            this.setting = setting;
        }
    }

    private static int ownPort(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.gangway.port", Integer.class);
    }
}
