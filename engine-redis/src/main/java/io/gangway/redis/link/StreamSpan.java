package io.gangway.redis.link;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far back a stream reaches: it keeps a number of entries, not a time, so that clients can be away for less long the
 * more is sent. Thread-safe.
 */
final class StreamSpan {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSpan.class);

    private final StreamReaders readers;
    private final String stream;
    private final long maxLen;
    private final RateLimitedLog tooShort = new RateLimitedLog(LOG);

    StreamSpan(StreamReaders readers, String stream, long maxLen) {
        this.readers = readers;
        this.stream = stream;
        this.maxLen = maxLen;
    }

    /** Warns if the stream reaches less far back, at the rate of the entries read last, than sessions are kept. */
    void compare(Duration window) {
        StreamReader.Pace pace = readers.pace(stream);
        if (pace.entries() == 0) {
            return;
        }
        double span = (double) pace.millis() / pace.entries() * maxLen;
        if (span < window.toMillis()) {
            long enough = (long) Math.ceil((double) window.toMillis() / Math.max(1, pace.millis()) * pace.entries());
            tooShort.warn(
                    "clients that are away for as long as sessions are kept, " + window.toSeconds()
                            + " s, will get new sessions",
                    "stream " + stream + " keeps about " + maxLen
                            + " entries, which at the current rate are those of the"
                            + " last " + Math.round(span / 1_000) + " s; raise maxLen to " + enough
                            + ", on all nodes, or keep sessions for less long");
        }
    }
}
