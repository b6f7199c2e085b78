package io.gangway.spring;

import io.gangway.metrics.ClusterObservations;
import io.gangway.metrics.Observations;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Observations of the engine in the application's registry, if {@code gangway.observation-enabled=true}. */
@AutoConfiguration(
        after = GangwayAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({RunningEngine.class, ObservationRegistry.class})
public final class GangwayObservationAutoConfiguration {
    GangwayObservationAutoConfiguration() {}

    @Bean
    static EngineObserving gangwayObserving(ObservationRegistry registry) {
        return engine -> engine.intercept(new Observations(registry)).clusterTracing(new ClusterObservations(registry));
    }
}
