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

/** The answers that this node's sockets owe to another node's broadcast: each is passed on as it comes. */
final class ServedBroadcast implements Ask.Asker {
    /** Node.js sends no timeout with an operator that sets none; nobody waits longer than this. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Ask ask;
    private final Broadcast broadcast;
    private final ClusterBridge bridge;
    private Deadlines.@Nullable Deadline deadline; // guarded by this

    private ServedBroadcast(Namespace namespace, long ackId, Broadcast broadcast, ClusterBridge bridge) {
        this.ask = new Ask(namespace, ackId, this);
        this.broadcast = broadcast;
        this.bridge = bridge;
    }

    static void serve(
            Namespace namespace, Selection selection, Emission emission, Broadcast broadcast, ClusterBridge bridge) {
        ServedBroadcast served = new ServedBroadcast(namespace, emission.ackId(), broadcast, bridge);
        Hall hall = namespace.hall();
        int asked = served.ask.send(selection, emission);
        served.respond(new ClientCount(bridge.nodeId(), broadcast.requestId(), asked));
        Duration timeout = broadcast.timeout();
        boolean sensible = timeout.compareTo(Duration.ZERO) > 0 && timeout.compareTo(LONGEST) < 0;
        served.until(hall.deadlines().after(sensible ? timeout : LONGEST, served.ask::end));
    }

    /** Ends with the sender's patience, or with the last answer. */
    private void until(Deadlines.Deadline limit) {
        synchronized (this) {
            deadline = limit;
        }
        endIfDone();
    }

    @Override
    public void onAnswer(Socket socket, Elements values) {
        if (ask.settle(socket)) {
            respond(new ClientAck(bridge.nodeId(), broadcast.requestId(), ElementsPayload.first(values)));
            endIfDone();
        }
    }

    @Override
    public void onMissing(Socket socket) {
        if (ask.settle(socket)) {
            endIfDone();
        }
    }

    private void endIfDone() {
        Deadlines.Deadline limit;
        synchronized (this) {
            limit = deadline;
        }
        if (limit != null && !ask.isWaiting()) {
            ask.end();
            limit.cancel();
        }
    }

    private void respond(ClusterMessage.Response response) {
        bridge.respond(broadcast.from(), response);
    }
}
