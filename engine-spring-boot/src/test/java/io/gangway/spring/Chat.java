package io.gangway.spring;

import io.gangway.Ack;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.util.Map;
import org.springframework.context.annotation.Bean;

/** A chat as an application would have it: a service that knows nothing of sockets, one that emits, and a gateway. */
class Chat {
    record Message(String text) {}

    static final class Polite {
        String greeting(String name) {
            return "hello " + name;
        }
    }

    /** Emits, and is used by the gateway: injected into each other, if not for {@link RunningEngine}. */
    static final class Announcer {
        private final RunningEngine engine;

        Announcer(RunningEngine engine) {
            this.engine = engine;
        }

        void announce(String text) {
            engine.namespace("/chat").emit("announcement", text);
        }
    }

    static final class ChatGateway implements Gateway {
        private final Polite polite;
        private final Announcer announcer;

        ChatGateway(Polite polite, Announcer announcer) {
            this.polite = polite;
            this.announcer = announcer;
        }

        @Override
        public void configure(NamespaceBuilder chat) {
            chat.on("greet", String.class, (socket, name) -> Ack.of(polite.greeting(name)))
                    .on("message", Message.class, this::message);
        }

        private Ack message(Socket socket, Message message) {
            announcer.announce(message.text());
            return Ack.of(Map.of("success", true));
        }
    }

    @Bean
    Polite polite() {
        return new Polite();
    }

    @Bean
    Announcer announcer(RunningEngine engine) {
        return new Announcer(engine);
    }

    @Bean
    GatewayRegistration chatGateway(Polite polite, Announcer announcer) {
        return GatewayRegistration.of("/chat", new ChatGateway(polite, announcer));
    }
}
