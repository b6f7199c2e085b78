package io.gangway.benchmarks.clients;

import java.io.IOException;

/** What a {@link Swarm}'s clients do. Confined to the swarm's thread. */
interface Workload extends Traffic {
    /** How long to wait for arrivals when nothing is due. */
    long NOTHING_DUE_MILLIS = 50;

    /** Begins, or continues after {@link #stop}. */
    void start() throws IOException;

    /** Sends what has become due, and returns how many milliseconds to wait for arrivals; 0 does not wait. */
    default long due(long now) throws IOException {
        return NOTHING_DUE_MILLIS;
    }

    /** Starts nothing new. */
    void stop();

    /** The server has stopped, and has emitted this many broadcasts on its own. */
    default void published(long broadcasts) {}

    /** The number of begun but incomplete operations; negative if more completed than were begun. */
    long missing();

    /** The number of completed operations. */
    long done();

    /** The number of broadcasts that have arrived at every client. */
    default long everywhere() {
        return 0;
    }

    /** The latencies of the operations. */
    default Latencies latencies() {
        return new Latencies();
    }

    /** The latencies of the accompanying operations. */
    default Latencies besides() {
        return new Latencies();
    }
}
