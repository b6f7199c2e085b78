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
     * @return the same, but lossy
     */
    public SocketEmitter lossy() {
        return new SocketEmitter(socket, Delivery.LOSSY, timeout);
    }

    /**
     * Waits this long for an ack.
     *
     * @param timeout how long to wait for the ack
     * @return the same, with this timeout
     * @throws IllegalArgumentException if the time is more than 24 days
     */
    public SocketEmitter timeout(Duration timeout) {
        return new SocketEmitter(socket, delivery, Waits.bounded("timeout", timeout));
    }

    /**
     * See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments what the event carries
     */
    public void emit(String event, @Nullable Object... arguments) {
        socket.emit(delivery, event, arguments);
    }

    /**
     * See {@link Socket#emitWithAck}. An event that requests an ack is never dropped.
     *
     * @param event the event's name
     * @param arguments what the event carries
     * @return what is answered
     */
    public CompletableFuture<Arguments> emitWithAck(String event, @Nullable Object... arguments) {
        return socket.emitWithAck(timeout, event, arguments);
    }
}
