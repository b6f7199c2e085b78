package io.gangway.interceptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gangway.Admission;
import io.gangway.Handshake;
import io.gangway.tasks.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Who comes in; what those see who do not is in {@code AdmissionTest}. */
class AdmissionLimitsTest {
    private static final String ACCEPTED = "accepted";
    private static final String DENIED = "refused with 403";

    private final ManualClock clock = new ManualClock();

    /** An engine with so many connections, each of these addresses with so many. */
    private record Carried(int connections, Map<String, Integer> addresses) implements Admission.Load {
        @Override
        public int connectionsFrom(String address) {
            return addresses.getOrDefault(address, 0);
        }
    }

    private static final Carried NOTHING = new Carried(0, Map.of());

    private static String verdict(AdmissionLimits limits, String address, Carried carried) {
        return limits.admit(handshake(address), carried).toString();
    }

    private static Handshake handshake(String address) {
        return new Handshake(Map.of(), Map.of(), Map.of(), address, Instant.EPOCH, "/socket.io/", false);
    }

    @Test
    void withoutLimitsEveryoneComesIn() {
        AdmissionLimits none = AdmissionLimits.builder().build();
        assertEquals(ACCEPTED, verdict(none, "192.0.2.1", new Carried(1_000_000, Map.of("192.0.2.1", 1_000_000))));
        assertEquals(ACCEPTED, verdict(none, "not even an address", NOTHING));
    }

    @Test
    void thereAreSoManyConnectionsInAllAndFromEachAddress() {
        AdmissionLimits limits = AdmissionLimits.builder()
                .maxConnections(10)
                .maxConnectionsPerAddress(3)
                .retryAfter(Duration.ofSeconds(30))
                .build();
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.1", new Carried(9, Map.of("192.0.2.1", 2))));
        assertEquals(
                "refused with 503 for PT30S", verdict(limits, "192.0.2.1", new Carried(9, Map.of("192.0.2.1", 3))));
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.2", new Carried(9, Map.of("192.0.2.1", 3))));
        assertEquals("refused with 503 for PT30S", verdict(limits, "192.0.2.2", new Carried(10, Map.of())));
    }

    @Test
    void soManyComeInASecondAndTheOthersAreToldWhenToComeAgain() {
        AdmissionLimits limits =
                AdmissionLimits.builder().clock(clock).handshakesPerSecond(2).build();
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.1", NOTHING));
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.2", NOTHING));
        assertEquals("refused with 503 for PT0.5S", verdict(limits, "192.0.2.3", NOTHING));
        clock.advance(Duration.ofMillis(500));
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.3", NOTHING));
    }

    @Test
    void afterARestABurstComesInAtOnce() {
        AdmissionLimits limits = AdmissionLimits.builder()
                .clock(clock)
                .handshakesPerSecond(1)
                .burst(3)
                .build();
        for (int i = 0; i < 3; i++) {
            assertEquals(ACCEPTED, verdict(limits, "192.0.2.1", NOTHING));
        }
        assertEquals("refused with 503 for PT1S", verdict(limits, "192.0.2.1", NOTHING));
    }

    @Test
    void whoIsRefusedAnywayTakesNobodysTurn() {
        AdmissionLimits limits = AdmissionLimits.builder()
                .clock(clock)
                .deny("203.0.113.0/24")
                .maxConnections(10)
                .handshakesPerSecond(1)
                .build();
        assertEquals(DENIED, verdict(limits, "203.0.113.1", NOTHING));
        assertEquals("refused with 503 for PT10S", verdict(limits, "192.0.2.1", new Carried(10, Map.of())));
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.1", NOTHING));
    }

    @Test
    void deniedAddressesStayOutsideEvenIfAllowed() {
        AdmissionLimits limits = AdmissionLimits.builder()
                .allow("10.0.0.0/8", "2001:db8::/32")
                .allow("192.0.2.1")
                .deny("10.1.0.0/16")
                .build();
        assertEquals(ACCEPTED, verdict(limits, "10.0.0.1", NOTHING));
        assertEquals(ACCEPTED, verdict(limits, "2001:db8::1", NOTHING));
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.1", NOTHING));
        assertEquals(DENIED, verdict(limits, "10.1.2.3", NOTHING));
        assertEquals(DENIED, verdict(limits, "192.0.2.2", NOTHING));
        assertEquals(DENIED, verdict(limits, "not even an address", NOTHING));
    }

    @Test
    void onlyDenyingLetsAllOthersIn() {
        AdmissionLimits limits = AdmissionLimits.builder().deny("10.1.0.0/16").build();
        assertEquals(ACCEPTED, verdict(limits, "192.0.2.2", NOTHING));
        assertEquals(DENIED, verdict(limits, "10.1.2.3", NOTHING));
        assertEquals(DENIED, limits.admit(handshake("10.1.2.3")).toString());
    }

    @Test
    void whatCannotBeIsRefusedWithTheReason() {
        AdmissionLimits.Builder builder = AdmissionLimits.builder();
        assertRefused("maxConnections must be positive, but is 0", () -> builder.maxConnections(0));
        assertRefused(
                "maxConnectionsPerAddress must be positive, but is -1", () -> builder.maxConnectionsPerAddress(-1));
        assertRefused("handshakesPerSecond must be positive, but is 0", () -> builder.handshakesPerSecond(0));
        assertRefused("retryAfter must be positive, but is PT0S", () -> builder.retryAfter(Duration.ZERO));
        assertRefused(
                "\"example.org\" is not an IP address or range; write it like 10.0.0.0/8 or ::1",
                () -> builder.deny("example.org"));
        assertRefused(
                "burst(5) needs handshakesPerSecond(..), which is not set",
                () -> AdmissionLimits.builder().burst(5).build());
    }

    private static void assertRefused(String message, Executable choice) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, choice).getMessage());
    }
}
