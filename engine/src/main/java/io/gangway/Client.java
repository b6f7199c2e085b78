package io.gangway;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec.Header;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.Mailbox;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection and its sockets: sorts what comes in, and hands events to the mailbox.
 *
 * <p>On I/O threads it reads packet headers, gathers attachments, and acts on ACK and DISCONNECT; what looks at JSON or
 * runs user code happens in the mailbox's turns.
 */
final class Client implements ConnectionListener {
    private final Hall hall;
    private final Connection connection;
    private final Mailbox mailbox;
    private final Map<String, Seat> seats = new ConcurrentHashMap<>(2);

    /** Namespaces that refused or expelled the client: what it sent before it knew is no fault of its. For most there are none. */
    private volatile @Nullable Set<String> expelled;

    /** Nothing more of this client is to be handled. */
    private volatile boolean broken;

    private volatile Deadlines.@Nullable Deadline connectTimeout;

    /** Changed by the connection's reading alone. */
    private volatile @Nullable Assembly assembly;

    /** A packet whose attachments are still coming. */
    private record Assembly(String text, Header header, List<ByteBuffer> attachments, Deadlines.Deadline timeout) {}

    Client(Hall hall, Connection connection) {
        this.hall = hall;
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
        if (assembly != null) {
            violation("text where attachments were announced");
            return;
        }
        try {
            Header header = hall.codec().header(text);
            if (header.attachments() > 0) {
                Deadlines.Deadline timeout = hall.deadlines()
                        .after(
                                hall.limits().attachmentsTimeout(),
                                () -> violation("announced attachments did not come"));
                assembly = new Assembly(text, header, new ArrayList<>(header.attachments()), timeout);
                requireSeat(header);
            } else {
                onPacket(text, header, List.of());
            }
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
        }
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        if (broken) {
            return;
        }
        Assembly announced = assembly;
        if (announced == null) {
            violation("binary that was not announced");
            return;
        }
        announced.attachments.add(bytes);
        if (announced.attachments.size() == announced.header.attachments()) {
            assembly = null;
            announced.timeout.cancel();
            try {
                onPacket(announced.text, announced.header, announced.attachments);
            } catch (MalformedPacketException malformed) {
                violation(malformed.getMessage());
            }
        }
    }

    private void onPacket(String text, Header header, List<ByteBuffer> attachments) throws MalformedPacketException {
        switch (header.type()) {
            case CONNECT -> onConnect(text, header);
            case DISCONNECT -> onDisconnect(text, header);
            case EVENT -> {
                Seat seat = requireSeat(header);
                if (seat != null) {
                    int size = size(text, attachments);
                    mailbox.receive(() -> event(seat, text, header, attachments), size);
                }
            }
            case ACK -> {
                Seat seat = requireSeat(header);
                if (seat != null) {
                    onAck(seat.socket(), text, header, attachments);
                }
            }
            case CONNECT_ERROR -> throw new MalformedPacketException("CONNECT_ERROR from a client");
        }
    }

    private static int size(String text, List<ByteBuffer> attachments) {
        int size = text.length();
        for (ByteBuffer attachment : attachments) {
            size += attachment.remaining();
        }
        return size;
    }

    private void onAck(@Nullable Socket socket, String text, Header header, List<ByteBuffer> attachments) {
        if (socket != null && socket.claimAck(header.ackId())) {
            // Not through the mailbox: the handler that runs now may be waiting for this very ack.
            hall.threads().complete(() -> ack(socket, text, header, attachments));
        } else {
            // Nobody waits for it, but unsound it must not be.
            mailbox.receive(() -> ack(null, text, header, attachments), text.length());
        }
    }

    private void onConnect(String text, Header header) throws MalformedPacketException {
        String namespace = header.namespace();
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
        mailbox.receive(() -> connect(seat, text, header), text.length());
    }

    private void onDisconnect(String text, Header header) throws MalformedPacketException {
        if (header.body() < text.length()) {
            throw new MalformedPacketException("DISCONNECT with a payload");
        }
        Seat seat = requireSeat(header);
        if (seat != null) {
            seats.remove(header.namespace(), seat);
            seat.leave(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
        }
    }

    /** The client's place in the packet's namespace; null if the application took it away. */
    private @Nullable Seat requireSeat(Header header) throws MalformedPacketException {
        Seat seat = seats.get(header.namespace());
        if (seat == null && !isForgiven(header.namespace())) {
            throw new MalformedPacketException("a packet for a namespace that the client is not in");
        }
        return seat;
    }

    @Override
    public void onClose(CloseReason reason, String detail) {
        cancelConnectTimeout();
        Assembly unfinished = assembly;
        if (unfinished != null) {
            unfinished.timeout.cancel();
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

    private void connect(Seat seat, String text, Header header) {
        if (broken) {
            return;
        }
        Map<String, Object> auth;
        try {
            auth = hall.codec().auth(text, header);
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
            connection.send(
                    hall.encode(new Packet.ConnectError(seat.namespace(), told.getMessage(), told.data()), told));
        }
    }

    private void event(Seat seat, String text, Header header, List<ByteBuffer> attachments) {
        Socket socket = seat.socket();
        if (broken || header.body() == text.length()) {
            return; // an event without even a name is nothing, as in Node
        }
        if (!seat.decided) {
            seat.waitingBytes += size(text, attachments);
            if (seat.waiting.size() >= hall.limits().maxQueuedEvents()
                    || seat.waitingBytes > hall.limits().maxQueuedBytes()) {
                violation("too many events before the connect was decided");
                return;
            }
            seat.waiting.add(() -> event(seat, text, header, attachments));
            return;
        }
        if (seat.isTakenAway()) {
            return;
        }
        Elements elements;
        try {
            elements = hall.codec().event(text, header, attachments);
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
            return;
        }
        if (socket == null || !socket.isAdmitted()) {
            return; // refused, or gone before it was admitted
        }
        String name = String.valueOf(elements.value(0));
        Event event = new Event(socket, name, new Arguments(name, elements.rest()), header.ackId());
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

    private void ack(@Nullable Socket socket, String text, Header header, List<ByteBuffer> attachments) {
        Elements values = null;
        try {
            values = broken ? null : hall.codec().ack(text, header, attachments);
        } catch (MalformedPacketException malformed) {
            violation(malformed.getMessage());
        }
        if (socket != null && values != null) {
            socket.onAck(header.ackId(), values);
        } else if (socket != null) {
            socket.onNoAck(header.ackId());
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
            connection.send(hall.codec()
                    .encode(
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
