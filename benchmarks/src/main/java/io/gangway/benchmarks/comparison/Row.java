package io.gangway.benchmarks.comparison;

import io.gangway.benchmarks.clients.Load;

/** A line of a table: what all servers are given alike. */
record Row(Load.Kind kind, int sockets, int bytes, int window) {
    Load load(int port) {
        return Load.of(kind, port, sockets, bytes, window);
    }
}
