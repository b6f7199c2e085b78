package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.JsonBinding;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The queue of events from other servers to this namespace, handled one at a time, in order. Thread-safe. */
final class ServerEvents {
    /** The maximum number of waiting events, so that faster servers cannot fill this one's memory. */
    private static final int MAX_WAITING = 1024;

    /** After this many events the thread moves on to other tasks. */
    private static final int EVENTS_PER_TURN = 64;

    /** Handles one: gives its name and arguments to who handles it. */
    interface Handling {
        Ack handle(String name, Arguments arguments);
    }

    private final LocalNamespace namespace;
    private final ClusterTraces traces;
    private final Handling handling;
    private final ArrayDeque<Told> waiting = new ArrayDeque<>(0); // guarded by this
    private boolean scheduled; // guarded by this

    /** @param reply receives the answer; null if none is requested */
    private record Told(
            Elements event,
            Map<String, String> trace,
            @Nullable Consumer<Elements> reply) {}

    ServerEvents(LocalNamespace namespace, ClusterTraces traces, Handling handling) {
        this.namespace = namespace;
        this.traces = traces;
        this.handling = handling;
    }

    static String nameOf(Elements event) {
        return String.valueOf(event.value(0));
    }

    /**
     * @param trace the trace to which the event belongs; empty if it is not traced
     * @param reply receives the answer; null if none is requested
     */
    void add(Elements event, Map<String, String> trace, @Nullable Consumer<Elements> reply) {
        Told told = new Told(event, trace, reply);
        boolean full;
        boolean idle;
        synchronized (this) {
            full = waiting.size() >= MAX_WAITING;
            idle = !full && !scheduled;
            if (!full) {
                waiting.add(told);
                scheduled = true;
            }
        }
        if (full) {
            answer(told, Ack.failed(new EngineException("Too many server events are waiting")));
        } else if (idle) {
            schedule();
        }
    }

    private void schedule() {
        // Other servers' events arrive on a thread that reads for all clients, which must not run handlers.
        namespace.threads().handleApart(this::turn, this::giveUp);
    }

    private void giveUp() {
        List<Told> unheard; // the engine is closing
        synchronized (this) {
            unheard = List.copyOf(waiting);
            waiting.clear();
            scheduled = false;
        }
        unheard.forEach(told -> answer(told, Ack.failed(new EngineException("The server is closing"))));
    }

    private void turn() {
        for (int i = 0; i < EVENTS_PER_TURN; i++) {
            Told told;
            synchronized (this) {
                told = waiting.poll();
                if (told == null) {
                    scheduled = false;
                    return;
                }
            }
            if (told.trace.isEmpty()) {
                handle(told);
            } else {
                traces.deliver(told.trace, nameOf(told.event), () -> handle(told));
            }
        }
        schedule();
    }

    private void handle(Told told) {
        String name = nameOf(told.event);
        JsonBinding binding = told.reply == null ? null : namespace.emissions().binding();
        AnswerBinding.during(binding, () -> handling.handle(name, new Arguments(name, told.event.rest())))
                .settle(ack -> answer(told, ack));
    }

    private void answer(Told told, Ack ack) {
        Throwable failure = ack.failure();
        Object where = "a server event of " + namespace;
        if (told.reply == null) {
            if (failure != null) {
                Failures.log(failure, where);
            }
            return;
        }
        if (ack.isUnanswered()) {
            return; // like a Node.js server without a listener: the sending server counts this one as silent
        }
        try {
            told.reply.accept(namespace
                    .emissions()
                    .elements(failure == null ? ack.values() : List.of(Failures.body(failure, where))));
        } catch (RuntimeException | Error unwritable) {
            told.reply.accept(namespace.emissions().elements(List.of(Failures.body(unwritable, where))));
        }
    }
}
