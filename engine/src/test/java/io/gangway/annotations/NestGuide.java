package io.gangway.annotations;

import io.gangway.EngineBuilder;
import io.gangway.Interceptor;
import io.gangway.Namespace;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import io.gangway.auth.JwtInterceptor;
import io.gangway.interceptors.ErrorHandlers;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The five gateways of NestJS's WebSocket guide, in some style: chat, rooms, notifications, a guarded and a filtered one. */
interface NestGuide {
    String SECRET = "what NestJS's guide calls jwtConstants.secret";
    Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    record ChatMessage(@Nullable String text, @Nullable String username) {}

    record Posted(String text, @Nullable String username, Instant timestamp) {}

    record RoomMessage(String roomId, String message) {}

    record PostedInRoom(String userId, String message, Instant timestamp) {}

    record Joined(String userId, String roomId) {}

    record Left(String userId) {}

    /** The gateways' services, which are given to their constructors. */
    final class Services {
        final Queue<String> noted = new ConcurrentLinkedQueue<>();

        /** The guide's WsJwtGuard. */
        final JwtInterceptor guard = JwtInterceptor.hmac256(SECRET);

        /** The guide's exception filter. */
        final Interceptor filter = ErrorHandlers.asEventAndAck("error");

        void note(String what) {
            noted.add(what);
        }

        void requireSelf(Socket socket, String userId) {
            if (!socket.user().equals(Optional.of(userId))) {
                throw new UnauthorizedException("You can subscribe to your own notifications alone");
            }
        }

        void notifyUser(Namespace notifications, String userId, String text) {
            notifications.user(userId).emit("notification", text);
        }
    }

    /** Adds the gateways. */
    EngineBuilder in(EngineBuilder builder, Services services);
}
