package io.gangway.spring;

import io.gangway.EngineBuilder;
import io.gangway.HttpOptions;
import io.gangway.Limits;
import io.gangway.Recovery;
import io.gangway.SocketLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** Calls the builder's method of the same name for each {@code gangway.*} property that is set. */
final class PropertyChoices {
    private final GangwayProperties properties;

    PropertyChoices(GangwayProperties properties) {
        this.properties = properties;
    }

    /** @throws InvalidConfigurationPropertyValueException naming the property that the builder refuses */
    void apply(EngineBuilder engine) {
        choose("path", properties.path(), engine::path);
        if (properties.plainWebSockets() != null) {
            properties
                    .plainWebSockets()
                    .forEach((path, namespace) -> choose(
                            "plain-web-sockets[" + path + "]",
                            namespace,
                            chosen -> engine.plainWebSocket(path, chosen)));
        }
        choose("allowed-origins", properties.allowedOrigins(), origins -> engine.allowOrigins(array(origins)));
        if (properties.allowCredentials()) {
            engine.allowCredentials();
        }
        choose("ping-interval", properties.pingInterval(), engine::pingInterval);
        choose("ping-timeout", properties.pingTimeout(), engine::pingTimeout);
        choose("connect-timeout", properties.connectTimeout(), engine::connectTimeout);
        choose("ack-timeout", properties.ackTimeout(), engine::ackTimeout);
        choose("max-payload", properties.maxPayload(), size -> engine.maxPayload(bytes(size)));
        choose("handler-threads", properties.handlerThreads(), engine::handlerThreads);
        choose("recovery", recovery(properties.recovery()), engine::recovery);
        engine.limits(limits -> apply(properties.limits(), limits));
        engine.http(http -> apply(properties.http(), http));
    }

    /** The recovery that is chosen; null for none. */
    static @Nullable Recovery recovery(GangwayProperties.Recovery chosen) {
        if (chosen.window() == null) {
            chosen.ofWindow()
                    .forEach((name, value) -> choose("recovery." + name, value, useless -> {
                        throw new IllegalArgumentException(
                                "There is no recovery: set gangway.recovery.window, such as 2m, or leave this out");
                    }));
            return null;
        }
        Recovery recovery = made("recovery.window", chosen.window(), Recovery::window);
        recovery =
                changed("recovery.max-bytes", recovery, chosen.maxBytes(), (so, size) -> so.maxBytes(size.toBytes()));
        recovery = changed("recovery.max-packets", recovery, chosen.maxPackets(), Recovery::maxPackets);
        recovery = changed("recovery.max-sessions", recovery, chosen.maxSessions(), Recovery::maxSessions);
        return chosen.skipInterceptors() ? recovery.skipInterceptors() : recovery;
    }

    private static void apply(GangwayProperties.Limits chosen, Limits.Builder limits) {
        choose("limits.upgrade-timeout", chosen.upgradeTimeout(), limits::upgradeTimeout);
        choose("limits.node-timeout", chosen.nodeTimeout(), limits::nodeTimeout);
        choose("limits.message-timeout", chosen.messageTimeout(), limits::messageTimeout);
        choose("limits.attachments-timeout", chosen.attachmentsTimeout(), limits::attachmentsTimeout);
        choose("limits.max-buffered", chosen.maxBuffered(), size -> limits.maxBuffered(size.toBytes()));
        choose("limits.max-unsent", chosen.maxUnsent(), size -> limits.maxUnsent(size.toBytes()));
        choose("limits.outbound-budget", chosen.outboundBudget(), size -> limits.outboundBudget(size.toBytes()));
        choose("limits.slow-after", chosen.slowAfter(), limits::slowAfter);
        choose("limits.slow-below", chosen.slowBelow(), size -> limits.slowBelow(bytes(size)));
        choose("limits.max-latest-keys", chosen.maxLatestKeys(), limits::maxLatestKeys);
        choose("limits.inbound-budget", chosen.inboundBudget(), size -> limits.inboundBudget(size.toBytes()));
        choose("limits.max-unadmitted", chosen.maxUnadmitted(), size -> limits.maxUnadmitted(bytes(size)));
        choose("limits.max-late-answers", chosen.maxLateAnswers(), limits::maxLateAnswers);
        choose("limits.max-queued-events", chosen.maxQueuedEvents(), limits::maxQueuedEvents);
        choose(
                "limits.max-namespaces-per-connection",
                chosen.maxNamespacesPerConnection(),
                limits::maxNamespacesPerConnection);
        choose("limits.max-dynamic-namespaces", chosen.maxDynamicNamespaces(), limits::maxDynamicNamespaces);
        choose("limits.max-attachments", chosen.maxAttachments(), limits::maxAttachments);
        choose("limits.max-json-depth", chosen.maxJsonDepth(), limits::maxJsonDepth);
        choose("limits.max-namespace-length", chosen.maxNamespaceLength(), limits::maxNamespaceLength);
        choose("limits.max-event-name-length", chosen.maxEventNameLength(), limits::maxEventNameLength);
        limits.sockets(sockets -> apply(chosen.sockets(), sockets));
    }

    private static void apply(GangwayProperties.Sockets chosen, SocketLimits.Builder sockets) {
        choose("limits.sockets.max-rooms", chosen.maxRooms(), sockets::maxRooms);
        choose("limits.sockets.max-rooms-per-namespace", chosen.maxRoomsPerNamespace(), sockets::maxRoomsPerNamespace);
        choose("limits.sockets.max-room-name-length", chosen.maxRoomNameLength(), sockets::maxRoomNameLength);
        choose("limits.sockets.max-room-names", chosen.maxRoomNames(), sockets::maxRoomNames);
        choose("limits.sockets.max-attached", chosen.maxAttached(), sockets::maxAttached);
    }

    private static void apply(GangwayProperties.Http chosen, HttpOptions.Builder http) {
        choose("http.transports", chosen.transports(), transports -> {
            switch (transports) {
                case ALL -> {}
                case WEBSOCKET -> http.webSocketOnly();
                case POLLING -> http.pollingOnly();
                case WITHOUT_UPGRADES -> http.withoutUpgrades();
            }
        });
        choose("http.subprotocols", chosen.subprotocols(), supported -> http.subprotocols(array(supported)));
        if (!chosen.compression()) {
            http.withoutCompression();
        }
        choose("http.response-headers", chosen.responseHeaders(), headers -> headers.forEach(http::responseHeader));
        choose("http.session-cookie", chosen.sessionCookie(), http::sessionCookie);
        choose("http.trusted-proxies", chosen.trustedProxies(), proxies -> http.trustProxies(array(proxies)));
        choose("http.client-bundle", chosen.clientBundle(), folder -> {
            if (Files.isDirectory(Path.of(folder))) {
                http.clientBundle(Path.of(folder));
            } else {
                http.clientBundle(folder);
            }
        });
    }

    /** The properties that need {@code gangway.port}, and that port. */
    void applyOwnPort(EngineBuilder engine) {
        choose("port", properties.port(), engine::port);
        choose("host", properties.host(), engine::host);
        engine.http(http -> {
            GangwayProperties.Http chosen = properties.http();
            choose("http.idle-timeout", chosen.idleTimeout(), http::idleTimeout);
            choose("http.header-timeout", chosen.headerTimeout(), http::headerTimeout);
            choose("http.health-path", chosen.healthPath(), http::healthPath);
            choose("http.max-header-size", chosen.maxHeaderSize(), size -> http.maxHeaderSize(bytes(size)));
            choose("http.tls-hosts", chosen.tlsHosts(), hosts -> {
                switch (hosts) {
                    case ANY -> http.anyTlsHost();
                    case STRICT -> http.strictTlsHost();
                }
            });
        });
    }

    private static String[] array(List<String> values) {
        return values.toArray(String[]::new);
    }

    private static int bytes(DataSize size) {
        if (size.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(size + " has to be at most " + Integer.MAX_VALUE + " bytes");
        }
        return (int) size.toBytes();
    }

    /** Makes a choice, unless the property is unset; what the choice throws is reported with the property's name. */
    static <T> void choose(String name, @Nullable T value, Consumer<T> choice) {
        if (value != null) {
            made(name, value, chosen -> {
                choice.accept(chosen);
                return chosen;
            });
        }
    }

    /** The settings after the choice; as they are, if the property is unset. */
    private static <S, T> S changed(String name, S settings, @Nullable T value, BiFunction<S, T, S> choice) {
        return value == null ? settings : made(name, value, chosen -> choice.apply(settings, chosen));
    }

    private static <T, R> R made(String name, T value, Function<T, R> choice) {
        try {
            return choice.apply(value);
        } catch (RuntimeException unusable) {
            var refused = new InvalidConfigurationPropertyValueException(
                    "gangway." + name, value, String.valueOf(unusable.getMessage()));
            refused.addSuppressed(unusable); // Spring Boot 4.0 has no public constructor with a cause
            throw refused;
        }
    }
}
