package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.cluster.Cluster;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** With {@code gangway.observation-enabled} the application's registry hears of events, and of what goes to other nodes. */
class ObservedEngineTest {
    static class Node {
        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Cluster cluster() {
            return LocalCluster.create().node();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eventsAreObservedIfTheyAreToBe(boolean enabled) {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                        .with(Chat.class, Node.class)
                        .with("gangway.observation-enabled=" + enabled)
                        .run();
                OkHttpClients clients = new OkHttpClients()) {
            RealClient client = clients.open(
                    TestApplication.port(application), via(Via.WEBSOCKET).namespace("/chat"));
            client.expect("connect");
            assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
            application.getBean(Chat.Announcer.class).announce("all hands");
            MeterRegistry registry = application.getBean(MeterRegistry.class);
            long expected = enabled ? 1 : 0;
            Eventually.equal(expected, () -> observed(registry, "gangway.event"));
            Eventually.equal(expected, () -> observed(registry, "gangway.connect"));
            Eventually.equal(expected, () -> observed(registry, "gangway.send"));
        }
    }

    private static long observed(MeterRegistry registry, String name) {
        return registry.find(name).tag("gangway.namespace", "/chat").timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }
}
