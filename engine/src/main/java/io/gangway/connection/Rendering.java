package io.gangway.connection;

/**
 * Encodes a frame for a transport, such as to complete WebSocket bytes. Runs once per frame, however many clients
 * receive it: see {@link Frame#rendered}.
 */
@FunctionalInterface
public interface Rendering<T> {
    /** Must not block; the result is shared by all connections and must not be changed. */
    T render(Frame frame);
}
