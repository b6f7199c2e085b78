package io.gangway.spring;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/** Over what time clients are let go when the application stops: less than Spring waits for it. */
final class DrainTime {
    private static final Duration DEFAULT = Duration.ofSeconds(10);
    private static final String PATIENCE = "spring.lifecycle.timeout-per-shutdown-phase";

    private DrainTime() {}

    static Duration of(GangwayProperties properties, Environment environment) {
        Duration patience =
                Binder.get(environment).bind(PATIENCE, Duration.class).orElse(Duration.ofSeconds(30));
        Duration chosen = properties.drain();
        if (chosen == null) {
            boolean immediate = "immediate".equalsIgnoreCase(environment.getProperty("server.shutdown"));
            Duration half = patience.dividedBy(2);
            return immediate ? Duration.ZERO : half.compareTo(DEFAULT) < 0 ? half : DEFAULT;
        }
        if (chosen.isNegative() || chosen.compareTo(patience) >= 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "gangway.drain",
                    chosen,
                    "It has to be 0s or more, and less than " + PATIENCE + ", which is " + patience.toSeconds()
                            + "s: after that Spring waits no longer and stops the web server.");
        }
        return chosen;
    }
}
