package io.gangway.demo;

import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the demo until it is told to stop. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    /** The exit code for settings that cannot work. */
    private static final int REFUSED = 2;

    private Main() {}

    public static void main(String[] arguments) {
        try {
            Demo demo = Demo.start(Settings.of(System.getenv()));
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "shutdown"));
            log.info("listening on http://localhost:{}", demo.port());
        } catch (IllegalArgumentException | UncheckedIOException refused) {
            System.err.println(refused.getMessage());
            System.exit(REFUSED);
        }
    }
}
