package io.gangway.demo;

import io.gangway.Ack;
import io.gangway.Gateway;
import io.gangway.Namespace;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets the members of a room talk to each other. */
final class RoomsGateway implements Gateway {
    /** Keeps clients out of the engine's rooms that are named after other sockets' ids. */
    private static final String PREFIX = "chat:";

    /** Those who know who is here may be in several rooms, and are told which room a message is for. */
    private static final String TOLD_WHICH = "told:";

    private final Clock clock;
    private final People people;

    record RoomMessage(@Nullable String roomId, @Nullable String message) {}

    record PostedRoomMessage(String userId, @Nullable String message, Instant timestamp) {}

    record UserJoined(String userId, String roomId) {}

    record UserLeft(String userId) {}

    RoomsGateway(Clock clock, People people) {
        this.clock = clock;
        this.people = people;
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
            if (people.listens(socket)) {
                socket.join(TOLD_WHICH + roomId);
            }
            people.moved(socket, roomsOf(socket));
            socket.to(room).emit("userJoined", new UserJoined(socket.id(), roomId));
        }
        return Ack.of(Map.of("joined", roomId));
    }

    private Ack leave(Socket socket, String roomId) {
        String room = room(roomId);
        if (socket.rooms().contains(room)) {
            socket.leave(room, TOLD_WHICH + roomId);
            people.moved(socket, roomsOf(socket));
            socket.to(room).emit("userLeft", new UserLeft(socket.id()));
        }
        return Ack.of(Map.of("left", roomId));
    }

    private Ack message(Socket socket, RoomMessage message) {
        String room = room(message.roomId());
        if (!socket.rooms().contains(room)) {
            return Ack.of(Map.of("error", "Not a member of this room"));
        }
        PostedRoomMessage posted = new PostedRoomMessage(socket.id(), message.message(), clock.instant());
        Namespace chat = socket.namespace();
        String toldWhich = TOLD_WHICH + message.roomId();
        chat.to(room).except(toldWhich).emit("roomMessage", posted);
        chat.to(toldWhich).emit("roomMessage", posted, message.roomId());
        return Ack.of(Map.of("sent", true));
    }

    /** The engine's name of a chat room. */
    private static String room(@Nullable String roomId) {
        return PREFIX + roomId;
    }

    private static List<String> roomsOf(Socket socket) {
        return socket.rooms().stream()
                .filter(room -> room.startsWith(PREFIX))
                .map(room -> room.substring(PREFIX.length()))
                .toList();
    }
}
