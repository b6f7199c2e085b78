package io.gangway.connection;

/**
 * A form that a transport gives a frame, such as complete WebSocket bytes. Made once a frame, whatever the number of its
 * receivers: see {@link Frame#rendered}.
 */
@FunctionalInterface
public interface Rendering<T> {
    /** Must not block; the result is shared by all connections and must not be changed. */
    T render(Frame frame);
}
