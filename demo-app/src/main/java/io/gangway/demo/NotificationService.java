package io.gangway.demo;

import io.gangway.Namespace;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends private notifications to users, on all their devices. Thread-safe. */
final class NotificationService {
    private final Supplier<Namespace> namespace;

    record Notification(String text, Instant timestamp) {}

    /** @param namespace the namespace in which users are signed in; called for each notification */
    NotificationService(Supplier<Namespace> namespace) {
        this.namespace = namespace;
    }

    /**
     * Checks that this socket receives the user's notifications. It has done so since it signed in: the token puts a
     * socket into its user's room, whatever name the client sends.
     *
     * @throws UnauthorizedException if the socket is another user's
     */
    void subscribe(Socket socket, String userId) {
        Optional<String> user = socket.user();
        if (!user.equals(Optional.of(userId))) {
            throw new UnauthorizedException(
                    "You can subscribe only to your own notifications, as \"" + user.orElse("") + "\"");
        }
    }

    /** Emits {@code notification} to every socket that is signed in as this user. */
    void notifyUser(String userId, Notification notification) {
        namespace.get().user(userId).emit("notification", notification);
    }
}
