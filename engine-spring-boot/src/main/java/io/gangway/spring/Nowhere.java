package io.gangway.spring;

import io.gangway.Engine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application without a web server and without {@code gangway.port}, as in a test: what is emitted reaches nobody. */
final class Nowhere implements Place {
    private static final Logger log = LoggerFactory.getLogger(Nowhere.class);

    @Override
    public boolean isReachable() {
        return false;
    }

    @Override
    public void mount(Engine engine) {
        log.info("No Socket.IO client can connect: the application runs no web server, and gangway.port is not set");
    }

    @Override
    public void open(Engine engine) {}

    @Override
    public void unmount() {}
}
