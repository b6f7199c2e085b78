package io.gangway.redis.mixed;

import io.gangway.redis.mixed.Peer.Kind;

/** Which kind of server sends, and which kind receives. */
enum Direction {
    NODE_TO_NODE(Kind.NODE, Kind.NODE),
    NODE_TO_JAVA(Kind.NODE, Kind.JAVA),
    JAVA_TO_NODE(Kind.JAVA, Kind.NODE),
    JAVA_TO_JAVA(Kind.JAVA, Kind.JAVA);

    final Kind from;
    final Kind to;

    Direction(Kind from, Kind to) {
        this.from = from;
        this.to = to;
    }
}
