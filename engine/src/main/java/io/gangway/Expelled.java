package io.gangway;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The namespaces that refused or disconnected one client: packets that it sent before it was told are not violations,
 * but dropped. Thread-safe.
 */
final class Expelled {
    private final int limit;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet(1);

    /** @param limit how many namespaces are remembered */
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
