package io.gangway;

import io.gangway.connection.Connection;
import io.gangway.logs.SparingLog;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.Mailbox;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Carries out a client's request to join one namespace: creates the socket, runs the interceptors, and admits or
 * refuses the socket, at once or later. Used only by tasks of the client's mailbox.
 */
final class Joining {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Joining.class));

    /** The client that requests to join. */
    interface Applicant extends Member.Owner {
        /** Whether the request is still pending: the client has neither left the namespace nor disconnected. */
        boolean isPending(ConnectRequest request);

        /** Whether the client broke the protocol, after which none of its messages are handled. */
        boolean isBroken();

        /** Cancels the client's connect timeout, because it has joined a namespace. */
        void cancelConnectTimeout();

        /** Ends a refused request; false if it had ended already. */
        boolean dismiss(ConnectRequest request);

        /** Disconnects the client, because it broke the protocol. */
        void violation(MalformedPacketException malformed);

        /**
         * Tells the client that it may not join.
         *
         * @throws IllegalArgumentException if the data cannot be written; then nothing has been sent
         */
        void refuse(Packet.ConnectError refusal);
    }

    private final Applicant client;
    private final ConnectRequest request;
    private final Connection connection;
    private final PacketCodec codec;
    private final ClientKind kind;
    private final Deadlines deadlines;
    private final Duration timeout;

    /** @param timeout how long an interceptor or handler that decides later may take */
    Joining(
            Applicant client,
            ConnectRequest request,
            Connection connection,
            PacketCodec codec,
            ClientKind kind,
            Deadlines deadlines,
            Duration timeout) {
        this.client = client;
        this.request = request;
        this.connection = connection;
        this.codec = codec;
        this.kind = kind;
        this.deadlines = deadlines;
        this.timeout = timeout;
    }

    void begin(ReceivedPacket packet, Namespaces namespaces) {
        Map<String, Object> auth;
        try {
            auth = packet.auth();
        } catch (MalformedPacketException malformed) {
            client.violation(malformed);
            return;
        }
        Handshake handshake = Handshake.of(connection.request(), auth, kind);
        Namespaces.Entry entry;
        SocketRecovery recovery;
        try {
            boolean recovers = namespaces.recovers(handshake);
            entry = namespaces.enter(request.namespace(), handshake);
            recovery = recovers ? namespaces.recovery(entry.namespace(), handshake) : null;
        } catch (Throwable refusal) {
            refuse(refusal);
            return;
        }
        CompletionStage<Void> located = recovery == null ? null : recovery.locate();
        if (located == null) {
            begin(entry, handshake, recovery);
        } else {
            CompletionStage<Void> unused =
                    located.thenRun(() -> client.mailbox().post(() -> begin(entry, handshake, recovery)));
        }
    }

    private void begin(Namespaces.Entry entry, Handshake handshake, @Nullable SocketRecovery recovery) {
        PacketCodec own = recovery == null ? codec : codec.withOffsets();
        Socket socket = new Socket(client, connection, own, recovery, entry.namespace(), handshake);
        request.begin(socket, entry.pipeline());
        if (!client.isPending(request)) {
            // The client has left. The thread that ended the request may not have seen the socket, so it leaves here.
            socket.leave(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
            return;
        }
        Ack verdict = entry.pipeline().connect(socket);
        if (verdict.isLate()) {
            await(socket, verdict);
        } else {
            decide(socket, verdict);
        }
    }

    private void await(Socket socket, Ack verdict) {
        Deadlines.Deadline limit = deadlines.after(
                timeout, () -> decideLater(socket, Ack.failed(new EngineException("Connection timed out"))));
        Obligations.Pending waiting = limit::cancel;
        socket.bind(waiting);
        verdict.settle(settled -> {
            limit.cancel();
            socket.unbind(waiting);
            decideLater(socket, settled);
        });
    }

    private void decideLater(Socket socket, Ack verdict) {
        client.mailbox().post(() -> decide(socket, verdict));
    }

    private void decide(Socket socket, Ack verdict) {
        if (request.isDecided()) {
            return;
        }
        Deque<Mailbox.Held> early = request.decide();
        Throwable failure = verdict.failure();
        if (socket.isAdmitted()) {
            client.cancelConnectTimeout();
            if (failure != null) {
                Answers.report(socket, failure, "a connect handler of " + socket);
            }
            client.mailbox().receiveFirst(early);
        } else {
            client.mailbox().forget(early);
            refuse(failure == null ? new DisconnectedException("left") : failure);
        }
    }

    /** Tells the client that it may not join. */
    private void refuse(Throwable failure) {
        client.mailbox().forget(request.decide());
        // Before the reply, so that the socket is gone when the client receives it.
        if (client.dismiss(request)) {
            EngineException told = Failures.told(failure, "the connect to " + Quoted.of(request.namespace()));
            refuse(told);
        }
    }

    /** Sends the refusal, without the data if they cannot be written. */
    private void refuse(EngineException told) {
        String namespace = request.namespace();
        try {
            client.refuse(new Packet.ConnectError(namespace, told.getMessage(), told.data()));
        } catch (RuntimeException unwritable) {
            sparing.error(unwritable, "cannot write the data of a connect_error; sending only its message");
            client.refuse(new Packet.ConnectError(namespace, told.getMessage(), null));
        }
    }
}
