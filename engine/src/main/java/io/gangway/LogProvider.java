package io.gangway;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Finds out whether an slf4j provider exists: without one, nobody would learn of errors that clients are not told
 * about.
 */
final class LogProvider {
    private static final AtomicBoolean said = new AtomicBoolean();

    private LogProvider() {}

    /** Warns on stderr, once, if errors are not logged. A silent provider on the class path is taken as intended. */
    static void sayIfMissing() {
        if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory
                && !isThere()
                && said.compareAndSet(false, true)) {
            System.err.println("Gangway: no SLF4J provider is on the class path, so errors are not logged, not"
                    + " even those that clients see only as \"" + Failures.MASK
                    + "\". Add a provider, such as org.slf4j:slf4j-simple or"
                    + " ch.qos.logback:logback-classic; to run without a log and without this warning,"
                    + " add org.slf4j:slf4j-nop.");
        }
    }

    /** Looks for a provider as slf4j itself does. */
    private static boolean isThere() {
        try {
            return ServiceLoader.load(SLF4JServiceProvider.class, LoggerFactory.class.getClassLoader()).stream()
                    .findAny()
                    .isPresent();
        } catch (ServiceConfigurationError broken) {
            return true; // slf4j has reported the broken provider already
        }
    }
}
