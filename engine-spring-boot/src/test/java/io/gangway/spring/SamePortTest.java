package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.NodeClients;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;

/** An application on Jetty serves its own routes and stock Socket.IO clients on one port. */
class SamePortTest {
    private static final OkHttpClients JAVA = new OkHttpClients();
    private static final NodeClients JAVASCRIPT = new NodeClients();

    private static ConfigurableApplicationContext application;
    private static int port;

    @BeforeAll
    static void start() {
        application = TestApplication.onJetty()
                .with(Chat.class)
                .with("server.servlet.context-path=/app", "gangway.plain-web-sockets[/app/live]=/chat")
                .run();
        port = TestApplication.port(application);
    }

    @AfterAll
    static void stop() {
        JAVA.close();
        JAVASCRIPT.close();
        application.close();
    }

    @Test
    void servesTheApplicationsRoutesBelowItsContextPath() {
        assertEquals("{\"greeting\":\"hello\"}", Http.get(port, "/app/rest").body());
        assertEquals(404, Http.get(port, "/rest").statusCode());
        assertEquals(
                404, Http.get(port, "/app/socket.io/?EIO=4&transport=polling").statusCode());
    }

    @ParameterizedTest
    @EnumSource
    void servesTheJavaClient(Via via) {
        check(JAVA.open(port, via(via).namespace("/chat")));
    }

    @ParameterizedTest
    @EnumSource
    void servesTheJavaScriptClient(Via via) {
        check(JAVASCRIPT.open(port, via(via).namespace("/chat")));
    }

    @Test
    void servesAPlainWebSocketWhereThePropertySays() {
        checkChat(JAVASCRIPT.openPlain(port, "/app/live", "ws"));
        assertEquals(404, Http.get(port, "/app/live").statusCode());
    }

    private static void check(RealClient client) {
        checkChat(client);
        client.disconnect();
        client.expect("disconnect", "io client disconnect");
    }

    private static void checkChat(RealClient client) {
        client.expect("connect");
        assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
        assertEquals(List.of(Map.of("success", true)), answer(client.call("message", Map.of("text", "lunch"))));
        client.expect("announcement", "lunch");
    }
}
