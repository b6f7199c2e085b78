package io.gangway.admin;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an {@link AdminUi}.
 *
 * @param login null if everybody may come in
 * @param serverId empty for the default
 * @param tick a second, except in tests
 */
record AdminSettings(
        @Nullable AdminLogin login,
        String namespace,
        Optional<String> serverId,
        Rights rights,
        Mode mode,
        AdminSessions sessions,
        Duration tick) {
    /** What administrators may do. */
    enum Rights {
        READ,
        WRITE
    }

    /** What administrators see. */
    enum Mode {
        PRODUCTION,
        DEVELOPMENT
    }

    static AdminSettings of(@Nullable AdminLogin login) {
        return new AdminSettings(
                login,
                "/admin",
                Optional.empty(),
                Rights.WRITE,
                Mode.PRODUCTION,
                new MemorySessions(System::nanoTime),
                Duration.ofSeconds(1));
    }

    boolean isDevelopment() {
        return mode == Mode.DEVELOPMENT;
    }

    AdminSettings with(String namespace) {
        return new AdminSettings(login, namespace, serverId, rights, mode, sessions, tick);
    }

    AdminSettings with(Optional<String> serverId) {
        return new AdminSettings(login, namespace, serverId, rights, mode, sessions, tick);
    }

    AdminSettings with(Rights rights) {
        return new AdminSettings(login, namespace, serverId, rights, mode, sessions, tick);
    }

    AdminSettings with(Mode mode) {
        return new AdminSettings(login, namespace, serverId, rights, mode, sessions, tick);
    }

    AdminSettings with(AdminSessions sessions) {
        return new AdminSettings(login, namespace, serverId, rights, mode, sessions, tick);
    }

    AdminSettings with(Duration tick) {
        return new AdminSettings(login, namespace, serverId, rights, mode, sessions, tick);
    }
}
