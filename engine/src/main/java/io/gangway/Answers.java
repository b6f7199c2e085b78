package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.Packet;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import io.gangway.tasks.Mailbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends the acks of clients' events: at once, or when a late ack settles or times out, whichever is first. Thread-safe.
 *
 * <p>A late ack keeps its event, and counts as a late answer of its client, until it settles, the time is over, or the
 * socket leaves; after that an application that still holds the future holds nothing of the event.
 */
final class Answers implements Obligations.Pending {
    /** What happens if the ack settles when nobody waits for it any more. */
    private enum Later {
        NOTHING,
        REPORT_FAILURE
    }

    private final Socket socket;
    private final Mailbox mailbox;
    private final int cost;
    private final long begun;

    // Guarded by this.
    private @Nullable Event event;
    /** The event in words, once only a failure is still reported; null before, and if nothing is. */
    private @Nullable String left;

    private Deadlines.@Nullable Deadline deadline;

    /** Counts the outcome; null once it has. */
    private @Nullable EventCounts counts;

    private Answers(Event event, Mailbox mailbox, EventCounts counts, long begun) {
        this.event = event;
        this.socket = event.socket();
        this.mailbox = mailbox;
        this.counts = counts;
        this.begun = begun;
        this.cost = mailbox.answersLater();
    }

    /**
     * Sends {@code ack} to the client once it is settled, or a failure after {@code timeout}; nothing if the socket has
     * left by then. Called in the event's task.
     *
     * @param counts counts the outcome, once
     * @param begun when the event's handling began, on the clock of {@link System#nanoTime()}
     */
    static void await(
            Event event,
            Ack ack,
            Mailbox mailbox,
            HandlerThreads threads,
            Duration timeout,
            EventCounts counts,
            long begun) {
        Answers answer = new Answers(event, mailbox, counts, begun);
        answer.limit(threads, timeout);
        answer.socket.bind(answer);
        ack.settle(answer::settle);
    }

    private void limit(HandlerThreads threads, Duration timeout) {
        Deadlines.Deadline limit = threads.completeAfter(timeout, this::onTimeout);
        boolean needless;
        synchronized (this) {
            deadline = limit;
            needless = event == null;
        }
        if (needless) {
            limit.cancel();
        }
    }

    /** The event, for the first caller; null for all others. */
    private @Nullable Event claim(Later later) {
        Event claimed;
        Deadlines.Deadline needless;
        synchronized (this) {
            claimed = event;
            event = null;
            left = claimed != null && later == Later.REPORT_FAILURE ? claimed.toString() : left;
            needless = deadline;
        }
        if (claimed != null && needless != null) {
            needless.cancel();
        }
        return claimed;
    }

    /** Gives the claimed event its ack. */
    private void finish(Event claimed, Ack ack) {
        try {
            give(claimed, ack, true);
        } finally {
            forget(); // only now: until the ack is in the connection's queue, a drain must not disconnect the client
        }
    }

    private void forget() {
        socket.unbind(this);
        mailbox.answered(cost);
    }

    private void count(EventOutcome outcome) {
        EventCounts counting;
        synchronized (this) {
            counting = counts;
            counts = null;
        }
        if (counting != null) {
            counting.add(outcome, begun);
        }
    }

    private void settle(Ack ack) {
        count(EventOutcome.of(ack.failure()));
        Event answered = claim(Later.NOTHING);
        if (answered != null) {
            finish(answered, ack);
            return;
        }
        String where;
        synchronized (this) {
            where = left;
        }
        Throwable failure = ack.failure();
        if (where != null && failure != null) {
            report(socket, failure, where);
        }
    }

    /** The client of an event without an ack is told nothing yet: it did not ask when. */
    private void onTimeout() {
        count(EventOutcome.TIMEOUT);
        boolean asked = isAckWanted();
        Event answered = claim(asked ? Later.NOTHING : Later.REPORT_FAILURE);
        if (answered != null && asked) {
            finish(answered, Ack.failed(new EngineException("Timed out")));
        } else if (answered != null) {
            forget();
        }
    }

    private synchronized boolean isAckWanted() {
        return event != null && event.wantsAck();
    }

    @Override
    public void onLeave() {
        if (claim(Later.REPORT_FAILURE) != null) { // a failure is still logged
            forget();
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
