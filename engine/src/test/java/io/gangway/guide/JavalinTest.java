package io.gangway.guide;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.javalin.Javalin;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the guide's example of an engine on the port of a Javalin application. */
class JavalinTest {
    @Test
    void anEngineSharesThePortOfJavalin() {
        int port = 0;
        Engine engine = Engine.builder()
                .namespace("/chat")
                .on("greet", String.class, (socket, name) -> Ack.of("hello " + name))
                .build();
        Javalin application = Javalin.create(config -> {
            config.jetty.modifyServer(server -> server.setHandler(engine.handler()));
            config.routes.get("/hello", context -> context.result("from a route"));
        });
        application.start(port);
        try (OkHttpClients clients = new OkHttpClients()) {
            for (Via way : Via.values()) {
                RealClient client = clients.open(application.port(), via(way).namespace("/chat"));
                client.expect("connect");
                assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
            }
            assertEquals(
                    "from a route",
                    PollingClient.get(application.port(), "/hello").body());
            assertEquals(404, PollingClient.get(application.port(), "/other").statusCode());
        } finally {
            application.stop();
        }
        assertEquals(0, engine.namespace("/chat").sockets().size());
    }
}
