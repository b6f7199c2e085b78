package io.gangway.spring;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import java.io.UncheckedIOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** On {@code gangway.port}, beside whatever web server there is; {@code local.gangway.port} tells which it became. */
final class OwnPort implements Place {
    private static final Logger log = LoggerFactory.getLogger(OwnPort.class);
    private static final String PORTS = "gangway.ports";

    private final GangwayProperties properties;
    private final ConfigurableEnvironment environment;
    private final ObjectProvider<SslBundles> bundles;

    OwnPort(GangwayProperties properties, ConfigurableEnvironment environment, ObjectProvider<SslBundles> bundles) {
        this.properties = properties;
        this.environment = environment;
        this.bundles = bundles;
    }

    @Override
    public void prepare(EngineBuilder builder) {
        new PropertyChoices(properties).applyOwnPort(builder);
        PropertyChoices.choose(
                "ssl-bundle",
                properties.sslBundle(),
                name -> builder.tls(BundledTls.of(bundles.getObject().getBundle(name))));
    }

    @Override
    public void mount(Engine engine) {}

    @Override
    public void open(Engine engine) {
        try {
            engine.start();
        } catch (UncheckedIOException taken) {
            throw new EngineStartException(
                    "The Socket.IO engine cannot listen where gangway.port says: " + taken.getMessage() + ".",
                    "Set gangway.port to a port that nobody listens on, or to 0 for any that is free; or stop what listens"
                            + " there.",
                    taken);
        }
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(PORTS, Map.of("local.gangway.port", engine.port())));
        log.info("Socket.IO engine started on port {}", engine.port());
    }

    @Override
    public void unmount() {
        environment.getPropertySources().remove(PORTS);
    }
}
