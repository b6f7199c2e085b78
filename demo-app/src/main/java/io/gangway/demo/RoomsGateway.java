package io.gangway.demo;

import io.gangway.Ack;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets the members of a room talk to each other. */
final class RoomsGateway implements Gateway {
    private final Clock clock;

    record RoomMessage(@Nullable String roomId, @Nullable String message) {}

    record PostedRoomMessage(String userId, @Nullable String message, Instant timestamp) {}

    record UserJoined(String userId, String roomId) {}

    record UserLeft(String userId) {}

    RoomsGateway(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void configure(NamespaceBuilder rooms) {
        rooms.on("joinRoom", String.class, this::join)
                .on("leaveRoom", String.class, this::leave)
                .on("roomMessage", RoomMessage.class, this::message);
    }

    private Ack join(Socket socket, String roomId) {
        String room = room(roomId);
        if (!socket.rooms().contains(room)) {
            socket.join(room);
            socket.to(room).emit("userJoined", new UserJoined(socket.id(), roomId));
        }
        return Ack.of(Map.of("joined", roomId));
    }

    private Ack leave(Socket socket, String roomId) {
        String room = room(roomId);
        if (socket.rooms().contains(room)) {
            socket.leave(room);
            socket.to(room).emit("userLeft", new UserLeft(socket.id()));
        }
        return Ack.of(Map.of("left", roomId));
    }

    private Ack message(Socket socket, RoomMessage message) {
        String room = room(message.roomId());
        if (!socket.rooms().contains(room)) {
            return Ack.of(Map.of("error", "Not a member of this room"));
        }
        socket.namespace()
                .to(room)
                .emit("roomMessage", new PostedRoomMessage(socket.id(), message.message(), clock.instant()));
        return Ack.of(Map.of("sent", true));
    }

    /** The engine's name of a chat room. The prefix keeps clients out of the rooms named after other sockets' ids. */
    private static String room(@Nullable String roomId) {
        return "chat:" + roomId;
    }
}
