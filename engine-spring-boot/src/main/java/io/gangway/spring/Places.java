package io.gangway.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/** Chooses where the engine of an application runs. */
final class Places {
    private static final boolean WEB_SERVERS = ClassUtils.isPresent(
            "org.springframework.boot.web.server.context.WebServerApplicationContext", Places.class.getClassLoader());

    private final ApplicationContext context;
    private final GangwayProperties properties;
    private final OwnPort ownPort;
    private final @Nullable Place sameServer;

    Places(ApplicationContext context, GangwayProperties properties, OwnPort ownPort, @Nullable Place sameServer) {
        this.context = context;
        this.properties = properties;
        this.ownPort = ownPort;
        this.sameServer = sameServer;
    }

    /** To be asked when the web server has been made. */
    Place choose() {
        if (properties.port() != null) {
            return ownPort;
        }
        if (sameServer != null && sameServer.isReachable()) {
            requireNothingOfAnOwnPort();
            return sameServer;
        }
        String webServer = WEB_SERVERS ? WebServers.nameOf(context) : null;
        if (webServer != null) {
            throw new EngineStartException(
                    "The Socket.IO engine has no port: the application's web server is " + webServer
                            + ", which it cannot share, and gangway.port is not set.",
                    "Share the port of the application by putting org.springframework.boot:spring-boot-starter-jetty in the"
                            + " place of the other server's starter, or set gangway.port to a port of the engine's own.");
        }
        requireNothingOfAnOwnPort();
        return new Nowhere();
    }

    private void requireNothingOfAnOwnPort() {
        properties.ofOwnPort().forEach((name, value) -> {
            if (value != null) {
                throw new InvalidConfigurationPropertyValueException(
                        "gangway." + name,
                        value,
                        "It is about a port of the engine's own, and gangway.port is not set: leave it out, or set"
                                + " gangway.port. On the application's port the server.* properties hold.");
            }
        });
    }

    /** Loaded only where there are such classes. */
    private static final class WebServers {
        static @Nullable String nameOf(ApplicationContext context) {
            WebServer server = context instanceof WebServerApplicationContext serving ? serving.getWebServer() : null;
            return server == null ? null : server.getClass().getSimpleName();
        }
    }
}
