package io.gangway;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The namespaces that have refused or disconnected one client. Packets for them that the client sent before it knew are
 * dropped, not treated as violations. Thread-safe.
 */
final class Expelled {
    private final int limit;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet(1);

    /** @param limit the maximum number of namespaces remembered */
    Expelled(int limit) {
        this.limit = limit;
    }

    synchronized void add(String namespace) {
        if (namespaces.size() < limit) {
            namespaces.add(namespace);
        }
    }

    void remove(String namespace) {
        namespaces.remove(namespace);
    }

    boolean contains(String namespace) {
        return namespaces.contains(namespace);
    }
}
