package io.gangway.interceptors;

import io.gangway.Socket;

/** Knows which bucket a socket's events are counted in. Thread-safe. */
interface Buckets {
    /** Takes a token and returns 0, or returns the nanoseconds until there is one. */
    long take(Socket socket, long now);

    /** Makes the buckets of a limit. */
    interface Kind {
        Buckets of(TokenBucket.Rate rate, long now);
    }
}
