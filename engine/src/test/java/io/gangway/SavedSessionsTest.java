package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.Bystander;
import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.LocalCluster;
import io.gangway.cluster.Payload;
import io.gangway.cluster.Target;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions are where other nodes find them before their clients can be there. */
class SavedSessionsTest extends RecoveryFixture {
    private static final Duration KEPT_OPEN = Duration.ofSeconds(1);

    private final LocalCluster cluster = LocalCluster.create();
    private final HesitantCluster hesitant = new HesitantCluster(cluster.node());
    private final CountDownLatch asked = new CountDownLatch(1);

    @AfterEach
    void release() {
        hesitant.messages.release();
        hesitant.saves.release();
    }

    private Engine start(Cluster node) {
        return start(watched(recovering()
                .cluster(node)
                .namespaces(Pattern.compile("/dynamic"), this::watched)
                .namespace("/")
                .on("ask", (socket, arguments) -> {
                    socket.emit("n", 1);
                    asked.countDown();
                    return Ack.of("answer");
                })));
    }

    /** If a thread stands still for longer than a connection is kept open for a save, it is closed before, and rightly. */
    private void isClosedWhenTheSessionIsSaved(Consumer<Engine> end) throws Exception {
        Engine one = start(hesitant);
        Engine other = start(cluster.node());
        ReturningClient client = joined(one);
        String id = client.id();
        hesitant.saves.hold();
        long begun = System.nanoTime();
        CompletableFuture<Long> closed = CompletableFuture.supplyAsync(() -> {
            client.wire().expectClosed();
            return System.nanoTime() - begun;
        });
        CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> end.accept(one));
        Eventually.equal(1, hesitant.saves::held);
        assertEquals(DisconnectReason.SERVER_SHUTDOWN, left());
        ReturningClient.join(other.port()).expectNothingElse(connected()); // long enough for a connection to be closed
        long saved = System.nanoTime() - begun;
        hesitant.saves.release();
        long closing = closed.get(10, TimeUnit.SECONDS);
        client.comeBack(other.port());
        assertEquals(id, client.id());
        ended.get(10, TimeUnit.SECONDS);
        assertTrue(
                closing > saved || closing >= KEPT_OPEN.toNanos(),
                () -> "saved at " + saved + " ns, closed at " + closing);
    }

    @Test
    void drainClosesConnectionsWhenTheirSessionsAreSaved() throws Exception {
        isClosedWhenTheSessionIsSaved(engine -> engine.drain(Duration.ofSeconds(10)));
    }

    @Test
    void closeClosesConnectionsWhenTheirSessionsAreSaved() throws Exception {
        isClosedWhenTheSessionIsSaved(Engine::close);
    }

    @Test
    void aBrokerThatSavesNothingDoesNotKeepAnEngineFromClosing() throws Exception {
        Engine one = start(hesitant);
        ReturningClient client = joined(one);
        hesitant.saves.hold();
        CompletableFuture.runAsync(one::close).get(20, TimeUnit.SECONDS);
        client.wire().expectClosed();
    }

    @Test
    void anAckThatWaitsForAnEventIsSentBeforeTheConnectionCloses() throws Exception {
        Engine one = start(hesitant);
        start(cluster.node());
        ReturningClient client = joined(one);
        hesitant.messages.hold();
        client.wire().send("420[\"ask\"]");
        assertTrue(asked.await(10, TimeUnit.SECONDS), "no handler ran");
        CompletableFuture<Void> closed = CompletableFuture.runAsync(one::close);
        client.expect("42[\"n\",1]");
        client.wire().expect("430[\"answer\"]").expectClosed();
        closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aSessionThatCannotBeSavedIsLoggedAndItsClientGetsANewOne() throws Exception {
        Engine one = start(hesitant);
        ReturningClient client = joined(one);
        String id = client.id();
        try (CapturedLog log = new CapturedLog()) {
            hesitant.saves.fail();
            client.cut();
            Eventually.equal(1L, () -> one.recoveryCounts().unkept());
            Eventually.holds("a complaint", () -> log.complaints().contains("cannot save the session of socket " + id));
            assertTrue(log.complaints().contains("the broker is away"), log.complaints());
            assertFalse(log.text().contains(client.privateId()));
        }
        assertNotEquals(id, client.comeBack(one.port()).id());
        assertFalse(connected().recovered());
    }

    @Test
    void clientsThatEnterANewNamespaceTogetherCanBothComeBack() throws Exception {
        Engine one = start(hesitant);
        Engine other = start(cluster.node());
        CountDownLatch opening = hesitant.holdOpening();
        WireClient first = WireClient.open(one.port()).send("40/dynamic,");
        Eventually.holds("the first client creates the namespace", hesitant::isOpening);
        WireClient second = WireClient.open(one.port()).send("40/dynamic,");
        ReturningClient.join(one.port()).expectNothingElse(connected()); // long enough for the second client to enter
        opening.countDown();
        for (WireClient client : List.of(first, second)) {
            Matcher answer = answered(client);
            client.abort();
            left();
            WireClient back = WireClient.open(other.port()).send("40/dynamic,{\"pid\":\"" + answer.group(3) + "\"}");
            assertEquals(answer.group(2), answered(back).group(2));
        }
    }

    private static Matcher answered(WireClient client) {
        String answer = client.next();
        Matcher connected = ReturningClient.CONNECTED.matcher(answer);
        assertTrue(connected.matches(), answer);
        return connected;
    }

    @Test
    void aClientThatMissedWhatNobodyCanReadGetsANewSession() throws Exception {
        Engine one = start(cluster.node());
        Cluster.Channel stranger = hesitant.open("/", new Bystander());
        assertTrue(stranger.sessions().isPresent());
        ReturningClient client = cut(joined(one));
        String id = client.id();
        stranger.publish(unreadable());
        assertNotEquals(id, client.comeBack(one.port()).id());
        assertFalse(connected().recovered());
        assertEquals(1, one.recoveryCounts().incomplete());
    }

    private static ClusterMessage unreadable() {
        Payload noEvent = new Payload() {
            @Override
            public boolean hasBinary() {
                return false;
            }

            @Override
            public String json() {
                return "[{}]";
            }

            @Override
            public Object value() {
                return List.of(Map.of());
            }
        };
        return new Broadcast(
                "stranger",
                new Target(Set.of(), Set.of()),
                noEvent,
                false,
                ClusterMessage.NO_REQUEST,
                Duration.ZERO,
                Map.of());
    }
}
