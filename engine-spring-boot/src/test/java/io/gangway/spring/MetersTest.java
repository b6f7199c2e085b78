package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient.Via;
import io.gangway.testing.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine's meters in the application's registry. */
class MetersTest {
    @Configuration
    static class Registry {
        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    private static double sockets(MeterRegistry registry) {
        return registry.get("gangway.sockets").tag("namespace", "/chat").gauge().value();
    }

    private static long meters(MeterRegistry registry) {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("gangway."))
                .count();
    }

    @Test
    void theEngineIsMetered() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                        .with(Chat.class, Registry.class)
                        .run();
                OkHttpClients clients = new OkHttpClients()) {
            MeterRegistry registry = application.getBean(MeterRegistry.class);
            assertEquals(0, sockets(registry));
            clients.open(TestApplication.port(application), via(Via.WEBSOCKET).namespace("/chat"))
                    .expect("connect");
            Eventually.equal(1.0, () -> sockets(registry));
        }
    }

    @Test
    void anEngineThatHasGoneLeavesNoMeters() {
        try (ConfigurableApplicationContext application =
                TestApplication.onJetty().with(Chat.class, Registry.class).run()) {
            MeterRegistry registry = application.getBean(MeterRegistry.class);
            long before = meters(registry);
            assertTrue(before > 20, before + " meters");
            application.stop();
            assertEquals(0, meters(registry));
            application.start();
            assertEquals(before, meters(registry));
        }
    }

    @Test
    void canBeLeftOut() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class, Registry.class)
                .with("management.metrics.enable.gangway=false")
                .run()) {
            assertEquals(0, meters(application.getBean(MeterRegistry.class)));
            assertEquals(0, SpringApplication.exit(application));
        }
    }
}
