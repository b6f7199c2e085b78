package io.gangway.spring;

import io.gangway.Engine;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.ConfigurableEnvironment;

/** An engine of the application's gateways; see the package. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "gangway.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GangwayProperties.class)
@Import({GangwayAutoConfiguration.OnJetty.class, GangwayAutoConfiguration.WithRedis.class})
public final class GangwayAutoConfiguration {
    GangwayAutoConfiguration() {}

    @Bean
    static RunningEngine gangwayRunningEngine() {
        return new RunningEngine();
    }

    /** For {@code ObjectProvider<Engine>}. */
    @Bean
    @Scope("prototype")
    static Engine gangwayEngine(RunningEngine running) {
        return running.get();
    }

    @Bean
    static EngineAssembly gangwayAssembly(
            ConfigurableListableBeanFactory beans,
            GangwayProperties properties,
            ObjectProvider<ClusterSource> clusters,
            ObjectProvider<EngineObserving> observing) {
        return new EngineAssembly(beans, properties, clusters, observing);
    }

    @Bean
    static EngineLifecycle gangwayEngineLifecycle(
            EngineAssembly assembly,
            RunningEngine running,
            ApplicationContext context,
            GangwayProperties properties,
            ConfigurableEnvironment environment,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<Place> sameServer) {
        OwnPort ownPort = new OwnPort(properties, environment, bundles);
        return new EngineLifecycle(
                assembly, new Places(context, properties, ownPort, sameServer.getIfAvailable()), running);
    }

    @Bean
    static TrafficLifecycle gangwayTrafficLifecycle(
            EngineLifecycle lifecycle,
            RunningEngine running,
            GangwayProperties properties,
            ConfigurableEnvironment environment) {
        return new TrafficLifecycle(lifecycle, running, DrainTime.of(properties, environment));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.jetty.ConfigurableJettyWebServerFactory")
    static class OnJetty {
        @Bean
        static SameServer gangwaySameServer() {
            return new SameServer();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.gangway.redis.RedisCluster")
    static class WithRedis {
        @Bean
        static ClusterSource gangwayClusterSource() {
            return new RedisSource();
        }
    }
}
