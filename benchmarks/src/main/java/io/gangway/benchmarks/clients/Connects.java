package io.gangway.benchmarks.clients;

import java.io.IOException;
import java.io.UncheckedIOException;

/** {@link Load.Kind#CONNECT}: a handshake is complete when the client is in the namespace. */
final class Connects implements Workload {
    private final Swarm swarm;
    private final int atOnce;
    private final Latencies latencies = new Latencies();
    private boolean running;
    private int open;
    private long done;

    Connects(Swarm swarm, int atOnce) {
        this.swarm = swarm;
        this.atOnce = atOnce;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public long due(long now) throws IOException {
        while (running && open < atOnce) {
            swarm.connectPassing();
            open++;
        }
        return 5;
    }

    @Override
    public void joined(Client client) {
        latencies.add(swarm.now() - client.startNanos);
        done++;
        try {
            client.leave();
        } catch (IOException broken) {
            throw new UncheckedIOException(client + " cannot leave", broken);
        }
    }

    @Override
    public void left(Client client) {
        open--;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public long missing() {
        return open;
    }

    @Override
    public long done() {
        return done;
    }

    @Override
    public Latencies latencies() {
        return latencies;
    }
}
