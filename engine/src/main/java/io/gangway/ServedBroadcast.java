package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientAck;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The acks of this node's sockets to another node's broadcast; each is passed on as it arrives. */
final class ServedBroadcast implements ExpectedAcks.Listener {
    /** The maximum wait: Node.js sends no timeout with an operator that sets none. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final ExpectedAcks expected;
    private final Broadcast broadcast;
    private final ClusterBridge bridge;
    private Deadlines.@Nullable Deadline deadline; // guarded by this

    private ServedBroadcast(LocalNamespace namespace, long ackId, Broadcast broadcast, ClusterBridge bridge) {
        this.expected = new ExpectedAcks(namespace, ackId, this);
        this.broadcast = broadcast;
        this.bridge = bridge;
    }

    static void serve(
            LocalNamespace namespace,
            Selection selection,
            Emission emission,
            Broadcast broadcast,
            ClusterBridge bridge) {
        ServedBroadcast served = new ServedBroadcast(namespace, emission.ackId(), broadcast, bridge);
        int asked = served.expected.send(selection, emission);
        served.respond(new ClientCount(bridge.nodeId(), broadcast.requestId(), asked));
        Duration timeout = broadcast.timeout();
        boolean sensible = timeout.compareTo(Duration.ZERO) > 0 && timeout.compareTo(LONGEST) < 0;
        served.until(namespace
                .threads()
                .completeAfter(sensible ? timeout : LONGEST, () -> served.expected.end(AckOutcome.TIMEOUT)));
    }

    /** Ends when the sender's time is over, or with the last ack. */
    private void until(Deadlines.Deadline limit) {
        synchronized (this) {
            deadline = limit;
        }
        endIfDone();
    }

    @Override
    public void onAnswer(Member socket, Elements values) {
        if (expected.settle(socket, AckOutcome.SUCCESS)) {
            respond(new ClientAck(bridge.nodeId(), broadcast.requestId(), ElementsPayload.first(values)));
            endIfDone();
        }
    }

    @Override
    public void onMissing(Member socket) {
        if (expected.settle(socket, AckOutcome.DISCONNECTED)) {
            endIfDone();
        }
    }

    private void endIfDone() {
        Deadlines.Deadline limit;
        synchronized (this) {
            limit = deadline;
        }
        if (limit != null && !expected.isWaiting()) {
            expected.end(AckOutcome.TIMEOUT);
            limit.cancel();
        }
    }

    private void respond(ClusterMessage.Response response) {
        bridge.respond(broadcast.from(), response);
    }
}
