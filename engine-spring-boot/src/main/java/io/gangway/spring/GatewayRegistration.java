package io.gangway.spring;

import io.gangway.EngineBuilder;
import io.gangway.Gateway;
import io.gangway.NamespaceRule;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A bean that says which namespace a gateway configures. Immutable.
 *
 * <pre>{@code
 * @Bean
 * GatewayRegistration chat(ChatService service) {
 *     return GatewayRegistration.of("/chat", new ChatGateway(service));
 * }
 * }</pre>
 */
public final class GatewayRegistration {
    private final Gateway gateway;
    private final String namespace;
    private final Consumer<EngineBuilder> step;

    private GatewayRegistration(Gateway gateway, String namespace, Consumer<EngineBuilder> step) {
        this.gateway = Objects.requireNonNull(gateway, "gateway");
        this.namespace = namespace;
        this.step = step;
    }

    /**
     * The gateway configures this namespace.
     *
     * @param namespace its name; {@code "chat"} is {@code "/chat"}, {@code ""} is {@code "/"}
     * @param gateway says what it does
     * @return the registration, to be a bean
     */
    public static GatewayRegistration of(String namespace, Gateway gateway) {
        Objects.requireNonNull(namespace, "namespace");
        return new GatewayRegistration(
                gateway, "namespace \"" + namespace + "\"", engine -> engine.namespace(namespace, gateway));
    }

    /**
     * The gateway configures all namespaces whose whole name matches, see {@link EngineBuilder#namespaces(Pattern, Gateway)}.
     *
     * @param namespaces matches their names
     * @param gateway says what they do
     * @return the registration, to be a bean
     */
    public static GatewayRegistration of(Pattern namespaces, Gateway gateway) {
        Objects.requireNonNull(namespaces, "namespaces");
        return new GatewayRegistration(
                gateway, "namespaces \"" + namespaces + "\"", engine -> engine.namespaces(namespaces, gateway));
    }

    /**
     * The gateway configures all namespaces that the rule allows.
     *
     * @param rule is asked when a client connects
     * @param gateway says what they do
     * @return the registration, to be a bean
     */
    public static GatewayRegistration of(NamespaceRule rule, Gateway gateway) {
        Objects.requireNonNull(rule, "rule");
        return new GatewayRegistration(gateway, "the namespaces of a rule", engine -> engine.namespaces(rule, gateway));
    }

    Gateway gateway() {
        return gateway;
    }

    void register(EngineBuilder engine) {
        step.accept(engine);
    }

    @Override
    public String toString() {
        return gateway.getClass().getName() + " for " + namespace;
    }
}
