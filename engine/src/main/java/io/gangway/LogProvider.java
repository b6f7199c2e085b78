package io.gangway;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/** Whether anything writes the log: without a provider for slf4j, what clients are not told would be told nobody. */
final class LogProvider {
    private static final AtomicBoolean said = new AtomicBoolean();

    private LogProvider() {}

    /** Says on stderr, once, that errors go nowhere, if they do. A provider that was chosen to be silent is a choice. */
    static void sayIfMissing() {
        if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory
                && !isThere()
                && said.compareAndSet(false, true)) {
            System.err.println(
                    "Gangway: no SLF4J provider is on the class path, so errors are logged nowhere, also those that"
                            + " clients are told of only as \"" + Failures.MASK
                            + "\". Add one, such as org.slf4j:slf4j-simple or"
                            + " ch.qos.logback:logback-classic; org.slf4j:slf4j-nop says that this is as it should be.");
        }
    }

    /** As slf4j itself looks for it. */
    private static boolean isThere() {
        try {
            return ServiceLoader.load(SLF4JServiceProvider.class, LoggerFactory.class.getClassLoader()).stream()
                    .findAny()
                    .isPresent();
        } catch (ServiceConfigurationError broken) {
            return true; // which slf4j has told of already
        }
    }
}
