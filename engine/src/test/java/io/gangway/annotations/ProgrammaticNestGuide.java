package io.gangway.annotations;

import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The guide's gateways as they are written by hand. */
final class ProgrammaticNestGuide implements NestGuide {
    @Override
    public EngineBuilder in(EngineBuilder builder, Services services) {
        return builder.namespace("/", new Chat(services))
                .namespace("/", new Rooms())
                .namespace("/notifications", new Notifications(services))
                .namespace("/secure", new Secure(services))
                .namespace("/filtered", new Filtered(services));
    }

    private record Chat(Services services) implements Gateway {
        @Override
        public void configure(NamespaceBuilder chat) {
            chat.onConnect(socket -> services.note("connected " + socket.id()))
                    .onDisconnect((socket, reason) -> services.note("disconnected " + socket.id() + ": " + reason))
                    .on("message", ChatMessage.class, this::message);
        }

        private Ack message(Socket socket, ChatMessage message) {
            if (message.text() == null) {
                throw new EngineException("Message text is required");
            }
            socket.broadcast().emit("message", new Posted(message.text(), message.username(), NOW));
            return Ack.of(Map.of("success", true));
        }
    }

    private record Rooms() implements Gateway {
        @Override
        public void configure(NamespaceBuilder rooms) {
            rooms.on("joinRoom", String.class, this::join)
                    .on("leaveRoom", String.class, this::leave)
                    .on("roomMessage", RoomMessage.class, this::message);
        }

        private Ack join(Socket socket, String roomId) {
            socket.join(roomId);
            socket.to(roomId).emit("userJoined", new Joined(socket.id(), roomId));
            return Ack.of(Map.of("joined", roomId));
        }

        private Ack leave(Socket socket, String roomId) {
            socket.leave(roomId);
            socket.to(roomId).emit("userLeft", new Left(socket.id()));
            return Ack.of(Map.of("left", roomId));
        }

        private Ack message(Socket socket, RoomMessage message) {
            if (!socket.rooms().contains(message.roomId())) {
                return Ack.of(Map.of("error", "Not a member of this room"));
            }
            socket.namespace()
                    .to(message.roomId())
                    .emit("roomMessage", new PostedInRoom(socket.id(), message.message(), NOW));
            return Ack.of(Map.of("sent", true));
        }
    }

    private record Notifications(Services services) implements Gateway {
        @Override
        public void configure(NamespaceBuilder notifications) {
            notifications.intercept(services.guard).on("subscribe", String.class, (socket, userId) -> {
                services.requireSelf(socket, userId);
                return Ack.of(Map.of("subscribed", true));
            });
        }
    }

    private record Secure(Services services) implements Gateway {
        @Override
        public void configure(NamespaceBuilder secure) {
            secure.intercept(services.guard)
                    .on(
                            "privateMessage",
                            (socket, arguments) -> Ack.later(CompletableFuture.supplyAsync(() -> Map.of(
                                    "from", socket.attached(DecodedJWT.class).getSubject()))));
        }
    }

    private record Filtered(Services services) implements Gateway {
        @Override
        public void configure(NamespaceBuilder filtered) {
            filtered.on(
                    "fail",
                    String.class,
                    (socket, message) -> {
                        throw new EngineException(message);
                    },
                    services.filter);
        }
    }
}
