package io.gangway.benchmarks.clients;

import java.io.IOException;
import java.nio.ByteBuffer;

/** {@link Load.Kind#STEADY}: messages are sent on schedule, however far behind the server is. */
final class Steady implements Workload {
    private static final long BETWEEN_BROADCASTS = 1_000_000_000L / 20;
    private static final long BETWEEN_ECHOES_OF_ONE = 1_000_000_000L / 10;
    private static final int MOST_ECHOES = 64;

    private final Swarm swarm;
    private final Broadcasts broadcasts;
    private final Echoes echoes;
    private final int echoing;
    private final long betweenEchoes;

    private boolean running;
    private long nextBroadcast;
    private long nextEcho;
    private int nextEchoing;

    Steady(Swarm swarm, int bytes) {
        this.swarm = swarm;
        this.broadcasts = new Broadcasts(swarm, bytes);
        this.echoes = new Echoes(swarm, bytes, MOST_ECHOES);
        this.echoing = Math.max(1, swarm.clients().size() / 10);
        this.betweenEchoes = BETWEEN_ECHOES_OF_ONE / echoing;
    }

    @Override
    public void start() {
        running = true;
        nextBroadcast = System.nanoTime();
        nextEcho = nextBroadcast;
    }

    @Override
    public long due(long now) throws IOException {
        while (running && nextBroadcast <= now) {
            broadcasts.publish(nextBroadcast);
            nextBroadcast += BETWEEN_BROADCASTS;
        }
        while (running && nextEcho <= now) {
            Client client = swarm.clients().get(nextEchoing);
            nextEchoing = (nextEchoing + 1) % echoing;
            echoes.ask(client, nextEcho);
            echoes.flush(client);
            nextEcho += betweenEchoes;
        }
        // A wait ends at a whole millisecond; the remaining fraction is spent polling.
        return Math.max(0, (Math.min(nextBroadcast, nextEcho) - now) / 1_000_000);
    }

    @Override
    public void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        broadcasts.arrived(client, buffer, start, available, length);
    }

    @Override
    public void ack(Client client, ByteBuffer buffer, int start, int available, long length) {
        echoes.answered(client, buffer, start, available, length);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public long missing() {
        return broadcasts.missing() + echoes.missing();
    }

    @Override
    public long done() {
        return broadcasts.delivered();
    }

    @Override
    public Latencies latencies() {
        return broadcasts.latencies();
    }

    @Override
    public Latencies besides() {
        return echoes.latencies();
    }
}
