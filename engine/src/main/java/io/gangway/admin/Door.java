package io.gangway.admin;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Handshake;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets administrators in: with a user's name and password, or with the id of the session that began with these. */
final class Door implements Interceptor {
    private static final Logger log = LoggerFactory.getLogger(Door.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The text by which the page knows that it has to ask for a password. */
    static final String INVALID = "invalid credentials";

    static final String TOO_MANY = "too many failed logins, try again in a minute";

    /** The form of Node.js's ids: 8 random bytes. */
    private static final Pattern SESSION = Pattern.compile("[0-9a-f]{16}");

    private static final int LONGEST_USER = 256;
    private static final int LONGEST_PASSWORD = 1024;

    private final AdminLogin login;
    private final AdminSessions sessions;
    private final LoginAttempts attempts;

    Door(AdminLogin login, AdminSessions sessions, LoginAttempts attempts) {
        this.login = login;
        this.sessions = sessions;
        this.attempts = attempts;
    }

    @Override
    public Ack aroundConnect(Socket socket, Chain chain) {
        Handshake handshake = socket.handshake();
        String address = handshake.address();
        if (hasSession(handshake)) { // first, so that nobody's failures keep out who has logged in before
            return chain.proceed();
        }
        if (!attempts.mayTry(address)) {
            throw new UnauthorizedException(TOO_MANY);
        }
        if (!hasPassword(handshake)) {
            attempts.failed(address);
            log.warn("admin UI: refused a login from {}", address);
            throw new UnauthorizedException(INVALID);
        }
        log.info("admin UI: {} has logged in from {}", socket, address);
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        try {
            sessions.save(id);
            socket.emit("session", id);
        } catch (Exception failure) {
            log.warn("admin UI: cannot save a session; the page will ask for the password again", failure);
        }
        return chain.proceed();
    }

    private boolean hasSession(Handshake handshake) {
        Optional<String> id = handshake.auth("sessionId");
        if (id.isEmpty() || !SESSION.matcher(id.get()).matches()) {
            return false;
        }
        try {
            return sessions.exists(id.get());
        } catch (Exception failure) {
            log.warn("admin UI: cannot look for a session; the page asks for the password", failure);
            return false;
        }
    }

    private boolean hasPassword(Handshake handshake) {
        String user = handshake.auth("username").orElse("");
        String password = handshake.auth("password").orElse("");
        if (user.isEmpty()
                || password.isEmpty()
                || user.length() > LONGEST_USER
                || password.length() > LONGEST_PASSWORD) {
            return false;
        }
        if (!attempts.decide()) {
            throw new UnauthorizedException("another login is being decided, try again");
        }
        try {
            return login.accepts(user, password);
        } catch (Exception failure) {
            log.warn("admin UI: the application's login failed; refusing the user", failure);
            return false;
        } finally {
            attempts.decided();
        }
    }
}
