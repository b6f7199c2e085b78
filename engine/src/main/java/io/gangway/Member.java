package io.gangway;

import io.gangway.cluster.SocketSnapshot;
import io.gangway.connection.Connection;
import io.gangway.ids.RandomId;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.tasks.Mailbox;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A socket as its namespace's rooms and acks see it: its state, its rooms, the events sent to it and its pending acks.
 * Thread-safe.
 *
 * <p>While it is pending, events emitted to it and rooms it joins are kept until admission; if it is refused they are
 * dropped.
 *
 * <p>{@link Socket} extends this class with the methods for applications. They are one object, to save memory per
 * client, but separate types, so that classes that deliver to sockets do not depend on everything a socket can reach.
 */
abstract class Member extends Roster.Member {
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

        /** Closes the client's connection, for the application. */
        void close();
    }

    /** What the application owes the socket: a late verdict or answer. */
    interface Pending {
        /** The socket has left: nobody waits any more. */
        void onLeave();
    }

    private final String id = RandomId.next();
    private final Owner owner;
    private final Connection connection;
    private final PacketCodec codec;
    private volatile SocketState state = SocketState.PENDING;

    // Guarded by this; created on demand, because most sockets need few of them.
    private @Nullable List<Emission> held;
    private @Nullable Set<String> joined;
    private @Nullable Set<Long> awaited;
    private @Nullable Set<Pending> pending;

    Member(Owner owner, Connection connection, PacketCodec codec) {
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

    /** Stops counting the socket among the namespace's clients. */
    abstract void exitNamespace();

    /** The socket's snapshot for other nodes; {@code shared} filters the handshake. */
    abstract SocketSnapshot snapshot(UnaryOperator<Handshake> shared);

    String id() {
        return id;
    }

    Connection connection() {
        return connection;
    }

    Mailbox mailbox() {
        return owner.mailbox();
    }

    boolean isConnected() {
        return state == SocketState.CONNECTED;
    }

    /** Whether the socket has been admitted; it may have left since. */
    boolean isAdmitted() {
        return state.isAdmitted();
    }

    /**
     * Whether the application has disconnected the socket; messages that the client sent before it knew are not
     * handled.
     */
    boolean isTakenAway() {
        SocketState now = state;
        return now == SocketState.TAKEN_AWAY || now == SocketState.REFUSED;
    }

    // ---- sending

    /** Sends an event, or keeps it until the socket is admitted. Called by {@link LocalNamespace#deliver}. */
    void send(Emission emission) {
        if (state != SocketState.CONNECTED) {
            synchronized (this) {
                if (state.isOver()) {
                    return;
                }
                if (state != SocketState.CONNECTED) {
                    hold(emission);
                    return;
                }
            }
        }
        connection.send(emission.frame(codec));
    }

    private void hold(Emission emission) {
        if (emission.delivery().isLossy()) {
            return; // a lossy event cannot be written at once
        }
        if (held == null) {
            held = new ArrayList<>();
        }
        String key = emission.delivery().key();
        for (int i = 0; key != null && i < held.size(); i++) {
            if (key.equals(held.get(i).delivery().key())) {
                held.set(i, emission);
                return;
            }
        }
        held.add(emission);
    }

    /** Answers an event; {@code last} if nothing follows in this turn of the mailbox. */
    void respond(long ackId, Elements values, Packet.Outcome outcome, boolean last) {
        var frame = codec.encode(new Packet.Ack(here().name(), ackId, values, outcome));
        if (state != SocketState.CONNECTED) {
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
        RoomChanges changes = changes();
        synchronized (this) {
            if (state != SocketState.PENDING) {
                return !state.isOver();
            }
            state = SocketState.ADMITTED;
            connection.account().admit(); // before the client knows, and may send more
            Rooms rooms = here().rooms();
            rooms.enter(this);
            changes.openedOrClosed(id);
            if (joined != null) {
                for (String room : joined) {
                    changes.joined(room, rooms.join(this, room));
                }
            }
            // Queued under the lock, so that later emits and disconnects follow it.
            connection.sendUnflushed(codec.encode(new Packet.Connect(here().name(), id)));
            if (held != null) {
                held.forEach(emission -> connection.sendUnflushed(emission.frame(codec)));
                held = null;
            }
            if (state == SocketState.ADMITTED) { // unless the client has just been disconnected as too slow
                state = SocketState.CONNECTED;
            }
        }
        // Sent now, without later packets: a client that registers its listeners only once connected would miss those.
        connection.flush();
        changed(changes);
        return true;
    }

    /**
     * Removes the socket everywhere, once; true if the handlers must be called, after which the caller
     * {@linkplain #forgetRooms forgets its rooms}.
     */
    boolean leave(DisconnectReason reason) {
        Set<Long> unanswered;
        Set<Pending> abandoned;
        boolean admitted;
        RoomChanges changes = new RoomChanges(false); // nobody is told of rooms that are left with the namespace
        synchronized (this) {
            if (state.isOver()) {
                return false;
            }
            admitted = state.isAdmitted();
            state = state.end(reason);
            held = null;
            unanswered = awaited == null ? Set.of() : awaited;
            awaited = null;
            abandoned = pending == null ? Set.of() : pending;
            pending = null;
            if (admitted) {
                exitAll(changes);
            } else {
                joined = null;
            }
        }
        changed(changes);
        exitNamespace();
        abandoned.forEach(Pending::onLeave);
        for (long ackId : unanswered) {
            here().threads().complete(() -> onNoAck(ackId));
        }
        return admitted;
    }

    /** Leaves all rooms, and remembers them until {@link #forgetRooms}. Must be called with the lock held. */
    private void exitAll(RoomChanges changes) {
        Rooms rooms = here().rooms();
        if (joined == null) {
            joined = Set.of(); // rooms() still returns the socket's own room
        }
        for (String room : joined) {
            changes.left(room, rooms.leave(this, room));
        }
        rooms.exit(this);
        changes.openedOrClosed(id);
    }

    synchronized void forgetRooms() {
        joined = null;
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

    // ---- rooms

    void enter(Set<String> rooms) {
        RoomChanges changes = changes();
        enter(changes, rooms);
        changed(changes);
    }

    synchronized void enter(RoomChanges changes, Set<String> rooms) {
        if (state.isOver()) {
            return;
        }
        if (joined == null) {
            joined = new HashSet<>(4);
        }
        for (String room : rooms) {
            if (joined.add(room) && state.isAdmitted()) {
                changes.joined(room, here().rooms().join(this, room));
            }
        }
    }

    void exit(Set<String> rooms) {
        RoomChanges changes = changes();
        exit(changes, rooms);
        changed(changes);
    }

    synchronized void exit(RoomChanges changes, Set<String> rooms) {
        if (state.isOver() || joined == null) {
            return;
        }
        for (String room : rooms) {
            if (joined.remove(room) && state.isAdmitted()) {
                changes.left(room, here().rooms().leave(this, room));
            }
        }
    }

    /** Nothing yet, to be noted under the lock. */
    RoomChanges changes() {
        return new RoomChanges(here().hooks().hearOfRooms());
    }

    /** Not under the lock, because it calls the cluster. */
    void changed(RoomChanges changes) {
        CompletionStage<Void> unused = roomsChanged(changes.openedOrClosed());
        here().hooks().roomsChanged(this, changes.joined(), changes.left());
    }

    synchronized Set<String> rooms() {
        if (state.isOver() && joined == null) {
            return Set.of();
        }
        Set<String> rooms = new HashSet<>();
        rooms.add(id);
        if (joined != null) {
            rooms.addAll(joined);
        }
        return Set.copyOf(rooms);
    }

    synchronized boolean isInAny(Collection<String> rooms) {
        for (String room : rooms) {
            if (room.equals(id) || (joined != null && joined.contains(room))) {
                return true;
            }
        }
        return false;
    }

    // ---- acks, both ways

    /** Ends this when the socket leaves, or at once if it has left. */
    void bind(Pending undecided) {
        synchronized (this) {
            if (!state.isOver()) {
                if (pending == null) {
                    pending = new HashSet<>(2);
                }
                pending.add(undecided);
                return;
            }
        }
        undecided.onLeave();
    }

    /** The socket's leaving does not concern this any more. */
    synchronized void unbind(Pending decided) {
        if (pending != null) {
            pending.remove(decided);
        }
    }

    /** How many acks for the client's events are to come later. */
    synchronized int owedAcks() {
        return state == SocketState.CONNECTED && pending != null ? pending.size() : 0;
    }

    /** Whether an ack of the client is expected. */
    synchronized boolean isAwaited() {
        return awaited != null && !awaited.isEmpty();
    }

    /** Registers an expected ack; false if the socket has left. */
    synchronized boolean await(long ackId) {
        if (state.isOver()) {
            return false;
        }
        if (awaited == null) {
            awaited = new HashSet<>(2);
        }
        awaited.add(ackId);
        return true;
    }

    /** Unregisters an expected ack; true if it was expected. */
    synchronized boolean claimAck(long ackId) {
        return awaited != null && awaited.remove(ackId);
    }

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
