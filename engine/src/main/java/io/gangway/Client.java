package io.gangway;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.PacketReader;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.recovery.History;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import io.gangway.tasks.Mailbox;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client: its connection and its sockets. Dispatches received packets, and passes events to the mailbox.
 *
 * <p>On I/O threads it reads packet headers and handles ACK and DISCONNECT; JSON is parsed and handlers run in tasks of
 * the mailbox.
 */
final class Client extends NamespaceRequests implements ConnectionListener, Joining.Applicant {
    private final Connection connection;
    private final ClientSettings settings;
    private final Namespaces namespaces;
    private final HandlerThreads threads;
    private final Deadlines deadlines;
    private final ClientKeeper keeper;
    private final Mailbox mailbox;

    /** Whether the client broke the protocol, after which none of its messages are handled. */
    private volatile boolean broken;

    private volatile Deadlines.@Nullable Deadline connectTimeout;

    // Modified only by the thread that reads from the connection.
    private volatile @Nullable PacketCodec codec;
    private volatile @Nullable UnfinishedPacket unfinished;

    Client(
            Connection connection,
            ClientSettings settings,
            Namespaces namespaces,
            HandlerThreads threads,
            Deadlines deadlines,
            ClientKeeper keeper) {
        this.connection = connection;
        this.settings = settings;
        this.namespaces = namespaces;
        this.threads = threads;
        this.deadlines = deadlines;
        this.keeper = keeper;
        this.mailbox = new Mailbox(threads, deadlines, connection, settings.mailbox());
        this.connectTimeout = deadlines.after(
                settings.limits().connectTimeout(),
                () -> connection.close(
                        CloseReason.FORCED_CLOSE, "the client joined no namespace within connectTimeout"));
    }

    // ---- on I/O threads

    @Override
    public void onText(String text) {
        if (broken) {
            return;
        }
        try {
            onRead(reader(settings.codecs().text()).text(text));
        } catch (MalformedPacketException malformed) {
            violation(malformed);
        }
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        if (broken) {
            return;
        }
        try {
            onRead(reader(settings.codecs().binary()).binary(bytes));
        } catch (MalformedPacketException malformed) {
            violation(malformed);
        }
    }

    /** Joins the namespace of a plain client's route: its handshake implies the packet. */
    void join(ReceivedPacket connect) {
        codec = settings.codecs().text();
        try {
            onPacket(connect);
        } catch (MalformedPacketException malformed) {
            violation(malformed);
        }
    }

    /** The reader of the next message. */
    private PacketReader reader(PacketCodec ifFirst) {
        UnfinishedPacket before = unfinished;
        if (before != null) {
            if (!hasRequest(before.namespace())) {
                before.drop(); // the client has left, or has been taken out, meanwhile
            }
            return before.rest();
        }
        PacketCodec own = codec;
        if (own == null) {
            own = ifFirst; // the first message decides the codec
            codec = own;
        }
        return own;
    }

    private void onRead(ReceivedPacket packet) throws MalformedPacketException {
        UnfinishedPacket before = unfinished;
        if (packet.rest() == null) {
            unfinished = null;
            if (before != null) {
                before.end(); // before onPacket, which counts the whole packet
            }
            onPacket(packet);
        } else if (before != null) {
            before.onPart(packet);
        } else {
            unfinished = new UnfinishedPacket(
                    requireRequest(packet) != null ? packet : packet.dropped(),
                    connection.account(),
                    deadlines,
                    settings.limits().attachmentsTimeout(),
                    this::violation);
        }
    }

    private void onPacket(ReceivedPacket packet) throws MalformedPacketException {
        connection.account().receivedMessage();
        switch (packet.type()) {
            case CONNECT -> onConnect(packet);
            case DISCONNECT -> onDisconnect(packet);
            case EVENT -> {
                ConnectRequest request = requireRequest(packet);
                if (request != null && packet.mayBeAck()) {
                    IncomingAcks.receiveIfAck(request.socket(), packet, this, threads, settings);
                }
                if (request != null && !keeper.isLeaving()) {
                    mailbox.receive(() -> event(request, packet), packet.size());
                }
            }
            case ACK -> {
                ConnectRequest request = requireRequest(packet);
                if (request != null) {
                    IncomingAcks.receive(request.socket(), packet, this, threads, settings);
                }
            }
            case CONNECT_ERROR -> throw new MalformedPacketException("CONNECT_ERROR from a client");
        }
    }

    private void onConnect(ReceivedPacket packet) throws MalformedPacketException {
        ConnectRequest request = request(settings.namespaceOf(packet));
        mailbox.receive(() -> connect(request, packet), packet.size());
    }

    private void onDisconnect(ReceivedPacket packet) throws MalformedPacketException {
        if (!packet.isEmpty()) {
            throw new MalformedPacketException("DISCONNECT with a payload");
        }
        ConnectRequest request = requireRequest(packet);
        if (request != null) {
            leave(request, DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
        }
    }

    /** The client's request to join the packet's namespace; null if the application took the client out of it. */
    private @Nullable ConnectRequest requireRequest(ReceivedPacket packet) throws MalformedPacketException {
        return required(settings.namespaceOf(packet));
    }

    @Override
    public void onTransportChanged() {
        sockets().stream()
                .filter(Socket::isConnected)
                .forEach(socket -> socket.here().hooks().upgraded(socket));
    }

    @Override
    public void onClose(CloseReason reason, String detail) {
        cancelConnectTimeout();
        UnfinishedPacket before = unfinished;
        if (before != null) {
            before.end();
        }
        if (broken || reason == CloseReason.OVER_BUDGET || reason == CloseReason.OVER_LIMIT) {
            broken = true;
            mailbox.dropReceived();
        }
        DisconnectReason why = DisconnectReason.of(reason);
        // A connection may end because an event has just been sent to it, while its history is busy with that.
        History.outside(() -> {
            leaveAll(why);
            keeper.gone(this, reason, detail);
        });
    }

    /** Disconnects this client; may be called on any thread. */
    @Override
    public void violation(MalformedPacketException malformed) {
        violation(malformed.reason(), String.valueOf(malformed.getMessage()));
    }

    private void violation(CloseReason reason, String detail) {
        broken = true;
        connection.close(reason, detail);
    }

    // ---- in the mailbox's turns

    private void connect(ConnectRequest request, ReceivedPacket packet) {
        if (!broken && !keeper.isLeaving() && request.keepAuth(packet, connection.account(), mailbox)) {
            join(request, packet);
        }
    }

    private void join(ConnectRequest request, ReceivedPacket packet) {
        if (!broken && !keeper.isLeaving() && mailbox.mayDecode(packet.decodedSize(), () -> join(request, packet))) {
            new Joining(
                            this,
                            request,
                            connection,
                            codec(),
                            settings.kind(),
                            deadlines,
                            settings.limits().connectTimeout())
                    .begin(packet, namespaces);
        }
    }

    @Override
    public boolean isBroken() {
        return broken;
    }

    @Override
    public boolean isPending(ConnectRequest request) {
        return holds(request);
    }

    @Override
    public boolean dismiss(ConnectRequest request) {
        if (isPending(request)) {
            forgive(request.namespace());
        }
        return leave(request, DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    }

    private void event(ConnectRequest request, ReceivedPacket packet) {
        if (broken || packet.isEmpty() || keeper.isLeaving()) {
            return; // an event without a name is ignored, as in Node.js
        }
        if (!request.isDecided()) {
            if (!request.hold(() -> event(request, packet), mailbox)) {
                violation(
                        CloseReason.POLICY_VIOLATION, "the client sent too many events before its connect was decided");
            }
            return;
        }
        if (!mailbox.mayDecode(packet.decodedSize(), () -> event(request, packet))) {
            return;
        }
        try {
            request.handle(packet, mailbox, threads, settings.limits().ackTimeout());
        } catch (MalformedPacketException malformed) {
            violation(malformed);
        }
    }

    // ---- leaving

    @Override
    int maxNamespaces() {
        return settings.limits().maxNamespacesPerConnection();
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public void disconnect(Member socket, @Nullable String reason) {
        String name = socket.here().name();
        ConnectRequest request = requestOf(socket);
        if (request == null) {
            return;
        }
        forgive(name);
        if (!socket.here().leaveInOrder(socket, () -> leave(request, DisconnectReason.SERVER_NAMESPACE_DISCONNECT))) {
            return;
        }
        if (!socket.isAdmitted()) { // as it was when it left
            refuse(new Packet.ConnectError(name, reason == null ? "Disconnected" : reason, null));
        } else if (settings.kind() == ClientKind.PLAIN) {
            connection.close(
                    reason == null ? CloseReason.FORCED_CLOSE : CloseReason.POLICY_VIOLATION,
                    reason == null ? "the application disconnected the client" : reason);
        } else {
            connection.send(codec().encode(new Packet.Disconnect(name)));
        }
    }

    @Override
    public void letGo(Member socket) {
        ConnectRequest request = requestOf(socket);
        if (request != null) {
            leave(request, DisconnectReason.FORCED_CLOSE);
        }
        // No DISCONNECT: should this connection be the client's newer one after all, the client will come again.
        connection.close(CloseReason.FORCED_CLOSE, "the client has come back on another connection");
    }

    /** A plain client has no other namespace, so that its connection ends. */
    @Override
    public void refuse(Packet.ConnectError refusal) {
        connection.send(codec().encode(refusal));
        if (settings.kind() == ClientKind.PLAIN) {
            connection.close(CloseReason.POLICY_VIOLATION, refusal.message());
        }
    }

    @Override
    public void close() {
        sockets().forEach(socket -> disconnect(socket, null));
        connection.close(CloseReason.FORCED_CLOSE, "the application closed the connection");
    }

    /** Disconnects the client because the engine is closing. */
    void shutdown() {
        connection.close(CloseReason.SERVER_SHUTDOWN, "the engine is closing");
    }

    Connection connection() {
        return connection;
    }

    /** The codec of this client. Set once its first message has arrived, which is before it has a socket. */
    private PacketCodec codec() {
        return Objects.requireNonNull(codec, "the client has sent no message yet");
    }

    @Override
    public void cancelConnectTimeout() {
        Deadlines.Deadline timeout = connectTimeout;
        if (timeout != null) {
            timeout.cancel();
            connectTimeout = null;
        }
    }

    @Override
    public String toString() {
        return "Client[" + requestedNames() + "]";
    }
}
