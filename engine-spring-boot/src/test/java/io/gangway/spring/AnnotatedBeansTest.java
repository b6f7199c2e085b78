package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Event;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import io.gangway.annotations.GangwayNamespace;
import io.gangway.annotations.Intercept;
import io.gangway.annotations.OnConnect;
import io.gangway.annotations.OnEvent;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Beans whose classes say by annotations what they handle. */
class AnnotatedBeansTest {
    /** Adds what it was made with to an answer. */
    abstract static class Signature implements Interceptor {
        private final String name;

        Signature(String name) {
            this.name = name;
        }

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            StringBuilder text = new StringBuilder();
            chain.proceed().whenSettled((values, failure) -> text.append(values.get(0)));
            return Ack.of(text + ", " + name);
        }
    }

    static final class ABean extends Signature {
        ABean() {
            super("a bean");
        }
    }

    static final class NoBean extends Signature {
        NoBean(Chat.Polite service) {
            super(service.greeting("made with a bean"));
        }
    }

    @GangwayNamespace("/posts")
    @Intercept({NoBean.class, ABean.class})
    static class Posts {
        private final Chat.Polite polite;

        Posts(Chat.Polite polite) {
            this.polite = polite;
        }

        @OnConnect
        void joined(Socket socket) {
            socket.emit("welcome", polite.greeting("all"));
        }

        @OnEvent("post")
        String post(Chat.Message message) {
            return polite.greeting(message.text());
        }
    }

    @GangwayNamespace("/interface")
    static class Programmatic implements Gateway {
        @Override
        public void configure(NamespaceBuilder namespace) {
            namespace.on("ping", (socket, arguments) -> Ack.of("pong"));
        }
    }

    @Import({Posts.class, Programmatic.class, Chat.Polite.class, ABean.class})
    static class Application {}

    @Test
    void serveAStockClientWithServicesAndInterceptorsInjected() {
        try (ConfigurableApplicationContext application =
                        TestApplication.onJetty().with(Application.class).run();
                OkHttpClients clients = new OkHttpClients()) {
            int port = TestApplication.port(application);
            RealClient client = clients.open(port, via(Via.WEBSOCKET).namespace("/posts"));
            client.expect("connect");
            client.expect("welcome", "hello all");
            assertEquals(
                    List.of("hello ada, a bean, hello made with a bean"),
                    answer(client.call("post", Map.of("text", "ada"))));
            RealClient other = clients.open(port, via(Via.WEBSOCKET).namespace("/interface"));
            other.expect("connect");
            assertEquals(List.of("pong"), answer(other.call("ping")));
        }
    }

    @GangwayNamespace("/static")
    static class Uncallable {
        @OnEvent("run")
        static void run() {}
    }

    @Test
    void whatCannotBeFollowedIsToldByBeanAndMethod() {
        String report = Failures.report(TestApplication.light().with(Uncallable.class));
        assertTrue(report.contains("Uncallable\""), report); // the bean
        assertTrue(report.contains("run") && report.contains("static"), report);
    }

    @GangwayNamespace("/hidden")
    static class Hidden {
        @OnEvent("hidden")
        private String hidden() {
            return "";
        }
    }

    static class Proxied {
        @Bean
        Hidden hidden() {
            ProxyFactory factory = new ProxyFactory(new Hidden());
            factory.setProxyTargetClass(true);
            return (Hidden) factory.getProxy();
        }
    }

    @Test
    void aMethodThatAProxyDoesNotPassOnIsTold() {
        String report = Failures.report(TestApplication.light().with(Proxied.class));
        assertTrue(report.contains("\"hidden\""), report);
        assertTrue(report.contains("Hidden.hidden()"), report);
        assertTrue(report.contains("private"), report);
    }
}
