package io.gangway.auth;

import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One socket's authentication by one interceptor: the token that admitted it, and the alarm for the token's expiry.
 * Thread-safe.
 *
 * <pre>
 *   let in --exp--> told --grace--> disconnected
 *     ^              |
 *     +----reauth----+                      any --leaves--> over
 * </pre>
 */
final class Authentication {
    static final String EXPIRED_EVENT = "auth_expired";
    static final String REAUTH_EVENT = "reauth";

    private final Socket socket;
    private final boolean sinceConnect;

    // Guarded by this.
    private @Nullable DecodedJWT token;
    private @Nullable Alarm alarm;
    private boolean over;

    /** All authentications of a socket, attached to it. */
    private static final class Authentications {
        private final Map<JwtInterceptor, Authentication> byHost = new ConcurrentHashMap<>(1);
    }

    private Authentication(Socket socket, boolean sinceConnect) {
        this.socket = socket;
        this.sinceConnect = sinceConnect;
    }

    /** The authentication of a connecting socket, whose leaving the interceptor will see. */
    static Authentication atConnect(JwtInterceptor host, Socket socket) {
        Authentication authentication = new Authentication(socket, true);
        of(socket).byHost.put(host, authentication);
        return authentication;
    }

    /** The authentication of a socket that sends an event, and which the interceptor may not have seen before. */
    static Authentication atEvent(JwtInterceptor host, Socket socket) {
        return of(socket).byHost.computeIfAbsent(host, unseen -> new Authentication(socket, false));
    }

    private static Authentications of(Socket socket) {
        return socket.findAttached(Authentications.class).orElseGet(() -> {
            Authentications authentications = new Authentications();
            // A race between two events costs only one more verification.
            socket.attach(Authentications.class, authentications);
            return authentications;
        });
    }

    /** Whether the interceptor saw the socket connect: only then will it see it leave. */
    boolean isSinceConnect() {
        return sinceConnect;
    }

    /** The token with which the interceptor admitted the socket; null if it has not yet. */
    synchronized @Nullable DecodedJWT token() {
        return token;
    }

    /** Stores a verified token and stops watching the previous one; false if the socket has to leave already. */
    synchronized boolean letIn(DecodedJWT verified) {
        if (over) {
            return false;
        }
        silence();
        token = verified;
        return true;
    }

    /** Tells the client at {@code end} and disconnects it {@code grace} later, unless called again before. */
    synchronized void watch(Instant end, Duration grace, AlarmClock clock) {
        if (over || !socket.isConnected()) {
            return;
        }
        silence();
        alarm = Alarm.at(end, clock, rung -> tell(rung, end.plus(grace), clock));
    }

    private void tell(Alarm rung, Instant last, AlarmClock clock) {
        if (!isCurrent(rung)) {
            return;
        }
        socket.emit(EXPIRED_EVENT);
        synchronized (this) {
            if (alarm == rung) {
                alarm = Alarm.at(last, clock, this::expel);
            }
        }
    }

    private void expel(Alarm rung) {
        synchronized (this) {
            if (alarm != rung) {
                return;
            }
            end();
        }
        socket.disconnect(TokenVerifier.EXPIRED);
    }

    /** Whether this alarm has not been replaced in the meantime. */
    private synchronized boolean isCurrent(Alarm rung) {
        return alarm == rung;
    }

    /** The socket has left, or has to leave. */
    synchronized void end() {
        over = true;
        silence();
    }

    private synchronized void silence() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
    }
}
