package io.gangway;

import io.gangway.connection.Frame;
import io.gangway.protocol.EventNames;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A running namespace: its sockets and rooms, and ways to reach them. Thread-safe. */
public final class Namespace {
    private final Hall hall;
    private final String name;
    private final Pipeline pipeline;
    private final Rooms rooms = new Rooms();
    private final PendingAcks pendingAcks = new PendingAcks();
    private final BroadcastOperator everyone;

    /** How many clients are in or on their way in; a namespace of a rule goes when it is 0. Guarded by this. */
    private int clients;

    private boolean retired;
    private final boolean transientName;

    /** @param transientName whether it came into being by a rule, and goes when its last client leaves */
    Namespace(Hall hall, String name, Pipeline pipeline, boolean transientName) {
        this.hall = hall;
        this.name = name;
        this.pipeline = pipeline;
        this.transientName = transientName;
        this.everyone = new BroadcastOperator(
                this, Selection.ALL, Delivery.RELIABLE, hall.limits().ackTimeout());
    }

    public String name() {
        return name;
    }

    // ---- the operators, for everyone in the namespace

    /** Sends an event to everyone in the namespace, serialised once. See {@link Socket#emit}. */
    public void emit(String event, @Nullable Object... arguments) {
        everyone.emit(event, arguments);
    }

    /** See {@link BroadcastOperator#emitWithAck}. */
    public CompletableFuture<Replies> emitWithAck(String event, @Nullable Object... arguments) {
        return everyone.emitWithAck(event, arguments);
    }

    /** Everyone in any of these rooms; a socket in two of them is reached once. */
    public BroadcastOperator to(String... rooms) {
        return everyone.to(rooms);
    }

    /** All sockets of a user, as {@link Socket#signIn} said whose they are: the same as {@code to("user:" + user)}. */
    public BroadcastOperator user(String user) {
        return everyone.to(Socket.userRoom(user));
    }

    /** Everyone but those in any of these rooms; a socket's id is a room. */
    public BroadcastOperator except(String... rooms) {
        return everyone.except(rooms);
    }

    /** Everyone on this engine alone, whatever other nodes there are. */
    public BroadcastOperator local() {
        return everyone.local();
    }

    /** Everyone, dropping the event for each client to which it cannot be written at once. */
    public BroadcastOperator lossy() {
        return everyone.lossy();
    }

    /** Everyone, waiting this long for answers. */
    public BroadcastOperator timeout(Duration timeout) {
        return everyone.timeout(timeout);
    }

    /** See {@link BroadcastOperator#socketsJoin}. */
    public void socketsJoin(String... rooms) {
        everyone.socketsJoin(rooms);
    }

    /** See {@link BroadcastOperator#socketsLeave}. */
    public void socketsLeave(String... rooms) {
        everyone.socketsLeave(rooms);
    }

    /** See {@link BroadcastOperator#disconnectSockets}. */
    public void disconnectSockets() {
        everyone.disconnectSockets();
    }

    // ---- who is here

    /** The sockets that are connected on this engine; the collection changes as they come and go. */
    public Collection<Socket> sockets() {
        return Collections.unmodifiableCollection(rooms.sockets().values());
    }

    /** The connected socket with this id. */
    public Optional<Socket> socket(String id) {
        return Optional.ofNullable(rooms.sockets().get(id));
    }

    /** The rooms that sockets of this engine have joined, without those of the sockets' own ids. */
    public Set<String> roomNames() {
        return rooms.names();
    }

    // ---- for the hall

    Hall hall() {
        return hall;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    Rooms rooms() {
        return rooms;
    }

    PendingAcks pendingAcks() {
        return pendingAcks;
    }

    BroadcastOperator everyone() {
        return everyone;
    }

    void broadcast(Selection selection, Delivery delivery, String event, @Nullable Object... arguments) {
        Frame frame = encode(event, PacketCodec.NO_ACK, arguments);
        deliver(
                selection,
                delivery == Delivery.LOSSY ? socket -> socket.sendLossy(frame) : socket -> socket.send(frame));
    }

    /** Gives {@code sender} each selected socket; what it sends is written when all have been reached. */
    void deliver(Selection selection, Consumer<Socket> sender) {
        hall.flusher().hold();
        try {
            rooms.select(selection, sender);
        } finally {
            hall.flusher().release();
        }
    }

    Frame encode(String event, long ackId, @Nullable Object... arguments) {
        if (EventNames.isReserved(event)) {
            throw new IllegalArgumentException(
                    "\"" + event + "\" is Socket.IO's own and cannot be emitted; namespace " + name);
        }
        try {
            return hall.codec().encode(new Packet.Event(name, ackId, event, unwrap(Ack.list(arguments))));
        } catch (IllegalArgumentException unwritable) {
            throw new IllegalArgumentException(
                    "event \"" + event + "\" of namespace " + name + ": " + unwritable.getMessage(), unwritable);
        }
    }

    Frame encodeAck(long ackId, List<?> values) {
        return hall.codec().encode(new Packet.Ack(name, ackId, unwrap(values)));
    }

    Frame connectAnswer(String socketId) {
        return hall.codec().encode(new Packet.Connect(name, socketId));
    }

    /** Arguments that came in leave as the elements they are. */
    private static List<?> unwrap(List<?> values) {
        boolean relays = false;
        for (Object value : values) {
            relays |= value instanceof Arguments;
        }
        if (!relays) {
            return values;
        }
        List<@Nullable Object> unwrapped = new ArrayList<>(values.size());
        for (Object value : values) {
            unwrapped.add(value instanceof Arguments arguments ? arguments.elements() : value);
        }
        return unwrapped;
    }

    /** A client comes; false if the namespace is gone. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        clients++;
        return true;
    }

    /** A client that {@link #enter}ed has left. */
    void exit() {
        boolean last;
        synchronized (this) {
            clients--;
            last = transientName && clients == 0 && !retired;
            retired |= last;
        }
        if (last) {
            hall.retire(this);
        }
    }

    @Override
    public String toString() {
        return "Namespace[" + Quoted.of(name) + "]";
    }
}
