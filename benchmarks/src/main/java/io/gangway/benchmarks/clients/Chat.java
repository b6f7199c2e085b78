package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * {@link Load.Kind#CHAT}: every client sends its lines at once, and all clients receive them. Every 64th line that a
 * client receives is checked: it must come after the previous line of the same sender.
 */
final class Chat implements Workload {
    /** How often to check whether all lines have arrived, as in Bun's chat. */
    private static final long BETWEEN_LOOKS = 64_000_000;

    private static final int SAMPLES = 63;

    private final Swarm swarm;
    private final int bytes;
    private final int lines;
    private final int clients;
    private final EventText text;
    private final ByteBuffer out;
    private final long[] lastOfSender; // by receiver, then sender

    private boolean running;
    private long rounds;
    private long delivered;
    private long nextLook;

    Chat(Swarm swarm, int bytes, int lines) {
        this.swarm = swarm;
        this.bytes = bytes;
        this.lines = lines;
        this.clients = swarm.clients().size();
        this.text = new EventText("message", bytes);
        this.out = ByteBuffer.allocateDirect(lines * (bytes + 64));
        this.lastOfSender = new long[clients * clients];
        Arrays.fill(lastOfSender, -1);
    }

    @Override
    public void start() throws IOException {
        running = true;
        round();
    }

    private void round() throws IOException {
        nextLook = System.nanoTime() + BETWEEN_LOOKS;
        for (Client client : swarm.clients()) {
            out.clear();
            for (int line = 0; line < lines; line++) {
                text.append(out, (rounds * lines + line) * clients + client.index);
            }
            client.write(out.flip());
        }
        rounds++;
    }

    @Override
    public long due(long now) throws IOException {
        if (running && now >= nextLook) {
            nextLook = now + BETWEEN_LOOKS;
            if (missing() == 0) {
                round();
            }
        }
        return Math.min(NOTHING_DUE_MILLIS, Math.max(1, (nextLook - now) / 1_000_000));
    }

    @Override
    public void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        long at = client.received++;
        if (client.received > rounds * lines * clients) {
            throw new LoadFailure(client + " got a line twice: " + client.received + " of " + rounds * lines * clients);
        }
        Arrivals.requireLength(client, length, bytes);
        if ((at & SAMPLES) == (client.index & SAMPLES)) {
            long number = EventText.number(buffer, start, available);
            int sender = (int) (number % clients);
            if (number < 0 || number <= lastOfSender[client.index * clients + sender]) {
                throw new LoadFailure(client + " got line " + number + " of client " + sender + " out of order");
            }
            lastOfSender[client.index * clients + sender] = number;
        }
        delivered++;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public long missing() {
        return rounds * lines * clients * clients - delivered;
    }

    @Override
    public long done() {
        return delivered;
    }
}
