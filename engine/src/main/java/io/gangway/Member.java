package io.gangway;

import io.gangway.cluster.Payload;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.recovery.History;
import io.gangway.recovery.Recollection;
import io.gangway.tasks.Mailbox;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A socket as its namespace sees it: its admission and leaving, its rooms, the events sent to it and its pending acks.
 * Thread-safe.
 *
 * <p>While it is pending, events emitted to it and rooms it joins are kept until admission; if it is refused they are
 * dropped.
 *
 * <p>{@link Socket} extends this class with the methods for applications. They are one object, to save memory per
 * client, but separate types, so that classes that deliver to sockets do not depend on everything a socket can reach.
 */
abstract class Member extends Occupant {
    /** The client that owns the socket. */
    interface Owner {
        /** The queue in which the client's events are handled, one at a time. */
        Mailbox mailbox();

        /**
         * Disconnects the client from the socket's namespace, for the application.
         *
         * @param reason for clients that can be told one; null for none
         */
        void disconnect(Member socket, @Nullable String reason);

        /** Closes the connection, because the socket's client has come back on another one. */
        void letGo(Member socket);

        /** How many characters the names of all rooms have that the client's sockets are in. */
        int roomNames();

        /** Counts so many characters more; may be called on any thread. */
        void addRoomNames(int characters);

        /** Closes the client's connection, for the application. */
        void close();
    }

    private final Owner owner;
    private final Connection connection;
    private final PacketCodec codec;
    /** Events for the time after the admission; guarded by this. */
    private @Nullable HeldEmissions held;

    Member(Owner owner, Connection connection, PacketCodec codec, @Nullable SocketRecovery recovery) {
        super(recovery);
        this.owner = owner;
        this.connection = connection;
        this.codec = codec;
    }

    /** The namespace that the socket is in or is joining. */
    abstract LocalNamespace here();

    /**
     * Tells the cluster about rooms that this socket opened or closed; completes once messages for them are received.
     */
    abstract CompletionStage<Void> roomsChanged(Collection<String> rooms);

    /** Stops counting the socket among the namespace's clients; holds nothing of the socket. */
    abstract Runnable exitNamespace();

    /** The data shared with other nodes, which come back with the socket. */
    abstract Payload sharedData();

    /** Gets its old data and user back, unless it has got new ones meanwhile. */
    abstract void restore(Payload data, Set<String> rooms);

    /** The socket's snapshot for other nodes; {@code shared} filters the handshake. */
    abstract SocketSnapshot snapshot(UnaryOperator<Handshake> shared);

    Connection connection() {
        return connection;
    }

    Mailbox mailbox() {
        return owner.mailbox();
    }

    // ---- sending

    /** Whether an event for this socket alone is not to be sent now: it is kept until admission, or nobody gets it. */
    boolean keepsBack(Emission emission) {
        if (state() == SocketState.CONNECTED) {
            return false;
        }
        return state().isOver() ? !isAway() : isKeptBack(emission);
    }

    /** Sends an event, or keeps it until the socket is admitted. Called by {@link LocalNamespace#deliver}. */
    @Override
    void send(Emission emission) {
        if (state() == SocketState.CONNECTED || !isKeptBack(emission)) {
            connection.send(emission.frame(codec));
        }
    }

    /** Whether the event is not to be sent now, because it is kept until admission, or dropped. */
    private boolean isKeptBack(Emission emission) {
        synchronized (this) {
            if (state() == SocketState.CONNECTED) {
                return false;
            }
            if (state().isOver() || emission.delivery().isLossy()) { // a lossy event cannot be written at once
                return true;
            }
            held = held == null ? new HeldEmissions() : held;
            if (held.add(emission, here().limits().maxUnsent())) {
                return true;
            }
            held = null;
        }
        connection.close(CloseReason.SLOW_CLIENT, "more than maxUnsent waits for the client's admission");
        return true;
    }

    @Override
    void requireFew(Set<String> joined, Set<String> rooms) {
        RoomChecks.check(here().limits().sockets(), joined, rooms, here().rooms());
        RoomChecks.checkTotal(here().limits().sockets(), owner.roomNames(), joined, rooms);
    }

    @Override
    void named(int characters) {
        owner.addRoomNames(characters);
    }

    @Override
    void requireShort(Set<String> rooms) {
        RoomChecks.checkNames(here().limits().sockets(), rooms);
    }

    /** Answers an event; {@code last} if nothing follows in this turn of the mailbox. */
    void respond(long ackId, Elements values, Packet.Outcome outcome, boolean last) {
        var frame = codec.encode(new Packet.Ack(here().name(), ackId, values, outcome));
        if (state() != SocketState.CONNECTED) {
            return;
        }
        RoundTrips trips = here().trips();
        if (trips != null && WaitingAck.waits(this, connection, frame, trips)) {
            return;
        }
        if (last) {
            connection.sendNow(frame);
        } else {
            connection.sendUnflushed(frame);
            mailbox().flushesLater();
        }
    }

    // ---- admission and leaving

    /** Admits the socket; false if it has left already. Called in the mailbox's turn. */
    boolean admit() {
        SocketRecovery own = recovery();
        if (own == null) {
            return admit(null);
        }
        return rejoin(own) || admitAnew(own);
    }

    /** Admits the socket if it gets its old session back; false if not. Called in the mailbox's turn. */
    boolean rejoin() {
        SocketRecovery own = recovery();
        return own != null && rejoin(own);
    }

    private boolean rejoin(SocketRecovery own) {
        boolean back = comesBack(own);
        if (!back) {
            own.giveBack();
        }
        return back;
    }

    private boolean comesBack(SocketRecovery own) {
        History history = own.history();
        Recollection missed = isPending() ? recollect(own) : null;
        while (missed != null) {
            history.enter();
            try {
                if (!isPending()) {
                    return false;
                }
                if (own.claim(missed, this::letGo)) {
                    boolean admitted = admit(missed);
                    history.sent(missed);
                    return admitted;
                }
            } finally {
                history.leave();
            }
            missed = recollect(own); // another connection came first
        }
        return false;
    }

    private @Nullable Recollection recollect(SocketRecovery own) {
        Recollection missed = own.recollect(userName());
        if (missed == null || RoomChecks.mayReturn(this, missed.rooms())) {
            return missed;
        }
        own.refuse();
        return null;
    }

    private boolean admitAnew(SocketRecovery own) {
        own.history().enter();
        try {
            if (isPending()) {
                id(own.newId(id()));
                own.begin(id(), userName(), this::letGo);
            }
            return admit(null);
        } finally {
            own.history().leave();
        }
    }

    /** @param missed what the client missed; null for a new session */
    private boolean admit(@Nullable Recollection missed) {
        RoomChanges changes = changes();
        synchronized (this) {
            if (!isPending()) {
                return !state().isOver();
            }
            state(SocketState.ADMITTED);
            connection.account().admit(); // before the client knows, and may send more
            if (missed != null) {
                restore(missed.data(), missed.rooms());
                comeBackTo(missed.rooms());
            }
            here().rooms().enter(this);
            enterAll(changes);
            // Queued under the lock, so that later emits and disconnects follow it.
            SocketRecovery own = recovery();
            String secret = own == null ? null : own.privateId();
            connection.sendUnflushed(codec.encode(new Packet.Connect(here().name(), id(), secret)));
            if (missed != null) {
                missed.forEachMissed(emission -> connection.sendUnflushed(emission.frame(codec)));
            }
            if (held != null) {
                held.forEach(this::sendHeld);
                held = null;
            }
            if (state() == SocketState.ADMITTED) { // unless the client has just been disconnected as too slow
                state(SocketState.CONNECTED);
            }
        }
        // Sent now, without later packets: a client that registers its listeners only once connected would miss those.
        History.outside(connection::flush);
        changed(changes);
        return true;
    }

    private void sendHeld(Emission emission) {
        SocketRecovery own = recovery();
        RoundTrips trips = here().trips();
        if (own != null && trips != null && emission.ackId() == PacketCodec.NO_ACK) {
            trips.emit(new Selection(Set.of(id()), Set.of()), emission);
            return;
        }
        if (own != null) {
            own.place(emission);
        }
        connection.sendUnflushed(emission.frame(codec));
    }

    private void letGo() {
        owner.letGo(this);
    }

    /**
     * Removes the socket everywhere, once; true if the handlers must be called, after which the caller
     * {@linkplain #forgetRooms forgets its rooms}.
     */
    boolean leave(DisconnectReason reason) {
        Remains remains = new Remains();
        together(() -> remains.left = leave(reason, remains));
        if (!remains.left) {
            return false;
        }
        changed(remains.changes);
        if (!remains.kept) {
            History.outside(exitNamespace());
        }
        History.outside(() -> remains.abandoned.forEach(Pending::onLeave));
        for (long ackId : remains.unanswered) {
            here().threads().complete(() -> onNoAck(ackId));
        }
        return remains.admitted;
    }

    private boolean leave(DisconnectReason reason, Remains remains) {
        if (state().isOver()) {
            return false;
        }
        remains.admitted = isAdmitted();
        state(state().end(reason));
        held = null;
        remains.unanswered = takeAwaited();
        remains.abandoned = takePending();
        if (remains.admitted) {
            exitAll(remains.changes);
            here().rooms().exit(this);
            SocketRecovery own = recovery();
            remains.kept = own != null && keep(own, reason);
        } else {
            forgetRooms();
        }
        return true;
    }

    /** Keeps the session for a client that may come back, or ends it. */
    private boolean keep(SocketRecovery own, DisconnectReason reason) {
        if (!reason.isInvoluntary()) {
            own.end();
            return false;
        }
        return own.keep(userName(), joined(), sharedData(), exitNamespace());
    }

    /** Disconnects the client from the namespace, for the application. */
    void disconnect() {
        owner.disconnect(this, null);
    }

    /** The same, and tells the client this reason if its protocol has a place for it. */
    void disconnect(String reason) {
        owner.disconnect(this, reason);
    }

    /** Closes the client's connection, for the application. */
    void closeConnection() {
        owner.close();
    }

    @Override
    RoomChanges changes() {
        return new RoomChanges(here().hooks().hearOfRooms());
    }

    @Override
    void changed(RoomChanges changes) {
        History.outside(() -> {
            CompletionStage<Void> unused = roomsChanged(changes.openedOrClosed());
            here().hooks().roomsChanged(this, changes.joined(), changes.left());
        });
    }

    @Override
    boolean opens(String room) {
        return here().rooms().join(this, room);
    }

    @Override
    boolean closes(String room) {
        return here().rooms().leave(this, room);
    }

    // ---- acks

    /** Handles a claimed ack. */
    void onAck(long ackId, Elements values) {
        PendingAcks.Expectation expectation = here().pendingAcks().get(ackId);
        if (expectation != null) {
            expectation.onAck(this, values);
        }
    }

    /** Handles an ack that will not arrive. */
    void onNoAck(long ackId) {
        PendingAcks.Expectation expectation = here().pendingAcks().get(ackId);
        if (expectation != null) {
            expectation.onLeave(this);
        }
    }
}
