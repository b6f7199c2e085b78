package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Engine.Occupancy;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.connection.Frame;
import io.gangway.connection.Outbound;
import io.gangway.engineio.EngineIoSession;
import io.gangway.testing.Eventually;
import io.gangway.testing.LiveObjects;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that come and go leave nothing. A thousand of each kind in every build; ten thousand by {@code mvn -B -pl engine
 * test -Dtest=ChurnTest -Dgangway.long=true}.
 */
class ChurnTest {
    private static final int CYCLES = Boolean.getBoolean("gangway.long") ? 10_000 : 1_000;

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger disconnected = new AtomicInteger();
    private Engine engine;

    @BeforeEach
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the answer: that is the point
    void start() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(socket -> {
                    connected.incrementAndGet();
                    socket.join("everyone", "room-" + socket.id());
                    socket.attach(StringBuilder.class, new StringBuilder("state"));
                    socket.emitWithAck("never answered"); // pending when the client goes
                })
                .onDisconnect((socket, reason) -> disconnected.incrementAndGet())
                .on("hello", (socket, arguments) -> Ack.of(arguments))
                .start();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void webSocketsThatComeAndGoLeaveNothing() {
        churn(i -> {
            WireClient client = WireClient.join(engine.port());
            client.expect("42" + i + "[\"never answered\"]");
            client.send("420[\"hello\",\"you\"]").expect("430[\"you\"]");
            if (i % 3 == 0) {
                client.abort();
            } else if (i % 3 == 1) {
                client.send("41").close();
            } else {
                client.close();
            }
        });
    }

    @Test
    void pollingClientsThatComeAndGoLeaveNothing() {
        churn(i -> {
            PollingClient client = PollingClient.open(engine.port());
            client.post("40|420[\"hello\",\"you\"]");
            String payload = client.poll();
            while (!payload.contains("430[\"you\"]")) {
                payload = client.poll();
            }
            client.post(i % 2 == 0 ? "1" : "41|1");
        });
    }

    private interface Cycle {
        void run(int number);
    }

    private void churn(Cycle cycle) {
        Map<String, Long> before = LiveObjects.count();
        for (int i = 0; i < CYCLES; i++) {
            cycle.run(i);
        }
        Eventually.equal(Occupancy.NONE, engine::occupancy);
        Eventually.equal(CYCLES, disconnected::get);
        assertEquals(CYCLES, connected.get());
        Eventually.equal(Map.of(), () -> grown(before, LiveObjects.count()));
    }

    /** What there is clearly more of than before; what idle threads still hold of their last request may live on. */
    private static Map<String, Long> grown(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> grown = new TreeMap<>();
        Stream.of(EngineIoSession.class, Client.class, Socket.class, Outbound.class, SocketAck.class, Frame.class)
                .map(Class::getName)
                .forEach(name -> {
                    long more = after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
                    if (more > 20) {
                        grown.put(name, more);
                    }
                });
        return grown;
    }
}
