package io.gangway;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * How clients that were away get back what they missed: their id, rooms, {@linkplain Socket#share shared} data, and every
 * event that is not lossy and requests no ack. Immutable.
 *
 * <p>What is kept is bounded for the engine as a whole, in time, bytes and events; whoever has missed more than is kept
 * gets a new session, as without recovery.
 */
public final class Recovery {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final long MIB = 1 << 20;

    /** Which clients. Named, not generic: see GuessedConstructorTest. */
    private interface Choice {
        boolean includes(Handshake handshake);
    }

    private final Duration window;
    private final long maxBytes;
    private final int maxPackets;
    private final int maxSessions;
    private final Choice clients;
    private final boolean skipsInterceptors;

    private Recovery(
            Duration window,
            long maxBytes,
            int maxPackets,
            int maxSessions,
            Choice clients,
            boolean skipsInterceptors) {
        this.window = window;
        this.maxBytes = maxBytes;
        this.maxPackets = maxPackets;
        this.maxSessions = maxSessions;
        this.clients = clients;
        this.skipsInterceptors = skipsInterceptors;
    }

    /**
     * Keeps the sessions of clients that are away for at most this long.
     *
     * @param window the time, one second to one day; two minutes suit most applications
     * @return the settings
     * @throws IllegalArgumentException if the time is shorter or longer
     */
    public static Recovery window(Duration window) {
        if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("Recovery.window(" + window
                    + "): clients that are away are remembered for one second to one day, such as two minutes");
        }
        return new Recovery(window, 64 * MIB, 100_000, 50_000, handshake -> true, false);
    }

    /**
     * How much memory the events that are kept may take, estimated and for the engine as a whole; the oldest are
     * forgotten first. The sessions of clients that are away may take as much again, with their rooms and shared data;
     * those that would take more are not kept. If a cluster's broker keeps the sessions, this is how much one client may have
     * missed that comes back. Default 64 MiB.
     *
     * @param bytes the bytes
     * @return these settings, with this limit
     */
    public Recovery maxBytes(long bytes) {
        return new Recovery(window, positive("maxBytes", bytes), maxPackets, maxSessions, clients, skipsInterceptors);
    }

    /**
     * How many events are kept for the engine as a whole; the oldest are forgotten first. An event is kept once, however
     * many clients receive it. If a cluster's broker keeps the sessions, this is how many one client may have missed that
     * comes back. Default 100,000.
     *
     * @param packets the number of events
     * @return these settings, with this limit
     */
    public Recovery maxPackets(int packets) {
        return new Recovery(
                window, maxBytes, (int) positive("maxPackets", packets), maxSessions, clients, skipsInterceptors);
    }

    /**
     * How many clients' sessions are kept at a time while they are away, for the engine as a whole. It has no effect if
     * a cluster's broker keeps the sessions. Default 50,000.
     *
     * @param sessions the number of sessions
     * @return these settings, with this limit
     */
    public Recovery maxSessions(int sessions) {
        return new Recovery(
                window, maxBytes, maxPackets, (int) positive("maxSessions", sessions), clients, skipsInterceptors);
    }

    /**
     * Chooses the clients that can recover. They see one more argument in each event, a string; clients of all other kinds
     * than the stock JavaScript, Dart and Swift clients see it without being able to recover. Default: all but plain
     * WebSockets, which never can.
     *
     * @param clients runs once for each CONNECT, on a handler thread
     * @return these settings, with this choice
     */
    public Recovery only(Predicate<Handshake> clients) {
        return new Recovery(
                window,
                maxBytes,
                maxPackets,
                maxSessions,
                Objects.requireNonNull(clients, "clients")::test,
                skipsInterceptors);
    }

    /**
     * Lets a client that gets its session back pass without the connect interceptors. By default they run, and their
     * verdict decides: a user whose access was withdrawn meanwhile stays out. With this choice, whoever knows a session's
     * secret gets it.
     *
     * @return these settings, with this choice
     */
    public Recovery skipInterceptors() {
        return new Recovery(window, maxBytes, maxPackets, maxSessions, clients, true);
    }

    private static long positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "Recovery." + name + "(" + value + "): must be positive; to keep nothing, leave out recovery(..)");
        }
        return value;
    }

    /** {@return how long sessions are kept} */
    public Duration window() {
        return window;
    }

    /** {@return the greatest size of the events kept, in bytes} */
    public long maxBytes() {
        return maxBytes;
    }

    /** {@return the greatest number of events kept} */
    public int maxPackets() {
        return maxPackets;
    }

    /** {@return the greatest number of sessions kept} */
    public int maxSessions() {
        return maxSessions;
    }

    boolean isFor(Handshake handshake) {
        return handshake.client() == ClientKind.SOCKET_IO && clients.includes(handshake);
    }

    boolean skipsInterceptors() {
        return skipsInterceptors;
    }

    @Override
    public String toString() {
        return "Recovery[" + window + ", " + maxBytes + " bytes, " + maxPackets + " packets, " + maxSessions
                + " sessions]";
    }
}
