package io.gangway.benchmarks.clients;

import java.io.IOException;

/** What a {@link Swarm}'s clients do. Confined to the swarm's thread. */
interface Workload extends Traffic {
    void start() throws IOException;

    /** Does what has become due, and tells how many milliseconds to wait for the clients; 0 for not at all. */
    default long due(long now) throws IOException {
        return 50;
    }

    /** Begins nothing new. */
    void stop();

    /** How many operations were begun and are not done. */
    long missing();

    /** How many operations are done. */
    long done();

    /** How long they took. */
    Latencies latencies();

    /** How long the acks beside them took. */
    default Latencies echoLatencies() {
        return new Latencies();
    }
}
