package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * {@link Load.Kind#SHOOTOUT}: a fixed number of round trips. Each is sent by another client, as in the shootout, so the
 * order of two broadcasts is not defined and not checked; their number is.
 */
final class Shootout implements Workload {
    private static final int ROUND_TRIPS = 100;

    private final Swarm swarm;
    private final int bytes;
    private final int window;
    private final int receivers;
    private final EventText text;
    private final ByteBuffer out;
    private final long[] askedAt;
    private final Client[] askedBy;
    private final Random random = new Random(20160901);
    private final Latencies roundTrips = new Latencies();

    private long published;
    private long acked;
    private long delivered;

    Shootout(Swarm swarm, int bytes, int window) {
        this.swarm = swarm;
        this.bytes = bytes;
        this.window = window;
        this.receivers = swarm.clients().size();
        this.text = new EventText("message", bytes);
        this.out = ByteBuffer.allocateDirect(bytes + 256);
        this.askedAt = new long[window];
        this.askedBy = new Client[window];
    }

    @Override
    public void start() throws IOException {
        for (int slot = 0; slot < window; slot++) {
            ask(slot);
        }
    }

    /** The slot is the ack's id, and is free again once the ack has arrived. */
    private void ask(int slot) throws IOException {
        Client sender = swarm.clients().get(random.nextInt(receivers));
        askedBy[slot] = sender;
        askedAt[slot] = System.nanoTime();
        text.appendAsking(out.clear(), slot, published);
        published++;
        sender.write(out.flip());
    }

    @Override
    public void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        client.received++;
        Arrivals.requireAtMost(published, client);
        Arrivals.requireLength(client, length, bytes);
        delivered++;
    }

    @Override
    public void ack(Client client, ByteBuffer buffer, int start, int available, long length) {
        int slot = (int) EventText.digitsAt(buffer, start + 2, start + available);
        if (slot < 0 || slot >= window || askedBy[slot] != client) {
            throw new LoadFailure(client + " got ack " + slot + ", which it did not request");
        }
        roundTrips.add(swarm.now() - askedAt[slot]);
        acked++;
        if (published < ROUND_TRIPS) {
            try {
                ask(slot);
            } catch (IOException broken) {
                throw new UncheckedIOException(client + " cannot send its request", broken);
            }
        }
    }

    @Override
    public void stop() {} // ends by itself

    @Override
    public long missing() {
        return published * receivers - delivered + ROUND_TRIPS - acked;
    }

    @Override
    public long done() {
        return delivered;
    }

    @Override
    public Latencies besides() {
        return roundTrips;
    }
}
