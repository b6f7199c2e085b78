package io.gangway.redis;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What has become of the messages so far. Thread-safe. */
final class Tally {
    /** Messages to be sent; each is later counted once as published, dropped or unknown. */
    final LongAdder offered = new LongAdder();

    final LongAdder published = new LongAdder();
    /** In flight when a connection broke. */
    final LongAdder unknown = new LongAdder();

    // ---- dropped, by reason
    /** There was no connection, or not for too long. */
    final LongAdder droppedOffline = new LongAdder();
    /** More were waiting than may. */
    final LongAdder droppedFull = new LongAdder();
    /** Redis was so slow that they became too old. */
    final LongAdder droppedLate = new LongAdder();
    /** They say something that the wire format has no place for. */
    final LongAdder droppedUnwritable = new LongAdder();
    /** Redis answered with an error. */
    final LongAdder refused = new LongAdder();

    final LongAdder received = new LongAdder();
    final LongAdder malformed = new LongAdder();
    /** This node's own, and what concerns none of its kind. */
    final LongAdder selfSkipped = new LongAdder();
    /** For rooms without a member here. */
    final LongAdder roomSkipped = new LongAdder();

    final LongAdder handlerErrors = new LongAdder();
    /** A message of ours was heard by nobody, not even by ourselves. */
    final LongAdder deaf = new LongAdder();

    final LongAdder publisherReconnects = new LongAdder();
    final LongAdder subscriberReconnects = new LongAdder();
    final LongAdder streamReconnects = new LongAdder();
    /** A stream ended before what had been read of it, so messages of others may never have come. */
    final LongAdder streamRewinds = new LongAdder();
    /** By how many connections the last message was heard. */
    final AtomicLong receivers = new AtomicLong();

    long dropped() {
        return droppedOffline.sum() + droppedFull.sum() + droppedLate.sum() + droppedUnwritable.sum() + refused.sum();
    }

    Map<String, Long> details() {
        Map<String, Long> details = new TreeMap<>();
        details.put("droppedOffline", droppedOffline.sum());
        details.put("droppedFull", droppedFull.sum());
        details.put("droppedLate", droppedLate.sum());
        details.put("droppedUnwritable", droppedUnwritable.sum());
        details.put("refused", refused.sum());
        details.put("selfSkipped", selfSkipped.sum());
        details.put("roomSkipped", roomSkipped.sum());
        details.put("handlerErrors", handlerErrors.sum());
        details.put("deaf", deaf.sum());
        details.put("publisherReconnects", publisherReconnects.sum());
        details.put("subscriberReconnects", subscriberReconnects.sum());
        details.put("streamReconnects", streamReconnects.sum());
        details.put("streamRewinds", streamRewinds.sum());
        details.put("receivers", receivers.get());
        return details;
    }
}
