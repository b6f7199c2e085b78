package io.gangway;

import io.gangway.connection.Deadlines;
import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The answer that one socket owes. */
final class SocketAck implements PendingAcks.Expectation {
    private final String event;
    private final CompletableFuture<Arguments> answer = new CompletableFuture<>();

    private SocketAck(String event) {
        this.event = event;
    }

    /** Emits an event; whatever settles the future, the application too, leaves nothing pending. */
    static CompletableFuture<Arguments> emit(
            Socket socket, Duration timeout, String event, @Nullable Object... arguments) {
        Hall hall = socket.namespace().hall();
        PendingAcks pending = socket.namespace().pendingAcks();
        long id = pending.nextId();
        Frame frame = socket.namespace().encode(event, id, arguments);
        SocketAck ack = new SocketAck(event);
        pending.put(id, ack);
        Deadlines.Deadline deadline = hall.deadlines()
                .after(
                        timeout,
                        () -> hall.threads()
                                .complete(() -> ack.answer.completeExceptionally(new TimeoutException(
                                        "no answer to \"" + event + "\" within " + timeout.toMillis() + " ms"))));
        CompletableFuture<Arguments> cleaned = ack.answer.whenComplete((values, failure) -> {
            pending.remove(id);
            deadline.cancel();
            socket.claimAck(id);
        });
        if (socket.await(id)) {
            socket.send(frame);
        } else {
            ack.onLeave(socket);
        }
        return cleaned;
    }

    @Override
    public void onAck(Socket socket, Elements values) {
        answer.complete(new Arguments("the answer to " + event, values));
    }

    @Override
    public void onLeave(Socket socket) {
        answer.completeExceptionally(new DisconnectedException(socket + " left before it answered \"" + event + "\""));
    }
}
