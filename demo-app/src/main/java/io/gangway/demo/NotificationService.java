package io.gangway.demo;

import io.gangway.Namespace;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells users what is for them alone, on all their devices. Thread-safe. */
final class NotificationService {
    private final Supplier<Namespace> namespace;

    record Notification(String text, Instant timestamp) {}

    /** @param namespace where the users are signed in; asked when there is something to tell */
    NotificationService(Supplier<Namespace> namespace) {
        this.namespace = namespace;
    }

    /**
     * Makes sure that this socket hears what this user is notified of. It does since it was signed in: the token leads to a
     * user's room, and no name that a client says.
     *
     * @throws UnauthorizedException if the socket is another user's
     */
    void subscribe(Socket socket, String userId) {
        Optional<String> user = socket.user();
        if (!user.equals(Optional.of(userId))) {
            throw new UnauthorizedException(
                    "You can subscribe to your own notifications alone, as \"" + user.orElse("") + "\"");
        }
    }

    /** Emits {@code notification} to every socket that is signed in as this user. */
    void notifyUser(String userId, Notification notification) {
        namespace.get().user(userId).emit("notification", notification);
    }
}
