package io.gangway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.RawClient;
import io.gangway.testing.Eventually;
import io.gangway.testing.LiveObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client's handler may run on long after its connection has ended: nothing of what the client sent stays with it. */
class DepartedClientTest {
    private static final int CLIENTS = 20;
    private static final int MB = 1_000_000;
    private static final byte[] ATTACHMENT = RawClient.frame(0x82, new byte[MB]);
    private static final byte[] HALF_AN_ATTACHMENT = RawClient.frame(0x82, MB, new byte[MB * 9 / 10]);
    private static final byte[] HALF_A_BODY = new byte[MB * 9 / 10];

    private final CountDownLatch never = new CountDownLatch(1);
    private final List<RawClient> clients = new ArrayList<>();
    private Engine engine;
    private long before;

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.inboundBudget(1 << 30))
                .namespace("/")
                .on("block", (socket, data) -> {
                    never.await();
                    return Ack.empty();
                })
                .start();
        before = LiveObjects.bytesOfArrays();
    }

    @AfterEach
    void stop() {
        never.countDown();
        clients.forEach(RawClient::close);
        engine.close();
    }

    /** @param sent all that the clients have sent, in bytes */
    private void expectHeldUntil(int sent, Runnable end) {
        Eventually.holds("all is read", () -> engine.stats().inbound().held() >= sent);
        // Not all of it: what other tests have left may be freed meanwhile.
        Eventually.holds("it is held", () -> LiveObjects.bytesOfArrays() > before + sent * 8L / 10);
        end.run();
        Eventually.equal(0, () -> engine.namespace("/").sockets().size());
        Eventually.holds("nothing is held", () -> LiveObjects.bytesOfArrays() < before + sent / 6);
    }

    @Test
    void attachmentsAndHalfMessagesAreFreed() {
        for (int i = 0; i < CLIENTS; i++) {
            RawClient client = RawClient.join(engine.port());
            clients.add(client);
            client.send("42[\"block\"]");
            client.send("452-[\"x\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            client.write(ATTACHMENT).write(HALF_AN_ATTACHMENT);
        }
        expectHeldUntil(CLIENTS * MB * 19 / 10, () -> engine.namespace("/").closeConnections());
    }

    @Test
    void halfBodiesAreFreed() {
        List<String> sessions = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String session = RawClient.joinPolling(engine.port());
            sessions.add(session);
            RawClient client = RawClient.connect(engine.port());
            clients.add(client);
            assertEquals("200 ok", client.post(session, "42[\"block\"]").shown());
            client.write(RawClient.head("POST", session, "Content-Length: " + MB))
                    .write(HALF_A_BODY);
        }
        expectHeldUntil(CLIENTS * MB * 9 / 10, () -> sessions.forEach(this::postAnother));
    }

    @Test
    void aSessionThatHasEndedTakesNoLargeBodies() {
        String session = RawClient.joinPolling(engine.port());
        try (RawClient client = RawClient.connect(engine.port())) {
            assertEquals("200 ok", client.post(session, "42[\"x\",NaN]").shown());
            Eventually.equal(0, () -> engine.namespace("/").sockets().size());
            assertEquals(413, client.post(session, "4".repeat(MB / 10)).status());
        }
    }

    /** A second POST at the same time ends the session. */
    private void postAnother(String session) {
        try (RawClient client = RawClient.connect(engine.port())) {
            assertEquals(400, client.post(session, "3").status());
        }
    }
}
