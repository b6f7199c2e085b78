package io.gangway;

import io.gangway.connection.Delivery;
import io.gangway.connection.Flusher;
import io.gangway.protocol.Emission;
import io.gangway.tasks.HandlerThreads;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A namespace's part on this node: its sockets and rooms, their pending acks, and the delivery of events to them.
 * Thread-safe.
 */
final class LocalNamespace {
    private final String name;
    private final Emissions emissions;
    private final Flusher flusher;
    private final HandlerThreads threads;
    private final SlowClients slowClients;
    private final NamespaceCounts counts;
    private final MemberHooks hooks;
    private final Rooms rooms = new Rooms();
    private final PendingAcks pendingAcks = new PendingAcks();

    LocalNamespace(
            String name,
            Emissions emissions,
            Flusher flusher,
            HandlerThreads threads,
            SlowClients slowClients,
            NamespaceCounts counts,
            MemberHooks hooks) {
        this.name = name;
        this.emissions = emissions;
        this.flusher = flusher;
        this.threads = threads;
        this.slowClients = slowClients;
        this.counts = counts;
        this.hooks = hooks;
    }

    String name() {
        return name;
    }

    Emissions emissions() {
        return emissions;
    }

    /** How events are delivered for which nothing else is chosen. */
    Delivery delivery() {
        return slowClients.delivery();
    }

    /** How an event is delivered of which only the latest value counts, for a key of the application's. */
    Delivery latest(String event, String key) {
        Objects.requireNonNull(event, "event");
        // No two combinations make the same text: a namespace's name has no comma.
        return Delivery.latestOf(name + "," + event.length() + "," + event + Objects.requireNonNull(key, "key"));
    }

    Rooms rooms() {
        return rooms;
    }

    PendingAcks pendingAcks() {
        return pendingAcks;
    }

    /** The listeners of what happens to this namespace's sockets. */
    MemberHooks hooks() {
        return hooks;
    }

    /** Counts what happens in this namespace. */
    NamespaceCounts counts() {
        return counts;
    }

    /** The threads that complete the application's futures. */
    HandlerThreads threads() {
        return threads;
    }

    /** Sends an event to the selected sockets of this node; frames are written after all sockets have been reached. */
    void deliver(Selection selection, Emission emission) {
        deliver(selection, emission, null);
    }

    /** @param answers expects the sockets' acks; null if the event requests none */
    void deliver(Selection selection, Emission emission, PendingAcks.@Nullable Expectation answers) {
        flusher.hold();
        try {
            rooms.select(selection, receiver(emission, answers));
        } finally {
            flusher.release();
        }
    }

    /** Sends an event to one socket, which need not be admitted yet. */
    void deliver(Member socket, Emission emission, PendingAcks.@Nullable Expectation answers) {
        if (answers == null && !hooks.hearOfEvents()) {
            socket.send(emission);
        } else {
            receiver(emission, answers).accept(socket);
        }
    }

    /** Sends an event to each socket that it is given. */
    private Consumer<Member> receiver(Emission emission, PendingAcks.@Nullable Expectation answers) {
        Consumer<Member> sends =
                answers == null ? socket -> socket.send(emission) : socket -> ask(socket, emission, answers);
        return hooks.hearOfEvents() ? hooks.before(emission, sends) : sends;
    }

    private static void ask(Member socket, Emission emission, PendingAcks.Expectation answers) {
        answers.onAsked(socket);
        if (socket.await(emission.ackId())) {
            socket.send(emission);
        } else {
            answers.onLeave(socket);
        }
    }

    /** The same text as {@link Namespace#toString}, for messages to applications. */
    @Override
    public String toString() {
        return "Namespace[" + Quoted.of(name) + "]";
    }
}
