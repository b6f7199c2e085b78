package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.connection.Delivery;
import io.gangway.connection.Flusher;
import io.gangway.protocol.Emission;
import io.gangway.protocol.PacketCodec;
import io.gangway.recovery.History;
import io.gangway.recovery.SharedHistory;
import io.gangway.tasks.HandlerThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
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
    private final Limits limits;

    /** What clients may have missed; null without recovery. Changes only while no client is here. */
    private volatile @Nullable History history;

    /** This node's events that are on their way to the broker and back; null unless the broker keeps the history. */
    private volatile @Nullable RoundTrips trips;

    private final Rooms rooms = new Rooms();
    private final PendingAcks pendingAcks = new PendingAcks();

    LocalNamespace(
            String name,
            Emissions emissions,
            Flusher flusher,
            HandlerThreads threads,
            SlowClients slowClients,
            NamespaceCounts counts,
            MemberHooks hooks,
            Limits limits,
            @Nullable History history) {
        this.name = name;
        this.emissions = emissions;
        this.flusher = flusher;
        this.threads = threads;
        this.slowClients = slowClients;
        this.counts = counts;
        this.hooks = hooks;
        this.limits = limits;
        this.history = history;
    }

    String name() {
        return name;
    }

    /** What clients may have missed; null without recovery. */
    @Nullable
    History history() {
        return history;
    }

    /** The broker keeps the history from now on. */
    void share(SharedHistory shared, RoundTrips own) {
        history = shared;
        trips = own;
    }

    /** The broker is not there any more. */
    void stopSharing() {
        RoundTrips own = trips;
        trips = null;
        if (own != null) {
            own.close();
        }
    }

    /** See {@link RoundTrips}; null unless the broker keeps the history. */
    @Nullable
    RoundTrips trips() {
        return trips;
    }

    /** The engine's limits. */
    Limits limits() {
        return limits;
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
            History own = history;
            if (own != null && answers == null) {
                deliver(own, selection, emission);
                return;
            }
            rooms.select(selection, receiver(emission, answers));
        } finally {
            flusher.release();
        }
    }

    /** Sends an event that clients may get later: its place in the history is its place in each client's queue. */
    private void deliver(History history, Selection selection, Emission emission) {
        List<Member> reached = new ArrayList<>(0);
        boolean told = hooks.hearOfEvents();
        history.enter();
        try {
            history.place(emission, selection.rooms(), selection.except());
            rooms.select(selection, socket -> {
                socket.send(emission);
                if (told) {
                    reached.add(socket);
                }
            });
        } finally {
            history.leave();
        }
        tellOf(emission, reached);
    }

    /** Tells the listeners what has been sent, outside the history. */
    private void tellOf(Emission emission, List<Member> reached) {
        if (!reached.isEmpty()) {
            History.outside(() -> reached.forEach(hooks.before(emission, socket -> {})));
        }
    }

    /** Sends an event to one socket, which need not be admitted yet. */
    void deliver(Member socket, Emission emission, PendingAcks.@Nullable Expectation answers) {
        RoundTrips under = trips;
        if (under == null) {
            deliverNow(socket, emission, answers);
        } else if (answers == null
                && socket.history() != null
                && !emission.delivery().isLossy()) {
            if (!socket.keepsBack(emission)) {
                under.emit(new Selection(Set.of(socket.id()), Set.of()), emission);
            }
        } else if (!under.after(socket, () -> deliverNow(socket, emission, answers))) {
            deliverNow(socket, emission, answers);
        }
    }

    private void deliverNow(Member socket, Emission emission, PendingAcks.@Nullable Expectation answers) {
        History own = answers == null ? socket.history() : null;
        if (own != null) {
            deliver(own, socket, emission);
        } else if (answers == null && !hooks.hearOfEvents()) {
            socket.send(emission);
        } else {
            receiver(emission, answers).accept(socket);
        }
    }

    private void deliver(History history, Member socket, Emission emission) {
        history.enter();
        try {
            socket.place(emission);
            socket.send(emission);
        } finally {
            history.leave();
        }
        if (hooks.hearOfEvents()) {
            tellOf(emission, List.of(socket));
        }
    }

    // ---- the selected sockets, and those of clients that are away

    /** Adds the selected sockets of this node to rooms. */
    void join(Selection selection, Set<String> names) {
        atOnce(
                happening -> happening.joined(selection.rooms(), selection.except(), names),
                () -> rooms.select(selection, socket -> RoomChecks.enterIfAllowed(socket, names)));
    }

    /** Removes the selected sockets of this node from rooms. */
    void leave(Selection selection, Set<String> names) {
        atOnce(
                happening -> happening.left(selection.rooms(), selection.except(), names),
                () -> rooms.select(selection, socket -> socket.exit(names)));
    }

    /**
     * Disconnects the selected sockets of this node from the namespace.
     *
     * @param closes whether their connections are closed too
     */
    void disconnect(Selection selection, boolean closes) {
        List<Member> leaving = new ArrayList<>();
        atOnce(
                happening -> happening.disconnected(selection.rooms(), selection.except()),
                () -> rooms.select(selection, socket -> {
                    socket.forgo();
                    leaving.add(socket);
                }));
        History.outside(() -> leaving.forEach(closes ? Member::closeConnection : Member::disconnect));
    }

    private void atOnce(Consumer<History> happening, Runnable action) {
        History own = history;
        if (own == null) {
            action.run();
            return;
        }
        own.enter();
        try {
            happening.accept(own);
            action.run();
        } finally {
            own.leave();
        }
    }

    // ---- what all nodes do in one order

    /** Does for this node's sockets what the application has called for: after the events that are on their way. */
    void inOrder(Runnable action) {
        RoundTrips own = trips;
        if (own == null) {
            action.run();
        } else {
            own.afterAll(action);
        }
    }

    /** A socket leaves because the application wants it to: after the events that are on their way to it. */
    boolean leaveInOrder(Member socket, BooleanSupplier leaving) {
        RoundTrips own = trips;
        History shared = history;
        if (own == null || shared == null) {
            return leaving.getAsBoolean();
        }
        shared.enter();
        try {
            own.hurry(socket);
            return leaving.getAsBoolean();
        } finally {
            shared.leave();
        }
    }

    /** Carries out a message of another node at its place in the history, if it has one. */
    void atItsPlace(ClusterMessage message, String offset, Runnable effect) {
        if (offset.isEmpty() || !(history instanceof SharedHistory shared)) {
            effect.run();
            return;
        }
        shared.enter();
        try {
            shared.arrived(message, offset);
            effect.run();
        } finally {
            shared.leave();
        }
    }

    /** Another node's event, read for a client that missed it; null if it is invalid, and would not have been sent. */
    @Nullable
    Emission missed(Broadcast broadcast) {
        try {
            return emissions.received(PacketCodec.NO_ACK, delivery(), broadcast.event());
        } catch (IllegalArgumentException invalid) {
            return null;
        }
    }

    /** Sends an event to each socket that it is given. */
    private Consumer<Member> receiver(Emission emission, PendingAcks.@Nullable Expectation answers) {
        Consumer<Member> sends =
                answers == null ? socket -> socket.send(emission) : socket -> ask(socket, emission, answers);
        if (!hooks.hearOfEvents()) {
            return sends;
        }
        Consumer<Member> told = hooks.before(emission, socket -> {});
        return socket -> {
            History.outside(() -> told.accept(socket));
            sends.accept(socket);
        };
    }

    private static void ask(Member socket, Emission emission, PendingAcks.Expectation answers) {
        answers.onAsked(socket);
        if (socket.await(emission.ackId())) {
            socket.send(emission);
        } else {
            History.outside(() -> answers.onLeave(socket));
        }
    }

    /** The same text as {@link Namespace#toString}, for messages to applications. */
    @Override
    public String toString() {
        return "Namespace[" + Quoted.of(name) + "]";
    }
}
