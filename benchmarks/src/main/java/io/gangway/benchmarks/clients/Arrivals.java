package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.nio.ByteBuffer;

/**
 * Checks that broadcasts, numbered from 0, arrive at every client once and in order. Confined to the swarm's thread.
 *
 * <p>Every delivery is counted and its length checked; the number is checked in every 64th delivery of each client.
 */
final class Arrivals {
    /** The maximum number of broadcasts in flight; a power of two. */
    static final int MOST_UNDER_WAY = 4096;

    private static final int SAMPLES = 63;

    private final int receivers;
    private final int bytes;
    private final int[] at = new int[MOST_UNDER_WAY];

    private long everywhere;
    private long delivered;

    Arrivals(int receivers, int bytes) {
        this.receivers = receivers;
        this.bytes = bytes;
    }

    /**
     * Counts a delivery and returns its number; the other parameters are those of {@link Traffic#event}.
     *
     * @param published how many broadcasts have been sent at most
     */
    long add(long published, Client client, ByteBuffer buffer, int start, int available, long length) {
        long number = client.received++;
        requireAtMost(published, client);
        requireLength(client, length, bytes);
        if ((number & SAMPLES) == (client.index & SAMPLES)) {
            long got = EventText.number(buffer, start, available);
            if (got != number) {
                throw new LoadFailure(client + " got message " + got + " where " + number
                        + " was expected: a message was lost or out of order");
            }
        }
        delivered++;
        if (++at[slot(number)] == receivers) {
            while (at[slot(everywhere)] == receivers) {
                at[slot(everywhere)] = 0;
                everywhere++;
            }
        }
        return number;
    }

    /** Checks that a client has not received more than were sent. */
    static void requireAtMost(long published, Client client) {
        if (client.received > published) {
            throw new LoadFailure(client + " got a message twice: " + client.received + " of " + published);
        }
    }

    static void requireLength(Client client, long length, int bytes) {
        if (length < bytes) {
            throw new LoadFailure(client + " got a message of " + length + " bytes, fewer than its text's " + bytes);
        }
    }

    static int slot(long number) {
        return (int) (number & (MOST_UNDER_WAY - 1));
    }

    /** How many have arrived at every client. */
    long everywhere() {
        return everywhere;
    }

    long delivered() {
        return delivered;
    }
}
