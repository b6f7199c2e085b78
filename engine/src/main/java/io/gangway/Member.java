package io.gangway;

import io.gangway.cluster.SocketSnapshot;
import io.gangway.connection.Connection;
import io.gangway.ids.RandomId;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.tasks.Deadlines;
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
 * A socket as its namespace's rooms and acks know it: its state, the rooms it is in, what it is sent and what it owes.
 * Thread-safe.
 *
 * <pre>
 *   PENDING --admit()--> ADMITTED --its CONNECT is queued--> CONNECTED
 *      |                    |                                    |
 *      |                    +-------- leave() by the client --------> LEFT
 *      |                    +-------- leave() by the application ---> TAKEN_AWAY
 *      +-- leave() by the client -----------------------------------> ABANDONED
 *      +-- leave() by the application, refusal ---------------------> REFUSED
 * </pre>
 *
 * <p>While it is pending, what is emitted to it and the rooms it joins are kept; one that is refused takes them along.
 *
 * <p>{@link Socket} is this, with what applications see of it: one object, for there is one for each client, and apart,
 * so that what reaches sockets does not lead back to all that they reach.
 */
abstract class Member extends Roster.Member {
    /** The client whose socket it is. */
    interface Owner {
        /** Where what the client sent is handled, one event at a time. */
        Mailbox mailbox();

        /** The application takes the client out of the socket's namespace. */
        void disconnect(Member socket);

        /** The application closes the client's connection. */
        void close();
    }

    /** Where a socket is between its client's CONNECT packet and its leaving. */
    enum State {
        PENDING(false, false),
        ADMITTED(true, false),
        CONNECTED(true, false),
        LEFT(true, true),
        TAKEN_AWAY(true, true),
        ABANDONED(false, true),
        REFUSED(false, true);

        private final boolean admitted;
        private final boolean over;

        State(boolean admitted, boolean over) {
            this.admitted = admitted;
            this.over = over;
        }

        private State end(DisconnectReason reason) {
            if (reason == DisconnectReason.SERVER_NAMESPACE_DISCONNECT) {
                return admitted ? TAKEN_AWAY : REFUSED;
            }
            return admitted ? LEFT : ABANDONED;
        }
    }

    private final String id = RandomId.next();
    private final Owner owner;
    private final Connection connection;
    private final PacketCodec codec;
    private volatile State state = State.PENDING;

    // Guarded by this, and made when first needed: most sockets need few of them.
    private @Nullable List<Emission> held;
    private @Nullable Set<String> joined;
    private @Nullable Set<Long> awaited;
    private @Nullable Set<Deadlines.Deadline> deadlines;

    Member(Owner owner, Connection connection, PacketCodec codec) {
        this.owner = owner;
        this.connection = connection;
        this.codec = codec;
    }

    /** The namespace that it is in, or wants to be. */
    abstract LocalNamespace here();

    /** Tells other nodes of rooms that were opened or closed by it; completes once messages for them come in. */
    abstract CompletionStage<Void> roomsChanged(Collection<String> rooms);

    /** It is no more counted among the namespace's clients. */
    abstract void exitNamespace();

    /** What other nodes are told of it; {@code shared} is what they may know of its handshake. */
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
        return state == State.CONNECTED;
    }

    /** Whether it was ever admitted; it may have left since. */
    boolean isAdmitted() {
        return state.admitted;
    }

    /** Whether the application has taken the client out: what that sent before it knew is not to be handled. */
    boolean isTakenAway() {
        State now = state;
        return now == State.TAKEN_AWAY || now == State.REFUSED;
    }

    // ---- what it is sent

    /** Sends an event, or keeps it until the socket is admitted. Called by {@link LocalNamespace#deliver}. */
    void send(Emission emission) {
        if (state != State.CONNECTED) {
            synchronized (this) {
                if (state.over) {
                    return;
                }
                if (state != State.CONNECTED) {
                    hold(emission);
                    return;
                }
            }
        }
        connection.send(emission.frame(codec));
    }

    private void hold(Emission emission) {
        if (emission.delivery().isLossy()) {
            return; // it cannot be written at once
        }
        if (held == null) {
            held = new ArrayList<>();
        }
        held.add(emission);
    }

    /** Answers an event; {@code last} if nothing follows in this turn of the mailbox. */
    void respond(long ackId, Elements values, boolean last) {
        var frame = codec.encode(new Packet.Ack(here().name(), ackId, values));
        if (state != State.CONNECTED) {
            return;
        }
        if (last) {
            connection.sendNow(frame);
        } else {
            connection.sendUnflushed(frame);
            mailbox().flushesLater();
        }
    }

    // ---- coming and leaving

    /** Lets the socket in; false if it has left already. Called in the mailbox's turn. */
    boolean admit() {
        List<String> opened = new ArrayList<>(1);
        synchronized (this) {
            if (state != State.PENDING) {
                return !state.over;
            }
            state = State.ADMITTED;
            Rooms rooms = here().rooms();
            rooms.enter(this);
            opened.add(id);
            if (joined != null) {
                for (String room : joined) {
                    if (rooms.join(this, room)) {
                        opened.add(room);
                    }
                }
            }
            // Queued under the lock: whoever emits, or disconnects the socket, from now on comes behind.
            connection.sendUnflushed(codec.encode(new Packet.Connect(here().name(), id)));
            if (held != null) {
                held.forEach(emission -> connection.sendUnflushed(emission.frame(codec)));
                held = null;
            }
            if (state == State.ADMITTED) { // not if the client proved too slow just now
                state = State.CONNECTED;
            }
        }
        // Now, and without what follows: a client that listens only once it is connected would miss that.
        connection.flush();
        changed(opened);
        return true;
    }

    /** Leaves everything behind, once; true if the handlers have to be told, who then have its rooms {@linkplain #forgetRooms forgotten}. */
    boolean leave(DisconnectReason reason) {
        Set<Long> unanswered;
        Set<Deadlines.Deadline> needless;
        boolean admitted;
        List<String> closed = new ArrayList<>(1);
        synchronized (this) {
            if (state.over) {
                return false;
            }
            admitted = state.admitted;
            state = state.end(reason);
            held = null;
            unanswered = awaited == null ? Set.of() : awaited;
            awaited = null;
            needless = deadlines == null ? Set.of() : deadlines;
            deadlines = null;
            if (admitted) {
                exitAll(closed);
            } else {
                joined = null;
            }
        }
        changed(closed);
        exitNamespace();
        needless.forEach(Deadlines.Deadline::cancel);
        for (long ackId : unanswered) {
            here().threads().complete(() -> onNoAck(ackId));
        }
        return admitted;
    }

    /** Leaves all rooms, and remembers them until {@link #forgetRooms}. To be called with the lock. */
    private void exitAll(List<String> closed) {
        Rooms rooms = here().rooms();
        if (joined == null) {
            joined = Set.of(); // rooms() still tells the own one
        }
        for (String room : joined) {
            if (rooms.leave(this, room)) {
                closed.add(room);
            }
        }
        rooms.exit(this);
        closed.add(id);
    }

    synchronized void forgetRooms() {
        joined = null;
    }

    /** The application takes the client out of the namespace. */
    void disconnect() {
        owner.disconnect(this);
    }

    /** The application closes the client's connection. */
    void closeConnection() {
        owner.close();
    }

    // ---- rooms

    void enter(Set<String> rooms) {
        List<String> opened = new ArrayList<>(0);
        enter(opened, rooms);
        changed(opened);
    }

    /** @param opened takes the rooms that have come into being */
    synchronized void enter(List<String> opened, Set<String> rooms) {
        if (state.over) {
            return;
        }
        if (joined == null) {
            joined = new HashSet<>(4);
        }
        for (String room : rooms) {
            if (joined.add(room) && state.admitted && here().rooms().join(this, room)) {
                opened.add(room);
            }
        }
    }

    void exit(Set<String> rooms) {
        List<String> closed = new ArrayList<>(0);
        exit(closed, rooms);
        changed(closed);
    }

    /** @param closed takes the rooms that are gone */
    synchronized void exit(List<String> closed, Set<String> rooms) {
        if (state.over || joined == null) {
            return;
        }
        for (String room : rooms) {
            if (joined.remove(room) && state.admitted && here().rooms().leave(this, room)) {
                closed.add(room);
            }
        }
    }

    /** Not under the lock: this goes to the cluster. */
    void changed(List<String> rooms) {
        CompletionStage<Void> unused = roomsChanged(rooms);
    }

    synchronized Set<String> rooms() {
        if (state.over && joined == null) {
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

    // ---- what it owes, and is owed

    /** Has a deadline cancelled when the socket leaves, or at once if it has left. */
    void bind(Deadlines.Deadline deadline) {
        synchronized (this) {
            if (!state.over) {
                if (deadlines == null) {
                    deadlines = new HashSet<>(2);
                }
                deadlines.add(deadline);
                return;
            }
        }
        deadline.cancel();
    }

    /** Cancels a deadline that was bound. */
    void unbind(Deadlines.Deadline deadline) {
        deadline.cancel();
        synchronized (this) {
            if (deadlines != null) {
                deadlines.remove(deadline);
            }
        }
    }

    /** Notes that an answer is owed; false if the socket has left. */
    synchronized boolean await(long ackId) {
        if (state.over) {
            return false;
        }
        if (awaited == null) {
            awaited = new HashSet<>(2);
        }
        awaited.add(ackId);
        return true;
    }

    /** Whether this answer was owed; from now on it is not. */
    synchronized boolean claimAck(long ackId) {
        return awaited != null && awaited.remove(ackId);
    }

    /** An answer that was claimed. */
    void onAck(long ackId, Elements values) {
        PendingAcks.Expectation expectation = here().pendingAcks().get(ackId);
        if (expectation != null) {
            expectation.onAck(this, values);
        }
    }

    /** An answer that was claimed, or is owed no more, will not come. */
    void onNoAck(long ackId) {
        PendingAcks.Expectation expectation = here().pendingAcks().get(ackId);
        if (expectation != null) {
            expectation.onLeave(this);
        }
    }
}
