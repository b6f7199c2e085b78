package io.gangway.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings from the environment: the port, the origins that may connect, the secret that signs tokens, and the
 * Redis that connects the nodes of a cluster.
 *
 * @param port 0 picks a free one
 * @param allowedOrigins such as {@code https://example.com}; empty allows only the demo's own page
 * @param redis empty for a demo that runs alone
 * @param adminPassword empty for a demo without the Admin UI
 */
record Settings(
        int port,
        List<String> allowedOrigins,
        JwtSecret jwtSecret,
        Optional<RedisUrl> redis,
        Optional<AdminPassword> adminPassword) {
    private static final int DEFAULT_PORT = 3001;

    Settings {
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** Without the Admin UI. */
    Settings(int port, List<String> allowedOrigins, JwtSecret jwtSecret, Optional<RedisUrl> redis) {
        this(port, allowedOrigins, jwtSecret, redis, Optional.empty());
    }

    /**
     * Reads {@code PORT}, {@code ALLOWED_ORIGINS}, {@code JWT_SECRET}, {@code REDIS_URL} and {@code ADMIN_PASSWORD}.
     *
     * @throws IllegalArgumentException if a value is invalid, naming the variable and the reason
     */
    static Settings of(Map<String, String> environment) {
        return new Settings(
                port(environment.getOrDefault("PORT", "").trim()),
                Arrays.stream(environment.getOrDefault("ALLOWED_ORIGINS", "").split(","))
                        .map(String::trim)
                        .filter(origin -> !origin.isEmpty())
                        .toList(),
                jwtSecret(environment.getOrDefault("JWT_SECRET", "")),
                redis(environment.getOrDefault("REDIS_URL", "").trim()),
                Optional.of(environment.getOrDefault("ADMIN_PASSWORD", ""))
                        .filter(password -> !password.isEmpty())
                        .map(AdminPassword::new));
    }

    private static Optional<RedisUrl> redis(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(new RedisUrl(value));
    }

    private static JwtSecret jwtSecret(String value) {
        return value.isEmpty() ? JwtSecret.random() : new JwtSecret(value);
    }

    private static int port(String value) {
        if (value.isEmpty()) {
            return DEFAULT_PORT;
        }
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // reported below
        }
        throw new IllegalArgumentException("PORT is \"" + value + "\", but a port is a number from 0 to 65535");
    }
}
