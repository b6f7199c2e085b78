package io.gangway.demo;

import io.gangway.Ack;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import io.gangway.interceptors.ErrorHandlers;
import io.gangway.interceptors.RateLimit;
import java.time.Duration;
import java.util.Map;

/** The namespace in which users receive their private notifications. */
final class NotificationsGateway implements Gateway {
    static final String NAMESPACE = "/notifications";

    private final Tokens tokens;
    private final NotificationService service;

    NotificationsGateway(Tokens tokens, NotificationService service) {
        this.tokens = tokens;
        this.service = service;
    }

    @Override
    public void configure(NamespaceBuilder notifications) {
        notifications
                .intercept(ErrorHandlers.asEvent("error"))
                .intercept(RateLimit.perUser(20, Duration.ofSeconds(1)))
                .intercept(tokens.guard())
                .on("subscribe", String.class, this::subscribe);
    }

    private Ack subscribe(Socket socket, String userId) {
        service.subscribe(socket, userId);
        return Ack.of(Map.of("subscribed", true));
    }
}
