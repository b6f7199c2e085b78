package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.Socket;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An administrator whose page stops reading takes little memory, and nobody else notices. */
class AdminSlowTest {
    private static final int LIMIT = 50_000;
    private static final int BATCHES = 16;

    /** Joins and leaves of a batch: fewer than the reports of which some would be lost. */
    private static final int BATCH = 400;

    /** More than the buffers of both ends take, in all batches together. */
    private static final String LONG_NAME = "r".repeat(700);

    /** Events are written 64 at a time, and such a write counts until it has ended. */
    private static final int ONE_WRITE = 64 * (LONG_NAME.length() + 200);

    @Test
    void theOldestReportsAreDroppedForWhoeverDoesNotReadThem() throws Exception {
        try (Engine engine = Engine.builder()
                        .port(0)
                        .limits(limits -> limits.maxBuffered(LIMIT))
                        .namespace("/chat", chat -> chat.on("ask", (socket, arguments) -> Ack.empty()))
                        .extend(AdminUi.insecure().development().tick(Duration.ofMillis(20)))
                        .start();
                RawClient stuck = connect(engine.port());
                WireClient client = WireClient.open(engine.port())) {
            Eventually.equal(1, () -> administrators(engine).size());
            Socket administrator = administrators(engine).get(0);
            Socket socket = engine.namespace("/chat")
                    .socket(client.joinNamespace("/chat"))
                    .orElseThrow();
            // Its connect handlers have run: rooms that it joins before that are not told one by one.
            client.send("42/chat,0[\"ask\"]").expect("43/chat,0[]");
            long most = 0;
            try (AdminClient reading = AdminClient.open(engine.port())) {
                reading.next("all_sockets"); // so that joins and leaves are told from now on
                for (int batch = 0; batch < BATCHES; batch++) {
                    for (int i = 0; i < BATCH; i++) {
                        socket.join(LONG_NAME + i);
                        socket.leave(LONG_NAME + i);
                        most = Math.max(most, administrator.bufferedBytes());
                    }
                    String last = "batch " + batch;
                    socket.join(last);
                    client.send("42/chat,1[\"ask\"]").expect("43/chat,1[]");
                    reading.next(
                            "room_joined", report -> report.get(1).getAsString().equals(last));
                }
            }
            assertTrue(most > LIMIT / 2, "only " + most + " bytes waited: it was not stuck");
            assertTrue(most <= LIMIT + ONE_WRITE, most + " bytes waited");
            assertTrue(engine.stats().outbound().dropped() > 0, engine.stats().outbound()::toString);
            assertTrue(administrators(engine).contains(administrator));
            String newest = "\"batch " + (BATCHES - 1) + "\"";
            for (String packet = stuck.next(); !packet.contains(newest); packet = stuck.next()) {
                assertTrue(packet.startsWith("42/admin,") || packet.startsWith("40/admin,"), packet);
            }
        }
    }

    private static List<Socket> administrators(Engine engine) {
        return List.copyOf(engine.namespace("/admin").sockets());
    }

    /** A client with a small receive buffer, which reads only what the test takes. */
    private static RawClient connect(int port) throws IOException {
        java.net.Socket unconnected = new java.net.Socket();
        unconnected.setReceiveBufferSize(4 * 1024);
        return RawClient.join(unconnected, port).send("40/admin,{}");
    }
}
