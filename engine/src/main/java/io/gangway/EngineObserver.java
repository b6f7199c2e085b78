package io.gangway;

/**
 * Sees what happens in all namespaces of one engine, the dynamic ones too. See {@link EngineBuilder#observe}.
 *
 * <p>What happens is told only while {@link #isWatching}; meanwhile an observer costs nothing else. An exception is logged,
 * and changes nothing of what was observed. No method may block: most are called on handler
 * threads, in the connection's order, and {@link #onSent} on the thread that emits.
 */
public interface EngineObserver {
    /** The engine starts; called before the first client comes, and again if the Jetty in which it is mounted restarts. */
    default void onStart() {}

    /** The engine stops; its clients have left. */
    default void onStop() {}

    /** {@return whether to tell the observer what happens from now on} Asked very often. */
    default boolean isWatching() {
        return false;
    }

    /**
     * {@return whether other nodes learn the {@linkplain Socket#transport transport} and
     * {@linkplain Socket#connectionId connection id} of this node's sockets: see {@link RemoteSocket#transport}}
     */
    default boolean describesConnections() {
        return false;
    }

    /**
     * A socket has been admitted. Its connect handlers come next.
     *
     * @param socket the socket
     */
    default void onConnect(Socket socket) {}

    /**
     * A socket's connection has changed from polling to WebSocket.
     *
     * @param socket the socket
     */
    default void onUpgrade(Socket socket) {}

    /**
     * A socket's shared data have changed: see {@link Socket#share}.
     *
     * @param socket the socket
     */
    default void onShare(Socket socket) {}

    /**
     * A socket has joined a room other than its own. The rooms that it joined before it was admitted are told after
     * {@link #onConnect}.
     *
     * @param socket the socket
     * @param room the room's name
     */
    default void onJoin(Socket socket, String room) {}

    /**
     * A socket has left a room, but not the namespace.
     *
     * @param socket the socket
     * @param room the room's name
     */
    default void onLeave(Socket socket, String room) {}

    /**
     * A client has sent an event; told before interceptors and handlers see it.
     *
     * @param event the event
     */
    default void onReceived(Event event) {}

    /**
     * An event is about to be sent to a socket of this node; told for each socket that it reaches.
     *
     * @param event the event and its receiver
     */
    default void onSent(Event event) {}

    /**
     * An admitted socket has left its namespace.
     *
     * @param socket the socket
     * @param reason why it left
     */
    default void onDisconnect(Socket socket, DisconnectReason reason) {}
}
