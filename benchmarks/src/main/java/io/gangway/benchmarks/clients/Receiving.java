package io.gangway.benchmarks.clients;

import java.nio.ByteBuffer;

/** {@link Load.Kind#FAN_OUT}: receives broadcasts that the server emits on its own, paced by receipts. */
final class Receiving implements Workload {
    private static final long UNKNOWN = -1;

    private final Swarm swarm;
    private final int receivers;
    private final int window;
    private final Arrivals arrivals;
    private long published = UNKNOWN;

    Receiving(Swarm swarm, int bytes, int window) {
        this.swarm = swarm;
        this.receivers = swarm.clients().size();
        this.window = window;
        this.arrivals = new Arrivals(receivers, bytes);
    }

    @Override
    public void start() {
        published = UNKNOWN;
    }

    @Override
    public void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        long most = published == UNKNOWN ? arrivals.everywhere() + window : published;
        arrivals.add(most, client, buffer, start, available, length);
    }

    @Override
    public void stop() {}

    @Override
    public void published(long broadcasts) {
        published = broadcasts;
        // While it was unknown, a client could get messages of the window that were never sent.
        swarm.clients().forEach(client -> Arrivals.requireAtMost(broadcasts, client));
    }

    @Override
    public long missing() {
        if (published == UNKNOWN) {
            throw new IllegalStateException("settle(..) was not told how many broadcasts the server has emitted");
        }
        return published * receivers - arrivals.delivered();
    }

    @Override
    public long done() {
        return arrivals.delivered();
    }

    @Override
    public long everywhere() {
        return arrivals.everywhere();
    }
}
