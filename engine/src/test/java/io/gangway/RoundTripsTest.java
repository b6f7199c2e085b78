package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gangway.cluster.Bystander;
import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.LocalCluster;
import io.gangway.connection.Delivery;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.ParserLimits;
import io.gangway.recovery.Keeping;
import io.gangway.recovery.SharedHistory;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.ManualClock;
import io.gangway.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** An event's way to the broker and back goes on, even if a step of it ends in an Error. */
class RoundTripsTest {
    private final ManualClock clock = new ManualClock();
    private final HesitantCluster hesitant =
            new HesitantCluster(LocalCluster.create().node());
    private final List<String> done = new ArrayList<>();
    private RoundTrips trips;

    /** @param receivers this node's sockets */
    private void open(RoundTrips.Receivers receivers) {
        Cluster.Channel channel = hesitant.open("/", new Bystander() {
            @Override
            public void published(ClusterMessage message, String offset) {
                trips.published(message, offset);
            }
        });
        Keeping keeping = new Keeping(
                new Keeping.Bounds(Duration.ofMinutes(2), Duration.ofSeconds(45), 1 << 20, 500, 100),
                (delay, task) -> {},
                System::nanoTime);
        trips = new RoundTrips(
                receivers,
                emission -> Map.of(),
                new SharedHistory(keeping, channel.sessions().orElseThrow(), Runnable::run),
                channel,
                Deadlines.byHand(clock),
                (message, failure) -> done.add("unsent: " + failure.getMessage()));
    }

    private static Emission emission(int number) {
        JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
        return new Emission("/", PacketCodec.NO_ACK, "e", binding.writeEvent("e", List.of(number)), Delivery.RELIABLE);
    }

    @Test
    void whatFollowsAnEventIsDoneThoughItsDeliveryFails() {
        open((selection, emission) -> {
            throw new StackOverflowError("while it is written");
        });
        hesitant.messages.hold();
        trips.emit(Selection.ALL, emission(1));
        trips.afterAll(() -> done.add("ack"));
        assertEquals(List.of(), done);
        try (CapturedLog log = new CapturedLog()) {
            hesitant.messages.release();
            log.expectComplaint("cannot deliver an event or ack that waited for its place");
        }
        assertEquals(List.of("ack"), done);
        assertFalse(trips.areUnderWay());
    }

    @Test
    void aMessageThatCannotBeSentDoesNotKeepBackTheNext() {
        Outgoing outgoing = new Outgoing(
                new Cluster.Channel() {
                    @Override
                    public String nodeId() {
                        return "me";
                    }

                    @Override
                    public CompletionStage<String> publish(ClusterMessage message) {
                        if (done.isEmpty()) {
                            throw new StackOverflowError("too deep");
                        }
                        return CompletableFuture.completedStage("1");
                    }

                    @Override
                    public void respond(String toNode, ClusterMessage response) {}

                    @Override
                    public CompletionStage<Integer> nodeCount() {
                        return CompletableFuture.completedStage(2);
                    }

                    @Override
                    public void close() {}
                },
                (message, failure) -> done.add("unsent: " + failure.getMessage()));
        for (int i = 1; i <= 2; i++) {
            String settled = "settled " + i;
            outgoing.add(Trip.broadcast("me", Selection.ALL, emission(i), Map.of()), failure -> done.add(settled));
            outgoing.send();
        }
        assertEquals(List.of("unsent: too deep", "settled 1", "settled 2"), done);
    }
}
