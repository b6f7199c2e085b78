package io.gangway.benchmarks.clients;

import java.io.IOException;

/** What a {@link Swarm}'s clients do. Confined to the swarm's thread. */
interface Workload extends Traffic {
    /** How long to wait for the clients when nothing is due. */
    long NOTHING_DUE_MILLIS = 50;

    /** Begins, or goes on after {@link #stop}. */
    void start() throws IOException;

    /** Does what has become due, and tells how many milliseconds to wait for the clients; 0 for not at all. */
    default long due(long now) throws IOException {
        return NOTHING_DUE_MILLIS;
    }

    /** Begins nothing new. */
    void stop();

    /** The server has stopped and says how many broadcasts it has emitted of itself. */
    default void published(long broadcasts) {}

    /** How many operations were begun and are not done; negative if more came than were begun. */
    long missing();

    /** How many operations are done. */
    long done();

    /** How many broadcasts have arrived at every client. */
    default long everywhere() {
        return 0;
    }

    /** How long the operations took. */
    default Latencies latencies() {
        return new Latencies();
    }

    /** How long what goes on beside them took. */
    default Latencies besides() {
        return new Latencies();
    }
}
