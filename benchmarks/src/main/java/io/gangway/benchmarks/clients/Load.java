package io.gangway.benchmarks.clients;

/**
 * What the clients are to do.
 *
 * @param serverPid whose CPU time counts
 * @param sockets how many clients; for {@link Kind#CONNECT}, how many shake hands at the same time
 * @param bytes the text in a message
 * @param window how many messages are under way: of all clients together for {@link Kind#FAN_OUT}, of each for {@link
 *     Kind#ECHO}
 * @param leadMillis how long it runs before the measurement
 * @param measureMillis how long it is measured
 */
public record Load(
        Kind kind, int port, long serverPid, int sockets, int bytes, int window, long leadMillis, long measureMillis) {

    /** The kinds of load. */
    public enum Kind {
        /** One client publishes to all; the next message leaves when everyone has the one {@code window} before it. */
        FAN_OUT,
        /** Every client asks for acks, {@code window} of them at a time. */
        ECHO,
        /** Clients join, leave, and join again. */
        CONNECT,
        /** 20 messages a second to all, and a tenth of the clients ask for 10 acks a second each. */
        STEADY,
        /** The clients are there and do nothing. */
        HOLD,
        /** All clients leave. */
        LEAVE
    }
}
