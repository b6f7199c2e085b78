package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.TimeBound;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients receive, and get back, while the broker that orders the events of all nodes is slow or away. */
class SlowBrokerTest extends RecoveryFixture {
    private final HesitantCluster hesitant =
            new HesitantCluster(LocalCluster.create().node());
    private final CountDownLatch more = new CountDownLatch(1);

    private Engine engine;
    private ReturningClient client;
    private Socket socket;

    @BeforeEach
    void start() throws Exception {
        engine = start(watched(recovering()
                .cluster(hesitant)
                .namespace("/")
                .on("ask", (socket, arguments) -> {
                    socket.emit("n", 1);
                    return Ack.of("answer");
                })
                .on("more", (socket, arguments) -> {
                    socket.emit("n", 2);
                    more.countDown();
                    return Ack.empty();
                })
                .on("leave", (socket, arguments) -> {
                    socket.emit("n", 2);
                    socket.disconnect();
                    return Ack.empty();
                })));
        client = ReturningClient.join(engine.port());
        socket = connected();
        socket.emit("n", 0);
        client.expect("42[\"n\",0]");
    }

    @AfterEach
    void release() {
        hesitant.messages.release();
    }

    @Test
    void anAckDoesNotOvertakeTheEventBeforeIt() throws Exception {
        hesitant.messages.hold();
        client.wire().send("420[\"ask\"]").send("42[\"more\"]");
        assertTrue(more.await(10, TimeUnit.SECONDS), "no handler ran");
        hesitant.messages.release();
        client.expect("42[\"n\",1]");
        client.wire().expect("430[\"answer\"]");
        client.expect("42[\"n\",2]");
    }

    @Test
    void aDisconnectDoesNotOvertakeTheEventsBeforeIt() {
        hesitant.messages.hold();
        client.wire().send("420[\"ask\"]").send("42[\"leave\"]");
        client.expect("42[\"n\",1]");
        client.wire().expect("430[\"answer\"]");
        client.expect("42[\"n\",2]");
        client.wire().expect("41");
    }

    @Test
    void anEventThatMissesItsDeadlineComesWithoutAnOffset() throws Exception {
        String before = client.offset();
        hesitant.messages.hold();
        socket.emit("n", 1);
        client.expect("42[\"n\",1]");
        assertEquals(before, client.offset());
        String id = client.id();
        cut(client);
        hesitant.messages.release(); // now the event is in the history, which nobody could tell the client
        client.comeBack(engine.port());
        assertNotEquals(id, client.id());
        Socket fresh = connected();
        assertFalse(fresh.recovered());
        client.expectNothingElse(fresh);
        assertEquals(1, engine.recoveryCounts().unkept());
    }

    @Test
    void whileTheBrokerIsAwayEventsComeAtOnce() throws Exception {
        hesitant.messages.hold();
        socket.emit("n", 1);
        client.expect("42[\"n\",1]");
        long begun = System.nanoTime();
        for (int i = 2; i < 42; i++) { // ten seconds, if each waited for its deadline
            socket.emit("n", i);
            client.expect("42[\"n\"," + i + "]");
        }
        TimeBound.assertWithin(Duration.ofMillis(500), Duration.ofNanos(System.nanoTime() - begun), "40 events");
        String away = client.offset();
        hesitant.messages.release();
        socket.emit("n", 42);
        client.expect("42[\"n\",42]");
        assertNotEquals(away, client.offset());
        client = ReturningClient.join(engine.port());
        connected();
        String id = client.id();
        cut(client);
        assertEquals(id, client.comeBack(engine.port()).id());
        assertTrue(connected().recovered());
    }
}
