package io.gangway.benchmarks.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** {@link Load.Kind#ECHO}. */
final class Echo implements Workload {
    private final Swarm swarm;
    private final Echoes echoes;
    private final int window;
    private boolean running;

    Echo(Swarm swarm, int bytes, int window) {
        this.swarm = swarm;
        this.echoes = new Echoes(swarm, bytes, window);
        this.window = window;
    }

    @Override
    public void start() throws IOException {
        running = true;
        for (Client client : swarm.clients()) {
            for (int i = 0; i < window; i++) {
                echoes.ask(client, System.nanoTime());
            }
            echoes.flush(client);
        }
    }

    @Override
    public void ack(Client client, ByteBuffer buffer, int start, int available, long length) {
        echoes.answered(client, buffer, start, available, length);
        if (running) {
            echoes.ask(client, swarm.now());
        }
    }

    @Override
    public void afterRead(Client client) {
        try {
            echoes.flush(client);
        } catch (IOException broken) {
            throw new UncheckedIOException(client + " cannot send its request", broken);
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public long missing() {
        return echoes.missing();
    }

    @Override
    public long done() {
        return echoes.answered();
    }

    @Override
    public Latencies latencies() {
        return echoes.latencies();
    }
}
