package io.gangway;

import io.gangway.connection.Delivery;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Emits to one socket with certain options. Immutable and thread-safe. */
public final class SocketEmitter {
    private final Socket socket;
    private final Delivery delivery;
    private final Duration timeout;

    SocketEmitter(Socket socket, Delivery delivery, Duration timeout) {
        this.socket = socket;
        this.delivery = delivery;
        this.timeout = timeout;
    }

    /**
     * Drops an event that cannot be written at once.
     *
     * @return an emitter to the same socket, which drops such events
     */
    public SocketEmitter lossy() {
        return new SocketEmitter(socket, Delivery.LOSSY, timeout);
    }

    /**
     * Chooses what happens to events if the client reads too slowly.
     *
     * @param slowClients disconnects the client, or drops events
     * @return an emitter to the same socket, with this choice
     */
    public SocketEmitter whenSlow(SlowClients slowClients) {
        return new SocketEmitter(socket, slowClients.delivery(), timeout);
    }

    /**
     * Waits this long for an ack.
     *
     * @param timeout how long to wait for an ack
     * @return an emitter to the same socket, with this timeout
     * @throws IllegalArgumentException if the time is more than 24 days
     */
    public SocketEmitter timeout(Duration timeout) {
        return new SocketEmitter(socket, delivery, Waits.bounded("timeout", timeout));
    }

    /**
     * Sends an event to the client. See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     */
    public void emit(String event, @Nullable Object... arguments) {
        socket.emit(delivery, event, arguments);
    }

    /**
     * Sends an event and requests an ack. See {@link Socket#emitWithAck}. An event that requests an ack is never
     * dropped.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     * @return the client's ack
     */
    public CompletableFuture<Arguments> emitWithAck(String event, @Nullable Object... arguments) {
        return socket.emitWithAck(timeout, event, arguments);
    }
}
