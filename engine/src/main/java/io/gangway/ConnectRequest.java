package io.gangway;

import io.gangway.connection.Account;
import io.gangway.protocol.Elements;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.HandlerThreads;
import io.gangway.tasks.Mailbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A client's request to join one namespace, and the socket created for it: from the CONNECT packet until the client
 * leaves the namespace.
 *
 * <p>The socket is created when the mailbox reaches the request; by then the client may have left. The client's events
 * wait until the request is admitted or refused. Used only by tasks of the client's mailbox, except for
 * {@link #namespace}, {@link #socket} and {@link #end}.
 */
final class ConnectRequest {
    private static final int ENDED = -1;

    private final String namespace;

    /** Written before {@link #socket}, which publishes it to other threads. */
    private @Nullable Pipeline pipeline;

    private volatile @Nullable Socket socket;

    /** The client's events that wait for the decision; null once the request is admitted or refused. */
    private @Nullable Deque<Mailbox.Held> early = new ArrayDeque<>(0);

    /**
     * The bytes of the auth payload, which the socket's handshake keeps; {@link #ENDED} once the request has ended. Guarded
     * by this. Not two fields: every client has this object for as long as it is connected.
     */
    private int authBytes;

    ConnectRequest(String namespace) {
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }

    /** The socket, even after it has left; null until it is created. */
    @Nullable
    Socket socket() {
        return socket;
    }

    void begin(Socket socket, Pipeline pipeline) {
        this.pipeline = pipeline;
        this.socket = socket;
    }

    boolean isDecided() {
        return early == null;
    }

    /** Sets the event that is being received aside until the decision; false if the mailbox's limits are exceeded. */
    boolean hold(Runnable event, Mailbox mailbox) {
        Deque<Mailbox.Held> waiting = early;
        if (waiting == null) {
            throw new IllegalStateException("the request has been decided already");
        }
        Mailbox.Held held = mailbox.hold(event);
        return held != null && waiting.add(held);
    }

    /** Marks the request as decided, and returns the events set aside, in order. */
    Deque<Mailbox.Held> decide() {
        Deque<Mailbox.Held> waiting = early;
        early = null;
        return waiting == null ? new ArrayDeque<>(0) : waiting;
    }

    /**
     * Counts the auth payload, which the handshake keeps until the request ends; false if the client has been
     * disconnected because it is too large.
     */
    boolean keepAuth(ReceivedPacket packet, Account account, Mailbox mailbox) {
        long bytes = packet.decodedSize();
        if (bytes > account.longestAuth()) {
            account.refuse();
            return false;
        }
        synchronized (this) {
            if (authBytes == ENDED || bytes == 0) {
                return authBytes != ENDED;
            }
            authBytes = (int) bytes;
        }
        mailbox.add((int) bytes);
        return true;
    }

    private void release(Mailbox mailbox) {
        int bytes;
        synchronized (this) {
            bytes = Math.max(authBytes, 0);
            authBytes = ENDED;
        }
        mailbox.add(-bytes);
    }

    /** Passes an event of the client to the handlers, unless the socket was refused or has been disconnected. */
    void handle(ReceivedPacket packet, Mailbox mailbox, HandlerThreads threads, Duration ackTimeout)
            throws MalformedPacketException {
        Socket sender = socket;
        if (sender != null && sender.isTakenAway()) {
            return;
        }
        if (packet.readType() == ReceivedPacket.Type.ACK) {
            Elements unused = packet.ack(); // IncomingAcks has given it, if it was awaited; it must be valid anyway
            return;
        }
        Elements elements = packet.event();
        Pipeline handlers = pipeline;
        if (sender == null || handlers == null || !sender.isAdmitted()) {
            return; // refused, or left before it was admitted
        }
        String name = String.valueOf(elements.value(0));
        Event event = new Event(sender, name, new Arguments(name, elements.rest()), packet.ackId());
        Pipeline.Handling handling = handlers.event(name);
        long begun = System.nanoTime();
        Ack ack = handling.handle(event);
        if (ack.isLate()) {
            Answers.await(event, ack, mailbox, threads, ackTimeout, handling.counts(), begun);
        } else {
            handling.counts().add(EventOutcome.of(ack.failure()), begun);
            Answers.give(event, ack, mailbox.isEmpty());
        }
    }

    /** The socket leaves, if there is one; the handlers are told in the connection's order. */
    void end(DisconnectReason reason, Mailbox mailbox) {
        release(mailbox);
        Socket leaving = socket;
        Pipeline handlers = pipeline;
        if (leaving == null || !leaving.isAdmitted()) {
            mailbox.post(() -> mailbox.forget(decide()));
        }
        if (leaving == null || handlers == null || !leaving.leave(reason)) {
            return;
        }
        handlers.counts().disconnected(reason);
        if (handlers.hearsOfLeaving()) {
            mailbox.post(() -> handlers.disconnect(leaving, reason));
        } else {
            leaving.forgetRooms();
        }
    }
}
