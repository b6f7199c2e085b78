package io.gangway.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The engine's meters in the application's registry, unless {@code management.metrics.enable.gangway=false}. */
@AutoConfiguration(
        after = GangwayAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({RunningEngine.class, MeterRegistry.class})
@ConditionalOnProperty(name = "management.metrics.enable.gangway", matchIfMissing = true)
public final class GangwayMetricsAutoConfiguration {
    GangwayMetricsAutoConfiguration() {}

    @Bean
    static MeterLifecycle gangwayMeterLifecycle(RunningEngine running, MeterRegistry registry) {
        return new MeterLifecycle(running, registry);
    }
}
