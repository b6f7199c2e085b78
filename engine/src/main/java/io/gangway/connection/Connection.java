package io.gangway.connection;

/** An ordered line to one client. Thread-safe; no method blocks or throws because the client is slow or gone. */
public interface Connection extends Account.Line {
    /** What is held for the client until its handlers are done with it. */
    Account account();

    /** The HTTP request that opened the connection. */
    UpgradeRequest request();

    /** What may be shown of the id by which the client's requests are known; empty if there is none. */
    default String shownId() {
        return "";
    }

    /** The transport now in use, in the protocol's words: {@code polling} or {@code websocket}. */
    String transport();

    /**
     * Queues a frame behind all earlier ones; a {@linkplain Delivery#LOSSY lossy} one only if the queue is empty and the
     * transport can write now. If more bytes wait for this client than the limit allows, the connection is closed with
     * {@link CloseReason#SLOW_CLIENT} instead.
     */
    void send(Frame frame);

    /**
     * Queues a frame, lossy or not, and writes the queue on the calling thread, unless a write is in progress. Meant for
     * the last frame of a turn: it saves the hand-over to the {@link Flusher}, but does not batch.
     */
    void sendNow(Frame frame);

    /**
     * Queues a frame, lossy or not, without starting a write: the frame leaves with the next one. The caller must call
     * {@link #flush()}.
     */
    void sendUnflushed(Frame frame);

    /** Writes the queue on the calling thread, unless a write is in progress. */
    void flush();

    /**
     * Stops reading from the client, so that TCP slows the client down. Data already read may still be delivered. Called
     * by the {@link #account()}, which others ask instead.
     */
    @Override
    void pause();

    /** Resumes reading. Called by the {@link #account()}. */
    @Override
    void resume();

    /** The bytes queued for the client, including those being written. */
    long bufferedBytes();

    /** Whether a frame sent now would be written at once. */
    boolean isWritable();

    /**
     * Sends the queued frames, then ends the connection; the listener is told {@code reason} at once. Closing again has
     * no effect. With {@link CloseReason#SLOW_CLIENT} and {@link CloseReason#TRANSPORT_ERROR} the queued frames are
     * dropped.
     */
    @Override
    void close(CloseReason reason, String detail);
}
