package io.gangway.spring;

import io.gangway.Engine;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/** In the Jetty of the application, on all its connectors, outside of its context path and servlet filters. */
final class SameServer implements Place, WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> {
    private volatile @Nullable JettyDoor door;

    /** Asked before there are other beans, so it must need none. */
    @Override
    public void customize(ConfigurableJettyWebServerFactory factory) {
        factory.addServerCustomizers(server -> door = JettyDoor.installedIn(server));
    }

    /** Whether the application has a Jetty, which is made before the engine. */
    @Override
    public boolean isReachable() {
        return door != null;
    }

    @Override
    public void mount(Engine engine) {
        JettyDoor there = door;
        if (there == null) {
            throw new IllegalStateException("the application has no Jetty");
        }
        there.enter(engine.handler());
    }

    /** The web server does. */
    @Override
    public void open(Engine engine) {}

    @Override
    public void unmount() {
        JettyDoor there = door;
        if (there != null) {
            there.leave();
        }
    }
}
