package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.annotations.GangwayNamespace;
import io.gangway.annotations.Gateways;
import io.gangway.annotations.Intercept;
import io.gangway.annotations.OnConnect;
import io.gangway.annotations.OnEvent;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import io.gangway.testing.Snippets;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** Compiles and runs the Java that stands in the README and the guide, and checks that it stands there word for word. */
class ReadmeTest {
    private static final Path TESTS = Path.of("src/test/java/io/gangway");

    @Test
    void everySnippetStandsInATest() throws IOException {
        Snippets.standIn(Path.of("../README.md"), TESTS.resolve("ReadmeTest.java"));
        Snippets.standIn(
                Path.of("README.md"),
                TESTS.resolve("ReadmeTest.java"),
                TESTS.resolve("guide"),
                Path.of("../engine-spring-boot/src/test/java/io/gangway/spring/BesideServletsTest.java"));
    }

    @Test
    void theReadmeIsReadInAMinute() throws IOException {
        long size = Files.size(Path.of("../README.md"));
        assertTrue(size <= 9 * 1024, size + " bytes: move what is not for a reader's first minute to the guide");
    }

    @Test
    void theSixtySecondStartServesAClient() {
        int port = 0;
        Engine engine = Engine.builder()
                .port(port)
                .namespace("/chat")
                .onConnect(socket -> socket.join("lobby"))
                .on("message", (socket, arguments) -> {
                    socket.to("lobby").emit("message", arguments); // everyone there but the sender
                    return Ack.of(Map.of("success", true)); // what the client's callback gets
                })
                .start();
        try (engine) {
            WireClient anna = WireClient.open(engine.port());
            WireClient ben = WireClient.open(engine.port());
            anna.joinNamespace("/chat");
            ben.joinNamespace("/chat");
            // The clients hear that they are connected before their connect handlers have run.
            Eventually.holds(
                    "both are in the lobby",
                    () -> engine.namespace("/chat").sockets().stream()
                                    .filter(socket -> socket.rooms().contains("lobby"))
                                    .count()
                            == 2);
            anna.send("42/chat,1[\"message\",\"hi\"]").expect("43/chat,1[{\"success\":true}]");
            ben.expect("42/chat,[\"message\",\"hi\"]");
            anna.close();
            ben.close();
        }
    }

    record ChatMessage(String text, String username) {}

    record Posted(String text, String username, Instant timestamp) {}

    static final class ChatGateway implements Gateway {
        @Override
        public void configure(NamespaceBuilder chat) {
            chat.on("message", ChatMessage.class, this::message);
        }

        private Ack message(Socket socket, ChatMessage message) {
            if (message.text() == null || message.text().isBlank()) {
                throw new EngineException(
                        "Message text is required"); // reaches the client, as its ack or as "exception"
            }
            socket.broadcast().emit("message", new Posted(message.text(), message.username(), Instant.now()));
            return Ack.of(Map.of("success", true));
        }
    }

    @Test
    void theGatewayAnswersAndRefuses() {
        try (Engine engine =
                Engine.builder().port(0).namespace("/", new ChatGateway()).start()) {
            WireClient client = WireClient.join(engine.port());
            client.send("421[\"message\",{\"text\":\"hi\",\"username\":\"anna\"}]")
                    .expect("431[{\"success\":true}]");
            client.send("422[\"message\",{\"username\":\"anna\"}]")
                    .expect("432[{\"status\":\"error\",\"message\":\"Message text is required\"}]");
            client.close();
        }
    }

    record Dish(String name) {}

    static final class OrderLog implements Interceptor {
        static final Queue<String> EVENTS = new ConcurrentLinkedQueue<>();

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            EVENTS.add(event.name());
            return chain.proceed();
        }
    }

    @GangwayNamespace("/orders")
    @Intercept(OrderLog.class) // several, the first outermost: guards, error handlers, rate limits
    static final class Orders {
        @OnConnect
        void connected(Socket socket) {
            socket.join("kitchen");
        }

        @OnEvent("order")
        Map<String, Integer> order(List<Dish> dishes, Socket socket) { // in any order; also Namespace, Event, Arguments
            socket.to("kitchen").emit("dishes", dishes);
            return Map.of("ordered", dishes.size()); // the ack; also an Ack, a CompletionStage, or nothing
        }
    }

    @Test
    void theAnnotatedClassAnswersAndTells() {
        OrderLog.EVENTS.clear();
        try (Engine engine =
                        Gateways.add(Engine.builder().port(0), new Orders()).start();
                WireClient cook = WireClient.open(engine.port());
                WireClient guest = WireClient.open(engine.port())) {
            cook.joinNamespace("/orders");
            guest.joinNamespace("/orders");
            Eventually.holds(
                    "both are in the kitchen",
                    () -> engine.namespace("/orders").sockets().stream()
                                    .filter(socket -> socket.rooms().contains("kitchen"))
                                    .count()
                            == 2);
            guest.send("42/orders,1[\"order\",[{\"name\":\"soup\"},{\"name\":\"rice\"}]]")
                    .expect("43/orders,1[{\"ordered\":2}]");
            cook.expect("42/orders,[\"dishes\",[{\"name\":\"soup\"},{\"name\":\"rice\"}]]");
            assertEquals(List.of("order"), List.copyOf(OrderLog.EVENTS));
        }
    }

    @Test
    void theEngineLivesBesideAnApplicationsRoutes() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        Handler routes = new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "from the application", callback);
                return true;
            }
        };
        Engine engine = Engine.builder().namespace("/", new ChatGateway()).build();
        Handler.Wrapper sockets = engine.handler(); // takes /socket.io, leaves every other path to what it wraps
        sockets.setHandler(routes);
        server.setHandler(sockets);
        server.start();
        try {
            int port = connector.getLocalPort();
            WireClient client = WireClient.join(port);
            client.send("421[\"message\",{\"text\":\"hi\",\"username\":\"anna\"}]")
                    .expect("431[{\"success\":true}]");
            client.close();
            HttpResponse<String> response = PollingClient.get(port, "/orders");
            assertEquals("from the application", response.body());
        } finally {
            server.stop();
        }
    }
}
