package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.connection.Delivery;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.recovery.History;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The acks of one broadcast: those of this node's sockets, and those that other nodes report. */
final class BroadcastAck implements ExpectedAcks.Listener, ClusterRequest {
    private final String event;
    private final ExpectedAcks expected;
    private final CompletableFuture<Replies> replies = new CompletableFuture<>();

    // Guarded by this.
    private final List<Arguments> received = new ArrayList<>();
    private final Set<String> missing = new HashSet<>();
    private boolean allAsked;
    /** How many other nodes have to report; negative while unknown. */
    private int nodes;

    private int reports;
    private int clients;
    private int acks;
    private boolean unreachable;
    private boolean finished;

    private BroadcastAck(LocalNamespace namespace, Emission emission, boolean elsewhere) {
        this.event = emission.event();
        this.expected = new ExpectedAcks(namespace, emission.ackId(), this);
        this.nodes = elsewhere ? -1 : 0;
    }

    static CompletableFuture<Replies> emit(
            LocalNamespace namespace,
            Selection selection,
            @Nullable ClusterBridge elsewhere,
            Duration timeout,
            String event,
            @Nullable Object... arguments) {
        long id = namespace.pendingAcks().nextId();
        Emission emission = namespace.emissions().shared(id, Delivery.RELIABLE, event, arguments);
        BroadcastAck ack = new BroadcastAck(namespace, emission, elsewhere != null);
        Deadlines.Deadline deadline = namespace.threads().completeAfter(timeout, ack::finish);
        namespace.inOrder(() -> ack.ask(selection, emission));
        Runnable forget = elsewhere == null ? () -> {} : elsewhere.ask(selection, emission, timeout, ack);
        CompletableFuture<Void> unused = ack.replies.handle((all, failure) -> {
            // Leaves nothing pending, whoever completes the future, even the application.
            ack.expected.end(AckOutcome.CANCELLED);
            deadline.cancel();
            forget.run();
            return null;
        });
        return ack.replies;
    }

    private void ask(Selection selection, Emission emission) {
        if (!replies.isDone()) { // the time may be up already
            expected.send(selection, emission);
        }
        History.outside(this::onAllAsked);
    }

    private void onAllAsked() {
        synchronized (this) {
            allAsked = true;
        }
        finishIfDone();
    }

    // ---- this node's sockets

    @Override
    public void onAnswer(Member socket, Elements values) {
        synchronized (this) {
            if (expected.settle(socket, AckOutcome.SUCCESS)) {
                received.add(new Arguments("the answer to " + event, values));
            }
        }
        finishIfDone();
    }

    @Override
    public void onMissing(Member socket) {
        synchronized (this) {
            if (expected.settle(socket, AckOutcome.DISCONNECTED)) {
                missing.add(socket.id());
            }
        }
        finishIfDone();
    }

    // ---- the other nodes

    @Override
    public void onNodes(int others) {
        synchronized (this) {
            nodes = others;
        }
        finishIfDone();
    }

    @Override
    public void onResponse(ClusterMessage.Response response, Elements value) {
        synchronized (this) {
            if (response instanceof ClusterMessage.ClientCount count) {
                reports++;
                clients += count.clients();
            } else if (response instanceof ClusterMessage.ClientAck) {
                acks++;
                received.add(new Arguments("the answer to " + event, value));
            }
        }
        finishIfDone();
    }

    @Override
    public void onUnavailable(Throwable cause) {
        synchronized (this) {
            unreachable = true;
            nodes = 0;
        }
        finishIfDone();
    }

    private void finishIfDone() {
        synchronized (this) {
            // Not "exactly": a node that is leaving may answer although it is no longer counted.
            if (!allAsked || expected.isWaiting() || nodes < 0 || reports < nodes || acks < clients) {
                return;
            }
        }
        finish();
    }

    private void finish() {
        Replies partial;
        synchronized (this) {
            if (finished) {
                return;
            }
            finished = true;
            expected.end(AckOutcome.TIMEOUT).forEach(socket -> missing.add(socket.id()));
            int silent = unreachable || nodes < 0 ? 1 : Math.max(0, nodes - reports);
            partial = new Replies(received, missing, Math.max(0, clients - acks), silent);
        }
        replies.complete(partial);
    }
}
