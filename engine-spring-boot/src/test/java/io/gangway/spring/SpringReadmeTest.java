package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Socket;
import io.gangway.annotations.GangwayNamespace;
import io.gangway.annotations.OnConnect;
import io.gangway.annotations.OnEvent;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.testing.Snippets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/** Compiles and runs the Java of this module's README, and checks that it stands there word for word. */
class SpringReadmeTest {
    @Test
    void everySnippetStandsInThisTest() throws IOException {
        Snippets.standIn(Path.of("README.md"), Path.of("src/test/java/io/gangway/spring/SpringReadmeTest.java"));
    }

    static final class News {
        private final RunningEngine engine;

        News(RunningEngine engine) {
            this.engine = engine;
        }

        void publish(String news) {
            engine.namespace("/chat").to("lobby").emit("news", news);
        }
    }

    static class Example {
        @Bean
        Greetings greetings() {
            return new Greetings();
        }

        @Bean
        News news(RunningEngine engine) {
            return new News(engine);
        }

        @Bean
        GatewayRegistration chat(Greetings greetings) {
            return GatewayRegistration.of(
                    "/chat",
                    chat -> chat.onConnect(socket -> socket.join("lobby"))
                            .on("greet", String.class, (socket, name) -> Ack.of(greetings.greet(name))));
        }
    }

    @Import({Lobby.class, Greetings.class})
    static class Annotated {}

    @Test
    void theAnnotatedClassServesAClient() {
        try (ConfigurableApplicationContext application =
                        TestApplication.onJetty().with(Annotated.class).run();
                OkHttpClients clients = new OkHttpClients()) {
            RealClient client = clients.open(
                    TestApplication.port(application), via(Via.WEBSOCKET).namespace("/lobby"));
            client.expect("connect");
            assertEquals("welcome", client.next().name());
            assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
        }
    }

    interface Accounts {
        boolean close(String name);
    }

    /** Run by {@link TokensTest}. */
    static class Secure {
        @Bean
        GatewayRegistration secure(JwtDecoderInterceptor tokens, Accounts accounts) {
            return GatewayRegistration.of(
                    "/secure",
                    secure -> secure.intercept(tokens)
                            .on(
                                    "close",
                                    (socket, arguments) -> Ack.of(accounts.close(socket.attached(Authentication.class)
                                            .getName()))));
        }
    }

    @Test
    void theFirstExampleServesAClient() {
        try (ConfigurableApplicationContext application =
                        TestApplication.onJetty().with(Example.class).run();
                OkHttpClients clients = new OkHttpClients()) {
            RealClient client = clients.open(
                    TestApplication.port(application), via(Via.WEBSOCKET).namespace("/chat"));
            client.expect("connect");
            assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
            application.getBean(News.class).publish("it works");
            client.expect("news", "it works");
        }
    }
}

/** Here, because within the test it would have to be static, which it is not in the README. */
@Component
@GangwayNamespace("/lobby")
class Lobby {
    private final Greetings greetings;

    Lobby(Greetings greetings) {
        this.greetings = greetings;
    }

    @OnConnect
    void joined(Socket socket) {
        socket.emit("welcome", socket.id());
    }

    @OnEvent("greet")
    String greet(String name) {
        return greetings.greet(name);
    }
}

final class Greetings {
    String greet(String name) {
        return "hello " + name;
    }
}
