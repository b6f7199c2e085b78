package io.gangway;

import io.gangway.connection.Deadlines;
import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The answers that many sockets owe to one broadcast. */
final class BroadcastAck implements PendingAcks.Expectation {
    private final String event;
    private final CompletableFuture<Replies> replies = new CompletableFuture<>();

    // Guarded by this.
    private final Set<Socket> waiting = new HashSet<>();
    private final List<Arguments> received = new ArrayList<>();
    private final Set<String> missing = new HashSet<>();

    /** Set once all have been asked. */
    private @Nullable Runnable release;

    private BroadcastAck(String event) {
        this.event = event;
    }

    static CompletableFuture<Replies> emit(
            Namespace namespace, Selection selection, Duration timeout, String event, @Nullable Object... arguments) {
        PendingAcks pending = namespace.pendingAcks();
        long id = pending.nextId();
        Frame frame = namespace.encode(event, id, arguments);
        BroadcastAck ack = new BroadcastAck(event);
        pending.put(id, ack);
        namespace.deliver(selection, socket -> {
            if (ack.ask(socket, id)) {
                socket.send(frame);
            }
        });
        Hall hall = namespace.hall();
        Deadlines.Deadline deadline =
                hall.deadlines().after(timeout, () -> hall.threads().complete(ack::onTimeout));
        ack.onAllAsked(() -> {
            pending.remove(id);
            deadline.cancel();
            ack.unanswered().forEach(socket -> socket.claimAck(id));
        });
        return ack.replies;
    }

    private boolean ask(Socket socket, long id) {
        synchronized (this) {
            waiting.add(socket);
        }
        if (socket.await(id)) {
            return true;
        }
        onLeave(socket);
        return false;
    }

    /** @param release leaves nothing pending, whatever settles the future, the application too */
    private void onAllAsked(Runnable release) {
        synchronized (this) {
            this.release = release;
        }
        CompletableFuture<Void> unused = replies.handle((all, failure) -> {
            release.run();
            return null;
        });
        finishIfDone();
    }

    @Override
    public void onAck(Socket socket, Elements values) {
        synchronized (this) {
            if (waiting.remove(socket)) {
                received.add(new Arguments("the answer to " + event, values));
            }
        }
        finishIfDone();
    }

    @Override
    public void onLeave(Socket socket) {
        synchronized (this) {
            if (waiting.remove(socket)) {
                missing.add(socket.id());
            }
        }
        finishIfDone();
    }

    private void onTimeout() {
        Replies partial;
        Runnable last;
        synchronized (this) {
            waiting.forEach(socket -> missing.add(socket.id()));
            partial = new Replies(received, missing);
            last = release;
        }
        if (last != null) {
            last.run();
        }
        replies.complete(partial);
    }

    private synchronized List<Socket> unanswered() {
        return List.copyOf(waiting);
    }

    private void finishIfDone() {
        Replies all;
        Runnable last;
        synchronized (this) {
            last = release;
            if (last == null || !waiting.isEmpty()) {
                return;
            }
            all = new Replies(received, missing);
        }
        last.run();
        replies.complete(all);
    }
}
