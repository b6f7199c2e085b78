package io.gangway;

import io.gangway.connection.Delivery;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One socket, and how to reach it. Immutable and thread-safe. */
public final class SocketEmitter {
    private final Socket socket;
    private final Delivery delivery;
    private final Duration timeout;

    SocketEmitter(Socket socket, Delivery delivery, Duration timeout) {
        this.socket = socket;
        this.delivery = delivery;
        this.timeout = timeout;
    }

    /** Drops what cannot be written at once. */
    public SocketEmitter lossy() {
        return new SocketEmitter(socket, Delivery.LOSSY, timeout);
    }

    /**
     * Waits this long for an answer.
     *
     * @throws IllegalArgumentException if it is more than 24 days
     */
    public SocketEmitter timeout(Duration timeout) {
        return new SocketEmitter(socket, delivery, Waits.bounded("timeout", timeout));
    }

    /** See {@link Socket#emit}. */
    public void emit(String event, @Nullable Object... arguments) {
        socket.emit(delivery, event, arguments);
    }

    /** See {@link Socket#emitWithAck}. What is waited for is never dropped. */
    public CompletableFuture<Arguments> emitWithAck(String event, @Nullable Object... arguments) {
        return socket.emitWithAck(timeout, event, arguments);
    }
}
