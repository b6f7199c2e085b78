package io.gangway;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.PacketReader;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.Mailbox;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection and its sockets: sorts what comes in, and hands events to the mailbox.
 *
 * <p>On I/O threads it has packet headers read, and acts on ACK and DISCONNECT; what looks at JSON or
 * runs user code happens in the mailbox's turns.
 */
final class Client implements ConnectionListener {
    private static final Logger log = LoggerFactory.getLogger(Client.class);

    private final Hall hall;
    private final Codecs codecs;
    private final Connection connection;
    private final Mailbox mailbox;
    private final Map<String, Seat> seats = new ConcurrentHashMap<>(2);

    /** Namespaces that refused or expelled the client: what it sent before it knew is no fault of its. For most there are none. */
    private volatile @Nullable Set<String> expelled;

    /** Nothing more of this client is to be handled. */
    private volatile boolean broken;

    private volatile Deadlines.@Nullable Deadline connectTimeout;

    // Modified by the connection's reader only.
    private volatile @Nullable PacketCodec codec;
    private volatile @Nullable Unfinished unfinished;

    /** A packet with messages still missing. */
    private record Unfinished(PacketReader rest, Deadlines.Deadline timeout) {}

    Client(Hall hall, Codecs codecs, Connection connection) {
        this.hall = hall;
        this.codecs = codecs;
        this.connection = connection;
        this.mailbox = new Mailbox(
                hall.threads(),
                hall.deadlines(),
                connection,
                hall.limits().maxQueuedEvents(),
                hall.limits().maxQueuedBytes());
        this.connectTimeout = hall.deadlines()
                .after(
                        hall.limits().connectTimeout(),
                        () -> connection.close(CloseReason.FORCED_CLOSE, "joined no namespace in time"));
    }

    // ---- on I/O threads

    @Override
    public void onText(String text) {
        if (broken) {
            return;
        }
        try {
            onRead(reader(codecs.text()).text(text));
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
        }
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        if (broken) {
            return;
        }
        try {
            onRead(reader(codecs.binary()).binary(bytes));
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
        }
    }

    /** The reader of the next message. */
    private PacketReader reader(PacketCodec ifFirst) {
        Unfinished before = unfinished;
        if (before != null) {
            return before.rest;
        }
        PacketCodec own = codec;
        if (own == null) {
            own = ifFirst; // the first message decides
            codec = own;
        }
        return own;
    }

    private void onRead(ReceivedPacket packet) throws MalformedPacketException {
        Unfinished before = unfinished;
        PacketReader rest = packet.rest();
        if (rest == null) {
            if (before != null) {
                unfinished = null;
                before.timeout.cancel();
            }
            onPacket(packet);
        } else if (before == null) {
            Deadlines.Deadline timeout = hall.deadlines()
                    .after(hall.limits().attachmentsTimeout(), () -> violation("announced attachments did not come"));
            unfinished = new Unfinished(rest, timeout);
            requireSeat(packet);
        }
    }

    private void onPacket(ReceivedPacket packet) throws MalformedPacketException {
        switch (packet.type()) {
            case CONNECT -> onConnect(packet);
            case DISCONNECT -> onDisconnect(packet);
            case EVENT -> {
                Seat seat = requireSeat(packet);
                if (seat != null) {
                    mailbox.receive(() -> event(seat, packet), packet.size());
                }
            }
            case ACK -> {
                Seat seat = requireSeat(packet);
                if (seat != null) {
                    onAck(seat.socket(), packet);
                }
            }
            case CONNECT_ERROR -> throw new MalformedPacketException("CONNECT_ERROR from a client");
        }
    }

    private void onAck(@Nullable Socket socket, ReceivedPacket packet) {
        if (socket != null && socket.claimAck(packet.ackId())) {
            // Not through the mailbox: the handler that runs now may be waiting for this very ack.
            hall.threads().complete(() -> ack(socket, packet));
        } else {
            // Nobody waits for it, but unsound it must not be.
            mailbox.receive(() -> ack(null, packet), packet.size());
        }
    }

    private void onConnect(ReceivedPacket packet) throws MalformedPacketException {
        String namespace = packet.namespace();
        if (seats.size() >= hall.limits().maxNamespacesPerConnection()) {
            throw new MalformedPacketException("more namespaces than one connection may join");
        }
        Seat seat = new Seat(namespace);
        if (seats.putIfAbsent(namespace, seat) != null) {
            throw new MalformedPacketException("a second CONNECT to one namespace");
        }
        Set<String> forgiving = expelled;
        if (forgiving != null) {
            forgiving.remove(namespace);
        }
        mailbox.receive(() -> connect(seat, packet), packet.size());
    }

    private void onDisconnect(ReceivedPacket packet) throws MalformedPacketException {
        if (!packet.isEmpty()) {
            throw new MalformedPacketException("DISCONNECT with a payload");
        }
        Seat seat = requireSeat(packet);
        if (seat != null) {
            seats.remove(packet.namespace(), seat);
            seat.leave(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
        }
    }

    /** The client's place in the packet's namespace; null if the application took it away. */
    private @Nullable Seat requireSeat(ReceivedPacket packet) throws MalformedPacketException {
        Seat seat = seats.get(packet.namespace());
        if (seat == null && !isForgiven(packet.namespace())) {
            throw new MalformedPacketException("a packet for a namespace that the client is not in");
        }
        return seat;
    }

    @Override
    public void onClose(CloseReason reason, String detail) {
        cancelConnectTimeout();
        Unfinished before = unfinished;
        if (before != null) {
            before.timeout.cancel();
        }
        DisconnectReason why = DisconnectReason.of(reason);
        for (Seat seat : List.copyOf(seats.values())) {
            seats.remove(seat.namespace(), seat);
            seat.leave(why);
        }
        hall.gone(this);
    }

    /** Ends this client alone; on any thread. */
    private void violation(@Nullable String detail) {
        broken = true;
        connection.close(CloseReason.PARSE_ERROR, String.valueOf(detail));
    }

    // ---- in the mailbox's turns

    private void connect(Seat seat, ReceivedPacket packet) {
        if (broken) {
            return;
        }
        Map<String, Object> auth;
        try {
            auth = packet.auth();
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
            return;
        }
        Handshake handshake = Handshake.of(connection.request(), auth);
        Namespace namespace;
        try {
            namespace = hall.enter(seat.namespace(), handshake);
        } catch (Throwable refusal) {
            refuse(seat, refusal);
            return;
        }
        Socket socket = new Socket(this, namespace, handshake);
        if (!seat.take(socket)) {
            namespace.exit();
            return;
        }
        Ack verdict = namespace.pipeline().connect(socket);
        if (verdict.isLate()) {
            Deadlines.Deadline timeout = hall.deadlines()
                    .after(
                            hall.limits().connectTimeout(),
                            () -> mailbox.post(() ->
                                    decided(seat, socket, Ack.failed(new EngineException("Connection timed out")))));
            socket.bind(timeout);
            verdict.settle(settled -> {
                socket.unbind(timeout);
                mailbox.post(() -> decided(seat, socket, settled));
            });
        } else {
            decided(seat, socket, verdict);
        }
    }

    private void decided(Seat seat, Socket socket, Ack verdict) {
        if (seat.decided) {
            return;
        }
        seat.decided = true;
        Throwable failure = verdict.failure();
        if (socket.isAdmitted()) {
            cancelConnectTimeout();
            if (failure != null) {
                socket.report(failure, "a connect handler of " + socket);
            }
            while (!seat.waiting.isEmpty()) {
                seat.waiting.remove().run();
            }
        } else {
            seat.waiting.clear();
            refuse(seat, failure == null ? new DisconnectedException("left") : failure);
        }
    }

    /** Tells the client that it may not join, and leaves no trace of it. */
    private void refuse(Seat seat, Throwable failure) {
        seat.decided = true;
        if (seats.get(seat.namespace()) == seat) {
            forgive(seat.namespace());
        }
        boolean stillHere = seats.remove(seat.namespace(), seat);
        // First, so that nothing is left of the socket when the client hears.
        if (seat.socket() != null) {
            seat.leave(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
        }
        if (stillHere) {
            EngineException told = Failures.told(failure, "the connect to " + Quoted.of(seat.namespace()));
            connection.send(refusal(seat.namespace(), told));
        }
    }

    /** Without its data if that cannot be written. */
    private Frame refusal(String namespace, EngineException told) {
        try {
            return codec().encode(new Packet.ConnectError(namespace, told.getMessage(), told.data()));
        } catch (RuntimeException unwritable) {
            log.error("the data of a connect_error cannot be written", unwritable);
            return codec().encode(new Packet.ConnectError(namespace, told.getMessage(), null));
        }
    }

    private void event(Seat seat, ReceivedPacket packet) {
        Socket socket = seat.socket();
        if (broken || packet.isEmpty()) {
            return; // an event without even a name is nothing, as in Node
        }
        if (!seat.decided) {
            seat.waitingBytes += packet.size();
            if (seat.waiting.size() >= hall.limits().maxQueuedEvents()
                    || seat.waitingBytes > hall.limits().maxQueuedBytes()) {
                violation("too many events before the connect was decided");
                return;
            }
            seat.waiting.add(() -> event(seat, packet));
            return;
        }
        if (seat.isTakenAway()) {
            return;
        }
        Elements elements;
        try {
            elements = packet.event();
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
            return;
        }
        if (socket == null || !socket.isAdmitted()) {
            return; // refused, or gone before it was admitted
        }
        String name = String.valueOf(elements.value(0));
        Event event = new Event(socket, name, new Arguments(name, elements.rest()), packet.ackId());
        answer(event, socket.namespace().pipeline().event(event));
    }

    private void answer(Event event, Ack ack) {
        if (ack.isLate()) {
            LateAnswer.await(event, ack);
        } else {
            event.socket().answer(event, ack, mailbox.isEmpty());
        }
    }

    /** Runs {@code step} in this connection's order: now if this is its turn, otherwise when the turn comes. */
    Ack inTurn(Supplier<Ack> step) {
        if (mailbox.isCurrent()) {
            return step.get();
        }
        CompletableFuture<Ack> outcome = new CompletableFuture<>();
        mailbox.post(() -> outcome.complete(step.get()));
        return Ack.later(outcome);
    }

    // ---- for its sockets

    /** Sends a frame along with those that follow in this turn of the mailbox. */
    void sendInTurn(Frame frame) {
        connection.sendUnflushed(frame);
        mailbox.flushesLater();
    }

    private void ack(@Nullable Socket socket, ReceivedPacket packet) {
        Elements values = null;
        try {
            values = broken ? null : packet.ack();
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
        }
        if (socket != null && values != null) {
            socket.onAck(packet.ackId(), values);
        } else if (socket != null) {
            socket.onNoAck(packet.ackId());
        }
    }

    /** From now on packets for this namespace are dropped; before its seat goes, or one might come in between. */
    private synchronized void forgive(String namespace) {
        Set<String> forgiving = expelled;
        if (forgiving == null) {
            forgiving = ConcurrentHashMap.newKeySet(1);
            expelled = forgiving;
        }
        if (forgiving.size() < hall.limits().maxNamespacesPerConnection()) {
            forgiving.add(namespace);
        }
    }

    private boolean isForgiven(String namespace) {
        Set<String> forgiving = expelled;
        return forgiving != null && forgiving.contains(namespace);
    }

    /** The application disconnects one socket. */
    void expel(Socket socket) {
        String name = socket.namespace().name();
        Seat seat = seats.get(name);
        if (seat == null || seat.socket() != socket) {
            return;
        }
        forgive(name);
        if (seats.remove(name, seat)) {
            boolean admitted = socket.isAdmitted();
            seat.leave(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
            connection.send(codec().encode(
                            admitted
                                    ? new Packet.Disconnect(name)
                                    : new Packet.ConnectError(name, "Disconnected", null)));
        }
    }

    /** The application closes the whole connection. */
    void close() {
        for (Seat seat : List.copyOf(seats.values())) {
            Socket socket = seat.socket();
            if (socket != null) {
                expel(socket);
            }
        }
        connection.close(CloseReason.FORCED_CLOSE, "closed by the application");
    }

    /** The engine closes. */
    void shutdown() {
        connection.close(CloseReason.SERVER_SHUTDOWN, "the engine closes");
    }

    /** The client's IP address. */
    String address() {
        return connection.request().remoteAddress();
    }

    Connection connection() {
        return connection;
    }

    /** The codec of this client. Set once its first message has arrived, which is before it has a socket. */
    PacketCodec codec() {
        return Objects.requireNonNull(codec, "the client has sent no message yet");
    }

    Hall hall() {
        return hall;
    }

    void post(Runnable action) {
        mailbox.post(action);
    }

    void send(Frame frame) {
        connection.send(frame);
    }

    private void cancelConnectTimeout() {
        Deadlines.Deadline timeout = connectTimeout;
        if (timeout != null) {
            timeout.cancel();
            connectTimeout = null;
        }
    }

    @Override
    public String toString() {
        return "Client[" + Quoted.of(seats.keySet().toString()) + "]";
    }
}
