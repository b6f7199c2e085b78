package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends messages from the first client to all. Confined to the swarm's thread. */
final class Broadcasts {
    private final Swarm swarm;
    private final int receivers;
    private final EventText text;
    private final ByteBuffer out;
    private final Arrivals arrivals;
    private final long[] dueAt = new long[Arrivals.MOST_UNDER_WAY];
    private final Latencies latencies = new Latencies();

    private long published;

    Broadcasts(Swarm swarm, int bytes) {
        this.swarm = swarm;
        this.receivers = swarm.clients().size();
        this.text = new EventText("message", bytes);
        this.out = ByteBuffer.allocateDirect(bytes + 256);
        this.arrivals = new Arrivals(receivers, bytes);
    }

    void publish(long due) throws IOException {
        if (published - arrivals.everywhere() == Arrivals.MOST_UNDER_WAY) {
            throw new LoadFailure("the server is " + Arrivals.MOST_UNDER_WAY + " broadcasts behind");
        }
        dueAt[Arrivals.slot(published)] = due;
        text.append(out.clear(), published);
        published++;
        swarm.clients().get(0).write(out.flip());
    }

    void arrived(Client client, ByteBuffer buffer, int start, int available, long length) {
        long number = arrivals.add(published, client, buffer, start, available, length);
        latencies.add(swarm.now() - dueAt[Arrivals.slot(number)]);
    }

    long delivered() {
        return arrivals.delivered();
    }

    long missing() {
        return published * receivers - arrivals.delivered();
    }

    Latencies latencies() {
        return latencies;
    }
}
