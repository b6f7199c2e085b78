package io.gangway.demo;

import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import io.gangway.interceptors.ErrorHandlers;
import io.gangway.interceptors.RateLimit;
import java.time.Duration;
import java.util.Map;

/** A namespace that only clients with a token can use. */
final class SecureGateway implements Gateway {
    private final Tokens tokens;

    SecureGateway(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public void configure(NamespaceBuilder secure) {
        secure.intercept(ErrorHandlers.asEvent("error"))
                .intercept(RateLimit.perUser(20, Duration.ofSeconds(1)))
                .intercept(tokens.guard())
                .on("privateMessage", this::privateMessage);
    }

    private Ack privateMessage(Socket socket, Arguments message) {
        return Ack.of(Map.of("from", socket.attached(DecodedJWT.class).getSubject()));
    }
}
