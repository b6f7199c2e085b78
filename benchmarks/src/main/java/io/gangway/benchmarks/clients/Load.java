package io.gangway.benchmarks.clients;

/**
 * The work of the clients.
 *
 * @param port the server's port
 * @param receipts the port to which the clients report arrivals; 0 for none
 * @param sockets the number of clients; for {@link Kind#CONNECT}, the number of simultaneous handshakes
 * @param bytes the length of the text in a message
 * @param window how many messages are in flight: of all clients together for {@link Kind#FAN_OUT} and
 *     {@link Kind#SHOOTOUT}, of each for {@link Kind#ECHO}; for {@link Kind#CHAT} the lines of each client in a round,
 *     for {@link Kind#GROUPS} the members of a group
 * @param perSecond the deliveries due in a second; {@link Kind#GROUPS} only
 * @param churn how many clients join in a second and leave a second later; {@link Kind#GROUPS} only
 */
public record Load(Kind kind, int port, int receipts, int sockets, int bytes, int window, int perSecond, int churn) {

    /** The kinds of load. */
    public enum Kind {
        /**
         * The server emits to all; it sends a message when all clients have received the one {@code window} earlier.
         */
        FAN_OUT,
        /** Every client requests acks, {@code window} at a time. */
        ECHO,
        /** Clients join, leave, and join again. */
        CONNECT,
        /** 20 messages per second to all, while a tenth of the clients request 10 acks per second each. */
        STEADY,
        /** 100 broadcasts by varying clients, {@code window} at a time; each ends with its sender's ack. */
        SHOOTOUT,
        /** Every client sends {@code window} lines to all; when all have arrived, the next round begins. */
        CHAT,
        /** Groups that receive messages at a fixed rate, while other clients come and go. */
        GROUPS,
        /** The clients are connected and idle. */
        HOLD
    }

    /** A load without receipts and without rates. */
    public static Load of(Kind kind, int port, int sockets, int bytes, int window) {
        return new Load(kind, port, 0, sockets, bytes, window, 0, 0);
    }

    /** {@link Kind#GROUPS}. */
    public static Load groups(int port, int sockets, int bytes, int members, int perSecond, int churn) {
        return new Load(Kind.GROUPS, port, 0, sockets, bytes, members, perSecond, churn);
    }

    /** The same, with arrivals reported to this port. */
    public Load withReceipts(int receiptsPort) {
        return new Load(kind, port, receiptsPort, sockets, bytes, window, perSecond, churn);
    }
}
