package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Requests acks, and checks that each arrives once and in the order of the requests. Confined to the swarm's thread.
 */
final class Echoes {
    private final Swarm swarm;
    private final int bytes;
    private final int most;
    private final EventText text;
    private final ByteBuffer out;
    private final long[] asked;
    private final long[] answered;
    private final long[][] dueAt;
    private final Latencies latencies = new Latencies();

    private long allAsked;
    private long allAnswered;

    /** @param most the maximum number of a client's requests in flight */
    Echoes(Swarm swarm, int bytes, int most) {
        this.swarm = swarm;
        this.bytes = bytes;
        this.most = most;
        this.text = new EventText("echo", bytes);
        this.out = ByteBuffer.allocateDirect(most * (bytes + 256));
        this.asked = new long[swarm.clients().size()];
        this.answered = new long[asked.length];
        this.dueAt = new long[asked.length][most];
    }

    /** Adds one request, sent by {@link #flush}. */
    void ask(Client client, long due) {
        long number = asked[client.index]++;
        if (number - answered[client.index] == most) {
            throw new LoadFailure("the server is " + most + " acks behind with " + client);
        }
        dueAt[client.index][(int) (number % most)] = due;
        text.appendAsking(out, number, number);
        allAsked++;
    }

    void flush(Client client) throws IOException {
        if (out.position() > 0) {
            client.write(out.flip());
            out.clear();
        }
    }

    void answered(Client client, ByteBuffer buffer, int start, int available, long length) {
        long number = answered[client.index]++;
        long id = EventText.digitsAt(buffer, start + 2, start + available);
        if (id != number || number >= asked[client.index]) {
            throw new LoadFailure(client + " got ack " + id + " where " + number + " was expected");
        }
        if (length < bytes) {
            throw new LoadFailure(client + " got an ack of " + length + " bytes, fewer than its text's " + bytes);
        }
        latencies.add(swarm.now() - dueAt[client.index][(int) (number % most)]);
        allAnswered++;
    }

    long answered() {
        return allAnswered;
    }

    long missing() {
        return allAsked - allAnswered;
    }

    Latencies latencies() {
        return latencies;
    }
}
