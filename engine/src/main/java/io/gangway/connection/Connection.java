package io.gangway.connection;

/**
 * An ordered line to one client. Thread-safe; nothing here blocks or throws for a slow or gone client.
 */
public interface Connection {
    /** The HTTP request that opened the connection. */
    UpgradeRequest request();

    /** The transport now in use, in the protocol's words: {@code polling} or {@code websocket}. */
    String transport();

    /**
     * Queues a frame behind all earlier ones. When more waits for this client than the bound allows, the connection is
     * closed with {@link CloseReason#SLOW_CLIENT} instead.
     */
    void send(Frame frame);

    /** Queues a frame only if nothing else waits and the transport can write now; otherwise drops it. */
    void sendLossy(Frame frame);

    /**
     * Queues a frame and writes what waits on the calling thread, unless a write is under way already. For the last
     * frame of a turn: it spares the hand-over to the {@link Flusher}, but gathers nothing.
     */
    void sendNow(Frame frame);

    /** Queues a frame that leaves with whatever is written next; the caller owes a {@link #flush()}. */
    void sendUnflushed(Frame frame);

    /** Writes what waits on the calling thread, unless a write is under way already. */
    void flush();

    /** Stops reading from the client, so that TCP holds it back. What has been read may still come. */
    void pause();

    /** Reads on. */
    void resume();

    /** The bytes that wait for the client, those under way included. */
    long bufferedBytes();

    /** Whether a frame sent now would be written at once. */
    boolean isWritable();

    /**
     * Sends what waits, then ends the connection; the listener hears {@code reason} at once. Closing again does
     * nothing. {@link CloseReason#SLOW_CLIENT} and {@link CloseReason#TRANSPORT_ERROR} drop what waits.
     */
    void close(CloseReason reason, String detail);
}
