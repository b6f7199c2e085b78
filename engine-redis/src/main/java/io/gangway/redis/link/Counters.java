package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of messages. Thread-safe. */
final class Counters {
    /** Messages that the engine sent; each is counted once more, as published, dropped or unknown. */
    final LongAdder offered = new LongAdder();

    final LongAdder published = new LongAdder();
    /** In flight when a connection broke: Redis may or may not have received them. */
    final LongAdder unknown = new LongAdder();

    // ---- dropped, by reason
    /** Redis was unreachable, and they may not be queued or were queued for too long. */
    final LongAdder droppedOffline = new LongAdder();
    /** Too many were queued. */
    final LongAdder droppedFull = new LongAdder();
    /** Redis was connected, but so slow that they were queued for too long. */
    final LongAdder droppedLate = new LongAdder();
    /** The wire format cannot express them. */
    final LongAdder droppedUnwritable = new LongAdder();
    /** Redis replied with an error. */
    final LongAdder refused = new LongAdder();

    final LongAdder received = new LongAdder();
    final LongAdder malformed = new LongAdder();
    /** Received, but sent by this node itself, or for a namespace that this node does not serve. */
    final LongAdder selfSkipped = new LongAdder();
    /** Received for rooms without members on this node. */
    final LongAdder roomSkipped = new LongAdder();

    final LongAdder handlerErrors = new LongAdder();
    /** Redis reported 0 receivers of a message to a channel that this node is subscribed to. */
    final LongAdder deaf = new LongAdder();

    final LongAdder publisherReconnects = new LongAdder();
    final LongAdder subscriberReconnects = new LongAdder();
    final LongAdder streamReconnects = new LongAdder();
    /** A stream ended before an entry that had been read from it, so that messages may be lost. */
    final LongAdder streamRewinds = new LongAdder();
    /** How many connections received the last message. */
    final AtomicLong receivers = new AtomicLong();

    long dropped() {
        return droppedOffline.sum() + droppedFull.sum() + droppedLate.sum() + droppedUnwritable.sum() + refused.sum();
    }

    Cluster.Health health(LinkState.Reading link, Duration lag) {
        // Read before the count of offered messages, so that no message is counted as settled but not as offered.
        long settledAsPublished = published.sum();
        long settledAsDropped = dropped();
        long settledAsUnknown = unknown.sum();
        long sent = offered.sum();
        return new Cluster.Health(
                link.state(),
                link.since(),
                lag,
                sent,
                settledAsPublished,
                settledAsDropped,
                settledAsUnknown,
                sent - settledAsPublished - settledAsDropped - settledAsUnknown,
                received.sum(),
                malformed.sum(),
                details());
    }

    private Map<String, Long> details() {
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
