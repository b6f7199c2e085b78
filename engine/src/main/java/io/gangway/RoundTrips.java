package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.logs.SparingLog;
import io.gangway.protocol.Emission;
import io.gangway.recovery.SharedHistory;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * This node's own events of one namespace on their way to the broker and back. An event is delivered to this node's sockets
 * when it comes back: at its place among the events of all nodes, with its offset. Thread-safe.
 *
 * <p>What has no such place and was called for later, such as an ack or a disconnect, does not overtake it. Nothing waits
 * longer than {@link #DEADLINE}: then the broker counts as away, and until it is back all events are delivered at once, in
 * the order of the calls, and without an offset of their own.
 *
 * <p>Lock order: the history's, a socket's, this.
 */
final class RoundTrips {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(RoundTrips.class));

    static final Duration DEADLINE = Duration.ofMillis(250);
    /** Of more events than this under way it is not asked which of them concern a socket. */
    private static final int FEW = 64;

    private final Receivers receivers;
    private final Traces traces;
    private final SharedHistory history;
    private final String nodeId;
    private final Outgoing outgoing;
    private final Deadlines deadlines;
    private final Gaps gaps;

    /** Whether the broker is away; written inside the history. */
    private volatile boolean away;

    /** Until each is delivered and has come back, or is known not to come back. */
    private final Trips trips = new Trips();

    // Guarded by this.
    private boolean checking;

    /** Tells the trace to which an event belongs. */
    interface Traces {
        Map<String, String> of(Emission emission);
    }

    /** This node's sockets. */
    interface Receivers {
        /** Sends an event to the selected sockets. */
        void deliver(Selection selection, Emission emission);
    }

    /** @param unsent is told of messages that could not be sent, and why */
    RoundTrips(
            Receivers receivers,
            Traces traces,
            SharedHistory history,
            Cluster.Channel channel,
            Deadlines deadlines,
            BiConsumer<ClusterMessage, Throwable> unsent) {
        this.receivers = receivers;
        this.traces = traces;
        this.history = history;
        this.nodeId = channel.nodeId();
        this.outgoing = new Outgoing(channel, unsent);
        this.deadlines = deadlines;
        this.gaps = new Gaps(history, nodeId, outgoing, deadlines);
    }

    // ---- on the way to the broker

    /** Sends an event to the selected sockets of all nodes. */
    void emit(Selection selection, Emission emission) {
        Trip trip = new Trip(Trip.broadcast(nodeId, selection, emission, traces.of(emission)), selection, emission);
        if (away) {
            history.enter();
            try {
                begin(trip);
                deliverOpen();
            } finally {
                history.leave();
            }
        } else {
            begin(trip);
        }
        outgoing.send();
    }

    private synchronized void begin(Trip trip) {
        trips.add(trip);
        outgoing.add(trip.message, failure -> doesNotComeBack(trip, failure != null));
        if (!checking) {
            checking = true;
            deadlines.after(DEADLINE, this::check);
        }
    }

    /** Sends a message that this node has carried out itself, after the events before it. */
    void say(ClusterMessage message) {
        outgoing.add(message, failure -> {
            if (failure != null && !(message instanceof ServerEvent)) {
                isMissing();
            }
        });
        outgoing.send();
    }

    private void isMissing() {
        history.enter();
        try {
            gaps.found();
        } finally {
            history.leave();
        }
    }

    // ---- on the way back

    /** One of this node's messages has its place. On the thread that reads what all nodes send. */
    void published(ClusterMessage message, String offset) {
        Trip trip = message instanceof Broadcast broadcast ? trips.find(broadcast) : null;
        history.enter();
        try {
            history.arrived(message, offset);
            gaps.published(message);
            if (trip != null) {
                if (!trip.delivered) {
                    deliver(trip);
                }
                trips.end(trip);
            }
            deliverFailed();
            resumeIfNothingIsMissing();
        } finally {
            history.leave();
        }
    }

    /**
     * The channel has done with the event; no effect if it has come back.
     *
     * @param isMissing whether the broker may not have it: else it is in the history, but its place cannot be told
     */
    private void doesNotComeBack(Trip trip, boolean isMissing) {
        history.enter();
        try {
            trip.failed = true;
            if (trip.delivered) {
                trips.end(trip);
            }
            if (isMissing && !trip.message.lossy()) {
                gaps.found();
            }
            deliverFailed();
            if (!away) {
                resumeIfNothingIsMissing();
            }
        } finally {
            history.leave();
        }
    }

    /** Delivers what does not come back, unless something called for earlier may. */
    private void deliverFailed() {
        for (Trip oldest = trips.undelivered(); oldest != null && oldest.failed; oldest = trips.undelivered()) {
            deliverWithoutPlace(oldest);
            trips.end(oldest);
        }
    }

    private void deliverWithoutPlace(Trip trip) {
        if (!trip.message.lossy()) {
            history.interrupted();
        }
        deliver(trip);
    }

    /** Then what waits for it. Called inside the history. */
    private void deliver(Trip trip) {
        trip.delivered = true;
        carryOut(() -> receivers.deliver(trip.selection, trip.emission));
        for (Trip.Follower next = trips.follower(trip); next != null; next = trips.follower(trip)) {
            carryOut(next.task());
        }
    }

    /** What fails, such as an event that a client's format cannot express, does not keep back what follows. */
    private static void carryOut(Runnable task) {
        try {
            task.run();
        } catch (Throwable failed) {
            sparing.error(failed, "cannot deliver an event or ack that waited for its place in the cluster's order");
        }
    }

    // ---- while the broker is away

    /** Delivers what has not come back in time. */
    private void check() {
        history.enter();
        try {
            Trip oldest = trips.undelivered();
            if (oldest != null && System.nanoTime() - oldest.since >= DEADLINE.toNanos()) {
                away = true;
                deliverOpen();
                oldest = trips.undelivered();
            }
            checkLater(oldest);
        } finally {
            history.leave();
        }
    }

    private synchronized void checkLater(@Nullable Trip oldest) {
        checking = oldest != null || trips.areOpen();
        if (checking) {
            long since = oldest == null ? System.nanoTime() : oldest.since;
            deadlines.after(Duration.ofNanos(Math.max(1, since + DEADLINE.toNanos() - System.nanoTime())), this::check);
        }
    }

    /** Called inside the history. */
    private void deliverOpen() {
        for (Trip oldest = trips.undelivered(); oldest != null; oldest = trips.undelivered()) {
            deliverWithoutPlace(oldest);
            if (oldest.failed) {
                trips.end(oldest);
            }
        }
    }

    /** The broker, or another node, has been heard. */
    void heard() {
        if (away) {
            history.enter();
            try {
                resumeIfNothingIsMissing();
            } finally {
                history.leave();
            }
        }
    }

    /** Called inside the history. */
    private void resumeIfNothingIsMissing() {
        if (!trips.isAnyWithoutPlace()) {
            away = false;
            history.resumed();
        }
    }

    /** Delivers what is under way: nothing will come back any more. */
    void close() {
        history.enter();
        try {
            away = true;
            gaps.close();
            deliverOpen();
        } finally {
            history.leave();
        }
    }

    // ---- what has no place

    /** Runs a task now, or after all events that are under way. */
    void afterAll(Runnable task) {
        if (!trips.areOpen() || !trips.followLast(task)) {
            task.run();
        }
    }

    /** Whether any event is yet to be delivered. */
    boolean areUnderWay() {
        return trips.areOpen();
    }

    /** Runs a task after the events for a socket that are under way; false if there are none, and the caller does it. */
    boolean after(Recipient socket, Runnable task) {
        if (!trips.areOpen()) {
            return false;
        }
        List<Trip> newestFirst = trips.newestFirst();
        boolean many = newestFirst.size() > FEW;
        for (Trip trip : newestFirst) {
            if ((many || concerns(trip, socket)) && trips.follow(trip, socket, task)) {
                return true;
            }
        }
        return false;
    }

    private boolean concerns(Trip trip, Recipient socket) {
        return trips.isFollowed(trip, socket) || trip.selects(socket);
    }

    /** Sends a socket all that is under way for it, because the application disconnects it. Called inside the history. */
    void hurry(Recipient socket) {
        for (Trip trip : trips.oldestFirst()) {
            if (!trip.delivered && trip.selects(socket)) {
                Emission early = trip.emission.again(); // its frames have no offset, unlike those for the other sockets
                history.place(early, trip.selection.rooms(), trip.selection.except());
                socket.send(early);
            }
            for (Runnable task : trips.take(trip, socket)) {
                carryOut(task);
            }
        }
    }
}
