package io.gangway.benchmarks.comparison;

import io.gangway.benchmarks.clients.Load;

/** A row of a table: one load, the same for all servers. */
record Row(Load.Kind kind, int sockets, int bytes, int window) {
    Load load(int port) {
        return Load.of(kind, port, sockets, bytes, window);
    }
}
