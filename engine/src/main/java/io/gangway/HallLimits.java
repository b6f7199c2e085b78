package io.gangway;

import java.time.Duration;

/**
 * How long the hall waits, and how much it takes.
 *
 * @param connectTimeout from the connection to its first namespace, and for a late verdict on a connect
 * @param ackTimeout for an answer, the client's or a handler's
 * @param nodeTimeout for what another node is asked
 * @param attachmentsTimeout from a packet to the last of the attachments it announced
 * @param events how many events of one connection may wait to be handled
 * @param bytes how many bytes of them
 * @param namespacesPerConnection how many namespaces one connection may be in
 * @param transientNamespaces how many namespaces rules may bring into being
 */
record HallLimits(
        Duration connectTimeout,
        Duration ackTimeout,
        Duration nodeTimeout,
        Duration attachmentsTimeout,
        int events,
        long bytes,
        int namespacesPerConnection,
        int transientNamespaces) {}
