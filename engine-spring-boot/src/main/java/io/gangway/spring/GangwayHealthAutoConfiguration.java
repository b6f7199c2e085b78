package io.gangway.spring;

import io.gangway.cluster.Cluster;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The engine's health, and its cluster's if it has one, as {@code gangway}, unless {@code management.health.gangway.enabled=false}. */
@AutoConfiguration(after = GangwayAutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(RunningEngine.class)
@ConditionalOnEnabledHealthIndicator("gangway")
public final class GangwayHealthAutoConfiguration {
    GangwayHealthAutoConfiguration() {}

    @Bean
    static CompositeHealthContributor gangwayHealthContributor(
            RunningEngine running, EngineAssembly assembly, GangwayProperties properties, ListableBeanFactory beans) {
        Map<String, HealthIndicator> parts = new LinkedHashMap<>();
        parts.put("engine", new EngineHealth(running));
        if (properties.redis().url() != null || beans.getBeanNamesForType(Cluster.class).length > 0) {
            parts.put("cluster", new ClusterHealth(assembly::cluster));
        }
        return CompositeHealthContributor.fromMap(parts);
    }
}
