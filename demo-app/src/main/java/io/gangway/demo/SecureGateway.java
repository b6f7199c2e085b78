package io.gangway.demo;

import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.EngineException;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Replies;
import io.gangway.Socket;
import io.gangway.interceptors.ErrorHandlers;
import io.gangway.interceptors.RateLimit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A namespace that only clients with a token can use. */
final class SecureGateway implements Gateway {
    /** How long the recipient's devices have to confirm a message. */
    private static final Duration DELIVERY = Duration.ofSeconds(3);

    private final Tokens tokens;
    private final Clock clock;

    record DirectMessage(@Nullable String to, @Nullable String text) {}

    record PostedDirectMessage(String from, String to, String text, Instant timestamp) {}

    SecureGateway(Tokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public void configure(NamespaceBuilder secure) {
        secure.intercept(ErrorHandlers.asEvent("error"))
                .intercept(RateLimit.perUser(20, Duration.ofSeconds(1)))
                .intercept(tokens.guard())
                .on("privateMessage", this::privateMessage)
                .on("directMessage", DirectMessage.class, this::directMessage);
    }

    private Ack privateMessage(Socket socket, Arguments message) {
        return Ack.of(Map.of("from", socket.attached(DecodedJWT.class).getSubject()));
    }

    /** Sends a message to one user, and answers whether any of that user's devices has confirmed it. */
    private Ack directMessage(Socket socket, DirectMessage message) {
        String to = message.to();
        String text = message.text();
        if (to == null || to.isBlank()) {
            throw new EngineException("Message recipient is required");
        }
        if (text == null || text.isBlank()) {
            throw new EngineException("Message text is required");
        }
        String from = socket.attached(DecodedJWT.class).getSubject();
        PostedDirectMessage posted = new PostedDirectMessage(from, to, text, clock.instant());
        CompletableFuture<Replies> replies =
                socket.namespace().user(to).timeout(DELIVERY).emitWithAck("directMessage", posted);
        return Ack.later(replies.thenApply(answered -> {
            boolean delivered = !answered.received().isEmpty();
            if (delivered) { // for the sender's other devices
                socket.namespace().user(from).except(socket.id()).emit("directMessage", posted);
            }
            return Map.of("delivered", delivered);
        }));
    }
}
