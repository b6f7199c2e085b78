package io.gangway.benchmarks;

import io.gangway.benchmarks.clients.Load;

/** A line of a table: what all servers are given alike. */
record Row(Load.Kind kind, int sockets, int bytes, int window) {
    Load load(int port, long serverPid, long leadMillis, long measureMillis) {
        return new Load(kind, port, serverPid, sockets, bytes, window, leadMillis, measureMillis);
    }
}
