package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.Event;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.cluster.LocalCluster;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/** What becomes of an application's beans. */
class BeansTest {
    private static final OkHttpClients CLIENTS = new OkHttpClients();

    @AfterAll
    static void end() {
        CLIENTS.close();
    }

    /** Adds a letter to whatever is answered. */
    private record Letter(String letter) implements Interceptor {
        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed().then(ack -> Ack.of(letter + answerOf(ack)));
        }

        private static String answerOf(Ack ack) {
            StringBuilder text = new StringBuilder();
            ack.whenSettled((values, failure) -> text.append(values.get(0)));
            return text.toString();
        }
    }

    static class Ordered {
        @Bean
        GatewayRegistration pattern() {
            return GatewayRegistration.of(
                    Pattern.compile("/room-\\d+"), room -> room.on("who", (socket, arguments) -> Ack.of("pattern")));
        }

        @Bean
        GatewayRegistration rule() {
            return GatewayRegistration.of(
                    (name, handshake) -> name.equals("/ruled"),
                    room -> room.on("who", (socket, arguments) -> Ack.of("rule")));
        }

        @Bean
        @Order(2)
        @GlobalInterceptor
        Interceptor second() {
            return new Letter("b");
        }

        @Bean
        @Order(1)
        @GlobalInterceptor
        Interceptor first() {
            return new Letter("a");
        }

        @Bean
        Interceptor ofSomeGateway() {
            return new Letter("z");
        }

        @Bean
        EngineCustomizer customizer() {
            return engine -> engine.namespace("/custom").on("who", (socket, arguments) -> Ack.of("customizer"));
        }
    }

    @Test
    void gatewaysInterceptorsAndCustomizersMakeTheEngine() {
        try (ConfigurableApplicationContext application =
                TestApplication.onJetty().with(Ordered.class).run()) {
            int port = TestApplication.port(application);
            assertEquals(List.of("abpattern"), who(port, "/room-7"));
            assertEquals(List.of("abrule"), who(port, "/ruled"));
            assertEquals(List.of("abcustomizer"), who(port, "/custom"));
        }
    }

    private static List<?> who(int port, String namespace) {
        RealClient client = CLIENTS.open(port, via(Via.WEBSOCKET).namespace(namespace));
        client.expect("connect");
        List<?> answer = answer(client.call("who"));
        CLIENTS.forget();
        return answer;
    }

    static class Homeless {
        @Bean
        Gateway lost() {
            return chat -> {};
        }
    }

    @Test
    void aGatewayWithoutANamespaceIsRefused() {
        String report = Failures.report(TestApplication.light().with(Homeless.class));
        assertTrue(report.contains("\"lost\""), report);
        assertTrue(report.contains("GatewayRegistration"), report);
    }

    static class Twins {
        @Bean
        GatewayRegistration one() {
            return GatewayRegistration.of("/chat", chat -> chat.on("message", (socket, arguments) -> Ack.empty()));
        }

        @Bean
        GatewayRegistration two() {
            return GatewayRegistration.of("/chat", chat -> chat.on("message", (socket, arguments) -> Ack.empty()));
        }
    }

    @Test
    void aSecondHandlerOfAnEventIsToldByItsBean() {
        String report = Failures.report(TestApplication.light().with(Twins.class));
        assertTrue(report.contains("\"two\""), report);
        assertTrue(report.contains("\"message\""), report);
    }

    static class Unreadable {
        @Bean
        GatewayRegistration thread() {
            return GatewayRegistration.of("/", chat -> chat.on("run", Runnable.class, (socket, task) -> Ack.empty()));
        }
    }

    @Test
    void aPayloadThatCannotBeReadIsTold() {
        String report = Failures.report(TestApplication.light().with(Unreadable.class));
        assertTrue(report.contains("\"run\""), report);
        assertTrue(report.contains("Runnable"), report);
    }

    static class Clusters {
        private final LocalCluster cluster = LocalCluster.create();

        @Bean
        io.gangway.cluster.Cluster one() {
            return cluster.node();
        }

        @Bean
        io.gangway.cluster.Cluster two() {
            return cluster.node();
        }
    }

    @Test
    void aSecondClusterIsRefused() {
        String report =
                Failures.report(TestApplication.light().with(Clusters.class).with("gangway.port=0"));
        assertTrue(report.contains("[one, two]"), report);
    }

    static class Eager {
        @Bean
        String early(Engine engine) {
            return engine.toString();
        }
    }

    @Test
    void theEngineIsNotThereForConstructors() {
        RuntimeException failure = assertThrows(
                RuntimeException.class,
                () -> TestApplication.light().with(Eager.class).run());
        assertTrue(rootOf(failure).getMessage().contains("when all beans are there"), failure.toString());
    }

    @Test
    void theEngineIsThereForWhoAsksLater() {
        try (ConfigurableApplicationContext application =
                TestApplication.onJetty().with(Chat.class).run()) {
            ObjectProvider<Engine> provider = application.getBeanProvider(Engine.class);
            RunningEngine running = application.getBean(RunningEngine.class);
            assertEquals("/chat", provider.getObject().namespace("/chat").name());
            assertEquals(RunningEngine.State.RUNNING, running.state());
            application.stop();
            assertEquals(RunningEngine.State.STOPPED, running.state());
            assertTrue(assertThrows(IllegalStateException.class, running::get)
                    .getMessage()
                    .contains("stopped"));
        }
    }

    @Test
    void lazyBeansAreGatewaysToo() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Ordered.class)
                .with("spring.main.lazy-initialization=true")
                .run()) {
            assertEquals(List.of("abrule"), who(TestApplication.port(application), "/ruled"));
        }
    }

    private static Throwable rootOf(Throwable failure) {
        return failure.getCause() == null ? failure : rootOf(failure.getCause());
    }
}
