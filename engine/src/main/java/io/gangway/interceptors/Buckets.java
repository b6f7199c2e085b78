package io.gangway.interceptors;

import io.gangway.Socket;

/** Finds the bucket that counts a socket's events. Thread-safe. */
interface Buckets {
    /** Takes a token and returns 0, or returns the nanoseconds until the next token. */
    long take(Socket socket, long now);

    /** Creates the buckets of a limit. */
    interface Kind {
        Buckets of(TokenBucket.Rate rate, long now);
    }
}
