package io.gangway.redis.link;

import io.gangway.redis.wire.StreamOffset;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads one stream over a connection of its own: every entry added after it began, in order and once, also across
 * outages. A thread of its own reads; {@link #close}, {@link #cut} and {@link #watch} are thread-safe.
 *
 * <p>Redis returns the entries after the last one read. If the stream goes back behind that entry, because it was
 * deleted or replaced by a replica's or a backup's older copy, Redis would return nothing for long. So when nothing
 * arrives, and after an outage, the reader checks where the stream ends. It then continues after the newest entry it
 * knows, or reads all of a stream that was created anew; entries that clients may have had already are not read
 * again.
 */
final class StreamReader implements Connector.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    /** How many of the entries read last are remembered. */
    private static final int KNOWN = 1_024;

    private final String stream;
    private final Settings settings;
    private final Listener listener;
    private final Heartbeat heartbeat;
    private final Counters counters;
    private final Connector connector;

    private volatile @Nullable RedisConnection connection;
    private volatile boolean reading;
    /** Whether the stream had no entries when its end was last checked. */
    private volatile boolean empty;
    /** The id of the last entry that the listener has been told of, or of the end of the stream before that. */
    private volatile String position = StreamOffset.BEFORE_ALL;

    private volatile String begin = StreamOffset.BEFORE_ALL;
    /** Completes once it is known where reading begins. */
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    /** The ids of the first and the last entry of the latest full ring of those read; empty until it was full once. */
    private volatile String[] ring = {};

    // Confined to the thread.
    /** The id of the last entry read, or of the end of the stream when reading began; empty until that is known. */
    private String last = "";
    /** The id of the stream's first entry when its end was last checked; empty if it had none. */
    private String first = "";
    /** The ids of the entries read last; a ring. */
    private final String[] known = new String[KNOWN];

    private long read;
    /** When the end of the stream was last checked. */
    private long checked;

    /**
     * How the stream is read.
     *
     * @param count how many entries at once
     * @param block how long Redis waits for an entry
     */
    record Settings(int count, Duration block, Duration pingInterval) {}

    /** How many entries were added in how much time, of those read last; none if they were too few to tell. */
    record Pace(int entries, long millis) {}

    /** Called on the reader's own thread, which must not be blocked. */
    interface Listener {
        /** {@link #isUp} may have changed. */
        void streamChanged();

        /** Several entries follow that have arrived together; returns what ends the batch. */
        Runnable beginBatch();

        void entry(String stream, String id, Map<String, byte[]> fields);

        /** What to add to the stream if it is empty; null to leave it so. */
        @Nullable
        CommandArguments anchor(String stream);

        /** Redis has replied with an error. */
        void refused(String stream, JedisDataException why);
    }

    StreamReader(
            String stream,
            Supplier<RedisConnection> connections,
            Settings settings,
            Counters counters,
            Listener listener) {
        this.stream = stream;
        this.settings = settings;
        this.listener = listener;
        this.heartbeat = new Heartbeat(settings.pingInterval());
        this.counters = counters;
        this.connector = new Connector(
                "gangway-redis-stream-" + stream,
                "cannot read stream " + stream + ", retrying",
                connections,
                counters.streamReconnects,
                this);
    }

    void start() {
        connector.start();
    }

    /** Completes once entries that are added from then on will be read, on the reader's thread. */
    CompletionStage<Void> begun() {
        return begun;
    }

    /** Whether the reader is connected, and has checked where the stream ends. */
    boolean isUp() {
        return reading;
    }

    /** Ends a connection on which Redis's reply is overdue. */
    void watch() {
        RedisConnection current = connection;
        Duration silence = heartbeat.silence();
        Duration limit = settings.block().plus(settings.pingInterval().multipliedBy(2));
        if (current != null && !current.isBroken() && silence.compareTo(limit) > 0) {
            LOG.warn(
                    "Redis has not replied to a read of stream {} for {} ms; reconnecting its reader",
                    stream,
                    silence.toMillis());
            current.cut();
        }
    }

    /** The topology changed: a reader without a stream to read reconnects, to the node that serves it now. */
    void moveOn() {
        if (!reading) {
            cut();
        }
    }

    void cut() {
        connector.cut();
    }

    /** Another connection has reached Redis: no need to wait to try again. */
    void retrySoon() {
        connector.retrySoon();
    }

    void close() {
        connector.close();
    }

    @Override
    public void connected(RedisConnection current) {
        heartbeat.begin();
        connection = current;
        try {
            checkEnd(current);
            reading = true;
            begun.complete(null);
            listener.streamChanged();
            requestMore(current, last);
            while (!connector.isClosed()) {
                read(current);
            }
        } finally {
            connection = null;
            reading = false;
            current.cut();
            listener.streamChanged();
        }
    }

    @Override
    public void failed(JedisException why) {
        if (why instanceof JedisDataException refused) {
            listener.refused(stream, refused);
        }
    }

    @Override
    public void ended() {
        LOG.debug("the reader of stream {} has ended", stream);
    }

    // ---- where the stream ends

    /** Makes sure that entries added from now on come after {@link #last}. */
    private void checkEnd(RedisConnection current) {
        checked = System.nanoTime();
        StreamExtent extent = extent(current);
        if (last.isEmpty()) {
            last = extent.last();
            first = extent.first();
            begin = last;
        } else if (extent.endsBefore(last)) {
            rewind(current, extent);
        }
        position = last;
        empty = extent.first().isEmpty();
        CommandArguments anchor = empty ? listener.anchor(stream) : null;
        if (anchor != null) {
            write(current, anchor);
            await(current);
        }
    }

    /** Whether the stream had no entries when the reader last looked. */
    boolean isEmpty() {
        return reading && empty;
    }

    /** Up to where the listener has been told of the stream. */
    String position() {
        return position;
    }

    /** The last entry that the stream had when it was read first. */
    String begin() {
        return begin;
    }

    Pace pace() {
        String[] ends = ring;
        return ends.length == 0
                ? new Pace(0, 0)
                : new Pace(KNOWN, StreamOffset.time(ends[1]) - StreamOffset.time(ends[0]));
    }

    private boolean isCheckDue() {
        return System.nanoTime() - checked >= settings.pingInterval().toNanos();
    }

    private StreamExtent extent(RedisConnection current) {
        write(
                current,
                new CommandArguments(Protocol.Command.XINFO).add("STREAM").add(stream));
        try {
            return StreamExtent.of((List<?>) await(current));
        } catch (JedisDataException refused) {
            if (String.valueOf(refused.getMessage()).contains("no such key")) {
                return StreamExtent.NONE;
            }
            throw refused;
        }
    }

    private void rewind(RedisConnection current, StreamExtent extent) {
        String lost = last;
        last = lastKnown(current);
        if (last.isEmpty()) {
            last = extent.isNewStream(first) ? StreamOffset.BEFORE_ALL : extent.last();
        }
        first = extent.first();
        counters.streamRewinds.increment();
        LOG.warn(
                "stream {} ends at {}, before entry {}, which was read already: the stream was deleted, or replaced by"
                        + " an older copy. Continuing after {}; messages may be lost",
                stream,
                extent.last(),
                lost,
                last);
    }

    /** The id of the newest entry in the stream that was read already; empty if there is none. */
    private String lastKnown(RedisConnection current) {
        Set<String> ids = new HashSet<>();
        String oldest = last;
        for (int i = 0; i < Math.min(read, KNOWN); i++) {
            ids.add(known[i]);
            oldest = StreamOffset.compare(known[i], oldest) < 0 ? known[i] : oldest;
        }
        String end = "+";
        while (true) {
            write(
                    current,
                    new CommandArguments(Protocol.Command.XREVRANGE)
                            .add(stream)
                            .add(end)
                            .add(oldest)
                            .add("COUNT")
                            .add(settings.count()));
            List<?> entries = (List<?>) await(current);
            for (Object entry : entries) {
                String id = StreamEntry.id(entry);
                if (ids.contains(id)) {
                    return id;
                }
                end = StreamOffset.before(id);
            }
            if (entries.size() < settings.count()) {
                return "";
            }
        }
    }

    // ---- reading

    private void requestMore(RedisConnection current, String after) {
        write(
                current,
                new CommandArguments(Protocol.Command.XREAD)
                        .add("COUNT")
                        .add(settings.count())
                        .add("BLOCK")
                        .add(settings.block().toMillis())
                        .add("STREAMS")
                        .add(stream)
                        .add(after));
    }

    /**
     * Handles the entries requested last, after requesting those that follow, so that Redis looks them up meanwhile.
     */
    private void read(RedisConnection current) {
        List<?> entries = entries(await(current));
        if (entries.isEmpty()) { // none was added while Redis waited
            if (isCheckDue()) {
                checkEnd(current);
            }
            requestMore(current, last);
            return;
        }
        if (first.isEmpty()) {
            first = StreamEntry.id(entries.get(0));
        }
        requestMore(current, StreamEntry.id(entries.get(entries.size() - 1)));
        Runnable endBatch = listener.beginBatch();
        try {
            entries.forEach(this::handle);
        } finally {
            endBatch.run();
        }
    }

    /** The entries of the one stream that was requested. */
    private static List<?> entries(Object reply) {
        return reply instanceof List<?> streams && !streams.isEmpty()
                ? (List<?>) ((List<?>) streams.get(0)).get(1)
                : List.of();
    }

    private void handle(Object entry) {
        String id = StreamEntry.id(entry);
        last = id;
        known[(int) (read++ % KNOWN)] = id;
        if (read % KNOWN == 0) {
            ring = new String[] {known[0], id};
        }
        Map<String, byte[]> fields = StreamEntry.fields(entry);
        if (!fields.isEmpty()) {
            listener.entry(stream, id, fields);
        }
        position = id;
    }

    private static void write(RedisConnection current, CommandArguments command) {
        current.write(command);
        current.flush();
    }

    private Object await(RedisConnection current) {
        heartbeat.waiting();
        try {
            return current.read();
        } finally {
            heartbeat.received();
        }
    }
}
