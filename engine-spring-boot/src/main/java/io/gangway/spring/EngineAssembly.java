package io.gangway.spring;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import io.gangway.annotations.GangwayNamespace;
import io.gangway.annotations.Gateways;
import io.gangway.cluster.Cluster;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.annotation.OrderUtils;

/** Builds an engine of the beans of one context and the {@code gangway.*} properties. */
final class EngineAssembly {
    private final ConfigurableListableBeanFactory beans;
    private final GangwayProperties properties;
    private final ObjectProvider<ClusterSource> clusters;
    private final ObjectProvider<EngineObserving> observing;

    private volatile @Nullable Cluster cluster;

    EngineAssembly(
            ConfigurableListableBeanFactory beans,
            GangwayProperties properties,
            ObjectProvider<ClusterSource> clusters,
            ObjectProvider<EngineObserving> observing) {
        this.beans = beans;
        this.properties = properties;
        this.clusters = clusters;
        this.observing = observing;
    }

    /** The cluster that the last engine was built with, unless a customizer chose it. */
    @Nullable
    Cluster cluster() {
        return cluster;
    }

    /**
     * @throws InvalidConfigurationPropertyValueException naming the property that cannot be
     * @throws EngineStartException naming the bean that cannot be used
     */
    Engine build(Place place) {
        EngineBuilder builder = Engine.builder();
        new PropertyChoices(properties).apply(builder);
        place.prepare(builder);
        if (properties.observationEnabled()) {
            observe(builder);
        }
        beansOf(Interceptor.class).forEach((name, interceptor) -> {
            if (beans.findAnnotationOnBean(name, GlobalInterceptor.class) != null) {
                builder.intercept(interceptor);
            }
        });
        registerGateways(builder);
        Cluster chosen = place.isReachable() ? chosenCluster() : null;
        if (chosen != null) {
            builder.cluster(chosen);
        }
        try {
            beansOf(EngineCustomizer.class).values().forEach(customizer -> customizer.customize(builder));
            Engine engine = builder.build();
            cluster = chosen;
            return engine;
        } catch (RuntimeException failure) {
            if (chosen != null) {
                chosen.close();
            }
            throw failure instanceof EngineStartException
                    ? failure
                    : new EngineStartException(
                            "The Socket.IO engine cannot be built: " + failure.getMessage(),
                            "Correct the gateway, EngineCustomizer or gangway.* property that this is about.",
                            failure);
        }
    }

    /** Before all interceptors, which are part of what is observed. */
    private void observe(EngineBuilder builder) {
        EngineObserving there = observing.getIfAvailable();
        if (there == null) {
            throw new EngineStartException(
                    "gangway.observation-enabled is true, and the application has no ObservationRegistry.",
                    "Add the dependency org.springframework.boot:spring-boot-starter-actuator, or leave"
                            + " gangway.observation-enabled out.");
        }
        there.observe(builder);
    }

    private void registerGateways(EngineBuilder builder) {
        Map<String, GatewayRegistration> registrations = beansOf(GatewayRegistration.class);
        Set<Gateway> registered = registrations.values().stream()
                .map(GatewayRegistration::gateway)
                .collect(Collectors.toSet());
        registrations.forEach((name, registration) -> register(name, () -> registration, builder));
        beansOf(Gateway.class).forEach((name, gateway) -> {
            if (!registered.contains(gateway)) {
                register(name, () -> GatewayRegistration.of(namespaceOf(name, gateway), gateway), builder);
            }
        });
        inOrder(beans.getBeansWithAnnotation(GangwayNamespace.class)).forEach((name, annotated) -> {
            if (!(annotated instanceof Gateway)) {
                register(name, () -> annotated(annotated), builder);
            }
        });
    }

    private String namespaceOf(String bean, Gateway gateway) {
        GangwayNamespace namespace = beans.findAnnotationOnBean(bean, GangwayNamespace.class);
        if (namespace == null) {
            throw new IllegalArgumentException(gateway.getClass().getName()
                    + " has no namespace: give the class @GangwayNamespace(\"/chat\"), or register the gateway by a bean"
                    + " GatewayRegistration.of(\"/chat\", gateway)");
        }
        return namespace.value();
    }

    private GatewayRegistration annotated(Object bean) {
        Gateway gateway = Gateways.of(bean, this::interceptor); // its errors first: they tell more
        return GatewayRegistration.of(Gateways.namespaceOf(bean.getClass()), gateway);
    }

    /** The bean of the class, or if there is none, an object whose constructor is given beans. */
    private Interceptor interceptor(Class<? extends Interceptor> type) {
        Interceptor bean = beans.getBeanProvider(type).getIfAvailable();
        return bean != null ? bean : beans.createBean(type);
    }

    private static void register(String bean, Supplier<GatewayRegistration> registration, EngineBuilder builder) {
        try {
            registration.get().register(builder);
        } catch (RuntimeException failure) {
            throw new EngineStartException(
                    "The gateway of bean \"" + bean + "\" cannot be used: " + failure.getMessage(),
                    "Correct the gateway, or what names its namespace.",
                    failure);
        }
    }

    private @Nullable Cluster chosenCluster() {
        Map<String, Cluster> found = beansOf(Cluster.class);
        String url = properties.redis().url();
        if (found.size() + (url == null ? 0 : 1) > 1) {
            throw new EngineStartException(
                    "The Socket.IO engine can belong to one cluster, and there are the beans " + found.keySet()
                            + (url == null ? "." : " besides gangway.redis.url."),
                    "Leave one of them.");
        }
        if (url == null) {
            return found.values().stream().findFirst().orElse(null);
        }
        ClusterSource source = clusters.getIfAvailable();
        if (source == null) {
            throw new EngineStartException(
                    "gangway.redis.url is set, and gangway-engine-redis is not on the class path.",
                    "Add the dependency io.gangway:gangway-engine-redis, or leave gangway.redis.url out.");
        }
        try {
            return source.connect(properties.redis(), url);
        } catch (InvalidConfigurationPropertyValueException said) {
            throw said;
        } catch (
                RuntimeException
                        unusable) { // says what is wrong with the URL without its password, which a value would show
            throw new EngineStartException(
                    "gangway.redis.url cannot be used: " + unusable.getMessage(),
                    "Set it to a URL such as redis://localhost:6379, or leave it out.",
                    unusable);
        }
    }

    /** Those of this context alone, in their order: a parent's engine has the parent's. */
    private <T> Map<String, T> beansOf(Class<T> type) {
        return inOrder(beans.getBeansOfType(type));
    }

    private <T> Map<String, T> inOrder(Map<String, T> found) {
        List<Map.Entry<String, T>> entries = found.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> order(entry.getKey(), entry.getValue())))
                .toList();
        Map<String, T> ordered = new LinkedHashMap<>();
        entries.forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
        return ordered;
    }

    private int order(String name, Object bean) {
        if (bean instanceof Ordered self) {
            return self.getOrder();
        }
        Order order = beans.findAnnotationOnBean(name, Order.class);
        return order != null ? order.value() : OrderUtils.getOrder(bean.getClass(), Ordered.LOWEST_PRECEDENCE);
    }
}
