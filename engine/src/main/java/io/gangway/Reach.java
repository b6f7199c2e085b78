package io.gangway;

/** The nodes on which sockets are selected. */
enum Reach {
    /** All nodes. */
    EVERY_NODE,
    /** Only this node. */
    THIS_NODE
}
