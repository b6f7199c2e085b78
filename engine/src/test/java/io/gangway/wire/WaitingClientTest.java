package io.gangway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.RawClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The time in which the server does not read from a client, because memory is short, is not the client's fault. */
class WaitingClientTest {
    private static final int MB = 1_000_000;
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    @Test
    void attachmentsThatTheServerDoesNotReadAreNotLate() {
        try (Engine engine = Engine.builder()
                        .port(0)
                        .limits(limits -> limits.inboundBudget(4 * MB).attachmentsTimeout(TIMEOUT))
                        .namespace("/")
                        .on("files", (socket, data) -> Ack.of(data.size()))
                        .start();
                RawClient first = RawClient.join(engine.port());
                RawClient second = RawClient.join(engine.port());
                RawClient waiting = RawClient.join(engine.port())) {
            byte[] half = RawClient.frame(0x81, MB, new byte[MB * 6 / 10]);
            first.write(half);
            second.write(half);
            Eventually.holds("both have a turn", () -> engine.stats().inbound().held() >= MB);
            long began = System.nanoTime();
            // In one piece: what the client holds back would be late.
            waiting.write(RawClient.join(
                    RawClient.textFrame("451-7[\"files\",{\"_placeholder\":true,\"num\":0}]"),
                    RawClient.frame(0x82, new byte[MB * 6 / 10])));
            assertEquals("437[1]", waiting.next());
            assertTrue(engine.stats().inbound().waits() > 0, "it had to wait");
            assertTrue(System.nanoTime() - began > TIMEOUT.toNanos(), "for longer than attachmentsTimeout");
        }
    }
}
