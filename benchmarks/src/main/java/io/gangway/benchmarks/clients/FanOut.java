package io.gangway.benchmarks.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** {@link Load.Kind#FAN_OUT}. */
final class FanOut implements Workload {
    private final Swarm swarm;
    private final Broadcasts broadcasts;
    private final int window;
    private boolean running;

    FanOut(Swarm swarm, int bytes, int window) {
        this.swarm = swarm;
        this.broadcasts = new Broadcasts(swarm, bytes);
        this.window = window;
    }

    @Override
    public void start() throws IOException {
        running = true;
        fill();
    }

    private void fill() throws IOException {
        while (running && broadcasts.underWay() < window) {
            broadcasts.publish(System.nanoTime());
        }
    }

    @Override
    public void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        broadcasts.arrived(client, buffer, start, available, length);
    }

    @Override
    public void afterRead(Client client) {
        try {
            fill();
        } catch (IOException broken) {
            throw new UncheckedIOException(swarm.clients().get(0) + " could not publish", broken);
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public long missing() {
        return broadcasts.missing();
    }

    @Override
    public long done() {
        return broadcasts.delivered();
    }

    @Override
    public Latencies latencies() {
        return broadcasts.latencies();
    }
}
