package io.gangway;

/** On which nodes sockets are chosen. */
enum Reach {
    /** On all. */
    EVERY_NODE,
    /** On this one. */
    THIS_NODE
}
