package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.Packet;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends the acks of clients' events: at once, or when a late ack settles or times out, whichever is first. Thread-safe.
 */
final class Answers {
    private final Event event;

    // Guarded by this.
    private Deadlines.@Nullable Deadline deadline;
    private boolean settled;

    private Answers(Event event) {
        this.event = event;
    }

    /**
     * Sends {@code ack} to the client once it is settled, or a failure after {@code timeout}; nothing if the socket has
     * left by then.
     */
    static void await(Event event, Ack ack, HandlerThreads threads, Duration timeout) {
        Answers answer = new Answers(event);
        if (event.wantsAck()) {
            answer.limit(threads, timeout);
        }
        ack.settle(answer::settle);
    }

    private synchronized void limit(HandlerThreads threads, Duration timeout) {
        Deadlines.Deadline limit =
                threads.completeAfter(timeout, () -> settle(Ack.failed(new EngineException("Timed out"))));
        deadline = limit;
        event.socket().bind(limit);
    }

    private void settle(Ack ack) {
        Deadlines.Deadline needless;
        synchronized (this) {
            if (settled) {
                return;
            }
            settled = true;
            needless = deadline;
        }
        try {
            give(event, ack, true);
        } finally {
            // Only now: until the ack is in the connection's queue, the client must not be disconnected by a drain.
            if (needless != null) {
                event.socket().unbind(needless);
            }
        }
    }

    /**
     * Sends a settled ack to the client.
     *
     * @param last whether nothing else is written in this turn of the mailbox
     */
    static void give(Event event, Ack ack, boolean last) {
        if (ack.isUnanswered()) {
            return;
        }
        Throwable failure = ack.failure();
        if (event.wantsAck()) {
            try {
                if (failure == null) {
                    respond(event, ack.values(), Packet.Outcome.DONE, last);
                } else {
                    respond(event, List.of(Failures.body(failure, event)), Packet.Outcome.FAILED, last);
                }
            } catch (RuntimeException | Error unwritable) {
                respond(event, List.of(Failures.body(unwritable, event)), Packet.Outcome.FAILED, last);
            }
        } else if (failure != null) {
            report(event.socket(), failure, event);
        }
    }

    private static void respond(Event event, List<?> values, Packet.Outcome outcome, boolean last) {
        Elements written = event.socket().here().emissions().answer(values);
        event.socket().respond(event.ackId(), written, outcome, last);
    }

    /** Reports a failure for which the client expects no ack, as the event {@code exception}. */
    static void report(Socket socket, Throwable failure, Object where) {
        Map<String, Object> body = Failures.body(failure, where);
        try {
            socket.emit(Failures.EVENT, body);
        } catch (RuntimeException | Error unwritable) {
            socket.emit(Failures.EVENT, Failures.body(unwritable, where));
        }
    }
}
