package io.gangway.annotations;

import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.Namespace;
import io.gangway.Socket;
import io.gangway.auth.JwtInterceptor;
import io.gangway.interceptors.ErrorHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The guide's gateways as annotated classes, nearly line by line. */
final class AnnotatedNestGuide implements NestGuide {
    @Override
    public EngineBuilder in(EngineBuilder builder, Services services) {
        return Gateways.add(builder, new Chat(services), new Rooms(), new Filtered())
                .namespace("/notifications", Gateways.of(new Notifications(services), type -> services.guard))
                .namespace("/secure", Gateways.of(new Secure(), type -> services.guard));
    }

    @GangwayNamespace("/")
    static final class Chat {
        private final Services services;

        Chat(Services services) {
            this.services = services;
        }

        @OnConnect
        void handleConnection(Socket client) {
            services.note("connected " + client.id());
        }

        @OnDisconnect
        void handleDisconnect(Socket client, DisconnectReason reason) {
            services.note("disconnected " + client.id() + ": " + reason);
        }

        @OnEvent("message")
        Map<String, Boolean> handleMessage(ChatMessage message, Socket client) {
            if (message.text() == null) {
                throw new EngineException("Message text is required");
            }
            client.broadcast().emit("message", new Posted(message.text(), message.username(), NOW));
            return Map.of("success", true);
        }
    }

    @GangwayNamespace("/")
    static final class Rooms {
        @OnEvent("joinRoom")
        Map<String, String> joinRoom(String roomId, Socket client) {
            client.join(roomId);
            client.to(roomId).emit("userJoined", new Joined(client.id(), roomId));
            return Map.of("joined", roomId);
        }

        @OnEvent("leaveRoom")
        Map<String, String> leaveRoom(String roomId, Socket client) {
            client.leave(roomId);
            client.to(roomId).emit("userLeft", new Left(client.id()));
            return Map.of("left", roomId);
        }

        @OnEvent("roomMessage")
        Map<String, ?> roomMessage(Namespace server, RoomMessage message, Socket client) {
            if (!client.rooms().contains(message.roomId())) {
                return Map.of("error", "Not a member of this room");
            }
            server.to(message.roomId()).emit("roomMessage", new PostedInRoom(client.id(), message.message(), NOW));
            return Map.of("sent", true);
        }
    }

    @Intercept(JwtInterceptor.class)
    static final class Notifications {
        private final Services services;

        Notifications(Services services) {
            this.services = services;
        }

        @OnEvent("subscribe")
        Map<String, Boolean> subscribe(Socket client, String userId) {
            services.requireSelf(client, userId);
            return Map.of("subscribed", true);
        }
    }

    @Intercept(JwtInterceptor.class)
    static final class Secure {
        @OnEvent("privateMessage")
        CompletionStage<Map<String, String>> privateMessage(Socket client) {
            return CompletableFuture.supplyAsync(
                    () -> Map.of("from", client.attached(DecodedJWT.class).getSubject()));
        }
    }

    /** The guide's exception filter, made by its constructor. */
    static final class ErrorFilter implements Interceptor {
        private final Interceptor events = ErrorHandlers.asEventAndAck("error");

        @Override
        public Ack aroundEvent(Event event, Chain chain) throws Exception {
            return events.aroundEvent(event, chain);
        }
    }

    @GangwayNamespace("/filtered")
    static final class Filtered {
        @OnEvent("fail")
        @Intercept(ErrorFilter.class)
        void fail(String message) {
            throw new EngineException(message);
        }
    }
}
