package io.gangway;

/** Is told that a socket has joined or left a room. */
@FunctionalInterface
public interface RoomListener {
    /**
     * A socket's rooms have changed. Runs on handler threads, in the connection's order, and may block; by then the socket
     * may have left again.
     *
     * @param socket the socket
     * @param room the name of the room
     * @throws Exception any failure; it is logged
     */
    void onRoom(Socket socket, String room) throws Exception;
}
