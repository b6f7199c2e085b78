package io.gangway.admin;

import io.gangway.Engine;
import io.gangway.Namespace;
import java.util.Comparator;
import java.util.List;

/** A namespace, and how many sockets of this node it had when it was looked at: a sort must not see them come and go. */
record NamespaceSize(Namespace namespace, int sockets) {
    /** The namespaces with the most sockets on this node, the largest first. */
    static List<NamespaceSize> largest(Engine engine, int most) {
        return engine.namespaces().stream()
                .map(namespace ->
                        new NamespaceSize(namespace, namespace.sockets().size()))
                .sorted(Comparator.comparingInt(NamespaceSize::sockets).reversed())
                .limit(most)
                .toList();
    }
}
