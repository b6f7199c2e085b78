package io.gangway;

import io.gangway.tasks.Deadlines;
import org.jspecify.annotations.Nullable;

/** What a handler that answers later owes its client: settled once, by the handler or by the clock. Thread-safe. */
final class LateAnswer {
    private final Event event;

    // Guarded by this.
    private Deadlines.@Nullable Deadline deadline;
    private boolean settled;

    private LateAnswer(Event event) {
        this.event = event;
    }

    /** Answers {@code event} once {@code ack} is settled, or time is up; not at all if the socket has left by then. */
    static void await(Event event, Ack ack) {
        LateAnswer answer = new LateAnswer(event);
        if (event.wantsAck()) {
            answer.limit(event.socket().namespace().hall());
        }
        ack.settle(answer::settle);
    }

    private synchronized void limit(Hall hall) {
        Deadlines.Deadline timeout = hall.deadlines()
                .after(
                        hall.limits().ackTimeout(),
                        () -> hall.threads().complete(() -> settle(Ack.failed(new EngineException("Timed out")))));
        deadline = timeout;
        event.socket().bind(timeout);
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
        if (needless != null) {
            event.socket().unbind(needless);
        }
        event.socket().answer(event, ack, true);
    }
}
