package io.gangway.demo;

import io.gangway.Ack;
import io.gangway.EngineException;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namespace in which everyone talks to everyone. */
final class ChatGateway implements Gateway {
    private static final Logger log = LoggerFactory.getLogger(ChatGateway.class);

    private final Clock clock;

    record ChatMessage(@Nullable String text, @Nullable String username) {}

    record PostedMessage(String text, @Nullable String username, Instant timestamp) {}

    ChatGateway(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void configure(NamespaceBuilder chat) {
        chat.onConnect(socket -> log.info("connected {}", socket.id()))
                .onDisconnect((socket, reason) -> log.info("disconnected {}: {}", socket.id(), reason))
                .on("message", ChatMessage.class, this::message);
    }

    private Ack message(Socket socket, ChatMessage message) {
        String text = message.text();
        if (text == null || text.isBlank()) {
            throw new EngineException("Message text is required");
        }
        socket.broadcast().emit("message", new PostedMessage(text, message.username(), clock.instant()));
        return Ack.of(Map.of("success", true));
    }
}
