package io.gangway.benchmarks.clients;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Messages from the first client to all: each has to arrive everywhere, once and in order. Confined to the swarm's thread.
 *
 * <p>Every delivery is counted and its length looked at; of each client, the number in every 64th.
 */
final class Broadcasts {
    private static final int MOST_UNDER_WAY = 4096; // a power of two
    private static final int SAMPLES = 63;

    private final Swarm swarm;
    private final int receivers;
    private final int bytes;
    private final EventText text;
    private final ByteBuffer out;
    private final int[] arrivals = new int[MOST_UNDER_WAY];
    private final long[] dueAt = new long[MOST_UNDER_WAY];
    private final Latencies latencies = new Latencies();

    private long published;
    private long everywhere;
    private long delivered;

    Broadcasts(Swarm swarm, int bytes) {
        this.swarm = swarm;
        this.receivers = swarm.clients().size();
        this.bytes = bytes;
        this.text = new EventText("message", bytes);
        this.out = ByteBuffer.allocateDirect(bytes + 256);
    }

    void publish(long due) throws IOException {
        if (published - everywhere == MOST_UNDER_WAY) {
            throw new LoadFailure("the server is " + MOST_UNDER_WAY + " broadcasts behind");
        }
        dueAt[slot(published)] = due;
        text.append(out.clear(), published);
        published++;
        swarm.clients().get(0).write(out.flip());
    }

    void arrived(Client client, ByteBuffer buffer, int start, int available, long length) {
        long number = client.received++;
        if (number >= published) {
            throw new LoadFailure(client + " got a message twice: " + client.received + " of " + published);
        }
        if (length < bytes) {
            throw new LoadFailure(client + " got a message of " + length + " bytes, less than its text's " + bytes);
        }
        if ((number & SAMPLES) == (client.index & SAMPLES)) {
            long got = EventText.number(buffer, start, available);
            if (got != number) {
                throw new LoadFailure(
                        client + " got message " + got + " where " + number + " was due: lost or out of order");
            }
        }
        delivered++;
        int at = slot(number);
        latencies.add(swarm.now() - dueAt[at]);
        if (++arrivals[at] == receivers) {
            while (everywhere < published && arrivals[slot(everywhere)] == receivers) {
                arrivals[slot(everywhere)] = 0;
                everywhere++;
            }
        }
    }

    private static int slot(long number) {
        return (int) (number & (MOST_UNDER_WAY - 1));
    }

    /** How many messages have not arrived everywhere. */
    long underWay() {
        return published - everywhere;
    }

    long delivered() {
        return delivered;
    }

    long missing() {
        return published * receivers - delivered;
    }

    Latencies latencies() {
        return latencies;
    }
}
