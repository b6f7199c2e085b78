package io.gangway;

import io.gangway.connection.Delivery;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The pending ack of one socket. */
final class SocketAck implements PendingAcks.Expectation {
    private final String event;
    private final CompletableFuture<Arguments> answer = new CompletableFuture<>();
    private final Runnable release;

    private SocketAck(Member socket, long id, Duration timeout, String event) {
        PendingAcks pending = socket.here().pendingAcks();
        this.event = event;
        Deadlines.Deadline deadline = socket.here().threads().completeAfter(timeout, () -> onTimeout(timeout));
        this.release = () -> {
            pending.remove(id);
            deadline.cancel();
            socket.claimAck(id);
        };
    }

    /** Emits an event; leaves nothing pending, whoever completes the future, even the application. */
    static CompletableFuture<Arguments> emit(
            Member socket, Duration timeout, String event, @Nullable Object... arguments) {
        LocalNamespace namespace = socket.here();
        PendingAcks pending = namespace.pendingAcks();
        long id = pending.nextId();
        Emission emission = namespace.emissions().local(id, Delivery.RELIABLE, event, arguments);
        SocketAck ack = new SocketAck(socket, id, timeout, event);
        long begun = System.nanoTime();
        pending.put(id, ack);
        CompletableFuture<Void> unused = ack.answer.handle((values, failure) -> {
            ack.release.run();
            namespace.counts().acks().add(outcome(failure), System.nanoTime() - begun);
            return null;
        });
        namespace.deliver(socket, emission, ack);
        return ack.answer;
    }

    private static AckOutcome outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return AckOutcome.SUCCESS;
        }
        if (failure instanceof DisconnectedException) {
            return AckOutcome.DISCONNECTED;
        }
        return failure instanceof TimeoutException ? AckOutcome.TIMEOUT : AckOutcome.CANCELLED;
    }

    @Override
    public void onAsked(Member socket) {}

    @Override
    public void onAck(Member socket, Elements values) {
        release.run();
        answer.complete(new Arguments("the answer to " + event, values));
    }

    @Override
    public void onLeave(Member socket) {
        release.run();
        answer.completeExceptionally(new DisconnectedException(socket + " left before it answered \"" + event + "\""));
    }

    private void onTimeout(Duration timeout) {
        release.run();
        answer.completeExceptionally(
                new TimeoutException("no answer to \"" + event + "\" within " + timeout.toMillis() + " ms"));
    }
}
