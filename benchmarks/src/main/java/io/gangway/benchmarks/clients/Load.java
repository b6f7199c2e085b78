package io.gangway.benchmarks.clients;

/**
 * What the clients are to do.
 *
 * @param port the server's
 * @param receipts the port where the server is told what has arrived; 0 if it does not want to know
 * @param sockets how many clients; for {@link Kind#CONNECT}, how many shake hands at the same time
 * @param bytes the text in a message
 * @param window how many messages are under way: of all clients together for {@link Kind#FAN_OUT} and {@link Kind#SHOOTOUT},
 *     of each for {@link Kind#ECHO}; for {@link Kind#CHAT} the lines of each client in a round, for {@link Kind#GROUPS} the
 *     members of a group
 * @param perSecond the deliveries due in a second; {@link Kind#GROUPS} only
 * @param churn how many clients join in a second and leave a second later; {@link Kind#GROUPS} only
 */
public record Load(Kind kind, int port, int receipts, int sockets, int bytes, int window, int perSecond, int churn) {

    /** The kinds of load. */
    public enum Kind {
        /** The server emits to all; its next message leaves when everyone has the one {@code window} before it. */
        FAN_OUT,
        /** Every client asks for acks, {@code window} of them at a time. */
        ECHO,
        /** Clients join, leave, and join again. */
        CONNECT,
        /** 20 messages a second to all, and a tenth of the clients ask for 10 acks a second each. */
        STEADY,
        /** 100 broadcasts of any clients, {@code window} of them at a time; each ends with the ack its sender asked for. */
        SHOOTOUT,
        /** Every client sends {@code window} lines to all; when all have arrived, the next round begins. */
        CHAT,
        /** Groups that are spoken to at a fixed rate, while other clients come and go. */
        GROUPS,
        /** The clients are there and do nothing. */
        HOLD
    }

    /** A load of one of the kinds that need no more. */
    public static Load of(Kind kind, int port, int sockets, int bytes, int window) {
        return new Load(kind, port, 0, sockets, bytes, window, 0, 0);
    }

    /** {@link Kind#GROUPS}. */
    public static Load groups(int port, int sockets, int bytes, int members, int perSecond, int churn) {
        return new Load(Kind.GROUPS, port, 0, sockets, bytes, members, perSecond, churn);
    }

    /** The same, and the server is told at this port what has arrived. */
    public Load withReceipts(int receiptsPort) {
        return new Load(kind, port, receiptsPort, sockets, bytes, window, perSecond, churn);
    }
}
