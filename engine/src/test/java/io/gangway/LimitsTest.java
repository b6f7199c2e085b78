package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is chosen about limits and HTTP can be read back from the engine, and no engine's change later. */
class LimitsTest {
    @Test
    void whatWasChosenIsReadBackAndTheRestHasItsDefault() {
        try (Engine engine = Engine.builder()
                .pingInterval(Duration.ofSeconds(7))
                .connectTimeout(Duration.ofSeconds(8))
                .limits(limits -> limits.maxAttachments(20).nodeTimeout(Duration.ofSeconds(9)))
                .http(http -> http.webSocketOnly().trustProxies("10.0.0.0/8"))
                .build()) {
            assertEquals(Duration.ofSeconds(7), engine.limits().pingInterval());
            assertEquals(Duration.ofSeconds(20), engine.limits().pingTimeout());
            assertEquals(Duration.ofSeconds(8), engine.limits().connectTimeout());
            assertEquals(Duration.ofSeconds(9), engine.limits().nodeTimeout());
            assertEquals(20, engine.limits().maxAttachments());
            assertEquals(255, engine.limits().maxJsonDepth());
            assertEquals(Set.of("websocket"), engine.http().transports());
            assertEquals("[10.0.0.0/8]", engine.http().trustedProxies().toString());
            assertEquals(Duration.ofSeconds(75), engine.http().idleTimeout());
            assertEquals(Optional.empty(), engine.http().sessionCookie());
        }
    }

    @Test
    void chosenTwiceTheyAddUp() {
        try (Engine engine = Engine.builder()
                .limits(limits -> limits.maxAttachments(20).maxJsonDepth(9))
                .limits(limits -> limits.maxJsonDepth(10))
                .http(http -> http.trustProxies("10.0.0.0/8"))
                .http(http -> http.trustProxies("::1"))
                .build()) {
            assertEquals(20, engine.limits().maxAttachments());
            assertEquals(10, engine.limits().maxJsonDepth());
            assertEquals("[10.0.0.0/8, ::1]", engine.http().trustedProxies().toString());
        }
    }

    @Test
    void maxBufferedGrowsWithMaxPayloadUnlessItIsChosen() {
        assertEquals(1 << 20, maxBuffered(Engine.builder()));
        assertEquals(5_000_000, maxBuffered(Engine.builder().maxPayload(5_000_000)));
        assertEquals(
                10,
                maxBuffered(Engine.builder()
                        .limits(limits -> limits.maxBuffered(10))
                        .maxPayload(5_000_000)));
    }

    private static long maxBuffered(EngineBuilder builder) {
        try (Engine engine = builder.build()) {
            return engine.limits().maxBuffered();
        }
    }

    @Test
    void anEngineKeepsItsLimitsWhenItsBuilderGoesOn() {
        EngineBuilder builder = Engine.builder()
                .limits(limits -> limits.maxQueuedEvents(1))
                .http(http -> http.trustProxies("10.0.0.0/8"));
        try (Engine first = builder.build();
                Engine second = builder.limits(limits -> limits.maxQueuedEvents(2))
                        .http(http -> http.trustProxies("::1").pollingOnly())
                        .build()) {
            assertEquals(1, first.limits().maxQueuedEvents());
            assertEquals(2, second.limits().maxQueuedEvents());
            assertEquals(1, first.http().trustedProxies().size());
            assertEquals(Set.of("polling", "websocket"), first.http().transports());
            assertEquals(Set.of("polling"), second.http().transports());
        }
    }

    @Test
    void aValueThatCannotWorkIsRefusedWhereItIsChosen() {
        EngineBuilder builder = Engine.builder();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> builder.limits(limits -> limits.maxAttachments(0)))
                .getMessage();
        assertEquals("maxAttachments must be positive, but is 0", message);
        assertEquals(
                "choices",
                assertThrows(NullPointerException.class, () -> builder.limits(null))
                        .getMessage());
        assertEquals(
                "choices",
                assertThrows(NullPointerException.class, () -> builder.http(null))
                        .getMessage());
    }
}
