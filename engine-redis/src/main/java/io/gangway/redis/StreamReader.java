package io.gangway.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads one stream, on a thread and over a connection of its own: everything that is added after it began, in order and
 * once, also across outages. {@link #close}, {@link #cut} and {@link #watch} are for any thread.
 *
 * <p>Redis serves what comes behind the entry that was read last. If the stream goes back behind that entry (it was deleted,
 * or is that of a replica or a backup that has less) there would be nothing to serve for long: so when nothing comes, and
 * after an outage, the reader looks where the stream ends. It goes on after the newest entry that it knows, or reads all of a
 * stream that was made anew; what cannot be told from what clients have already had is not read again.
 */
final class StreamReader implements Connector.User {
    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    /** So many entries that were read are known again. */
    private static final int KNOWN = 1_024;

    private final String stream;
    private final Settings settings;
    private final Events events;
    private final Pulse pulse;
    private final Tally tally;
    private final Connector connector;

    private volatile @Nullable RedisConnection connection;
    private volatile boolean reading;

    // Confined to the thread.
    /** Empty until it is known what was there before. */
    private String last = "";
    /** The stream's first entry, as it was when it was looked at; empty while there is none. */
    private String first = "";
    /** The ids of the entries read last, over and over again. */
    private final String[] known = new String[KNOWN];

    private long read;
    /** When it was looked where the stream ends. */
    private long looked;

    /**
     * How it reads.
     *
     * @param count how many entries at once
     * @param block how long Redis waits for one
     */
    record Settings(int count, Duration block, Duration pingInterval) {}

    /** What a reader tells, on its own thread, which is not to be held up. */
    interface Events {
        /** It reads, or does not any more. */
        void streamChanged();

        /** Several entries follow; returns what ends that. */
        Runnable beginBatch();

        void entry(String stream, String id, Map<String, byte[]> fields);

        /** Redis has answered with an error. */
        void refused(String stream, JedisDataException why);
    }

    StreamReader(String stream, Supplier<RedisConnection> connections, Settings settings, Tally tally, Events events) {
        this.stream = stream;
        this.settings = settings;
        this.events = events;
        this.pulse = new Pulse(settings.pingInterval());
        this.tally = tally;
        this.connector = new Connector(
                "gangway-redis-stream-" + stream,
                "stream " + stream + " cannot be read",
                connections,
                tally.streamReconnects,
                this);
    }

    void start() {
        connector.start();
    }

    /** Whether it knows where it is, and Redis answers. */
    boolean isUp() {
        return reading;
    }

    /** Ends a connection whose answer is overdue. */
    void watch() {
        RedisConnection current = connection;
        Duration silence = pulse.silence();
        Duration patience = settings.block().plus(settings.pingInterval().multipliedBy(2));
        if (current != null && !current.isBroken() && silence.compareTo(patience) > 0) {
            LOG.warn("stream {} has not been answered for {} ms; connecting again", stream, silence.toMillis());
            current.cut();
        }
    }

    /** Its stream may be with another node: asks there, once Redis has answered. */
    void moveOn() {
        if (!reading) {
            cut();
        }
    }

    void cut() {
        RedisConnection current = connection;
        if (current != null) {
            current.cut();
        }
    }

    /** Redis is there, as another connection knows. */
    void hurry() {
        connector.hurry();
    }

    void close() {
        connector.close();
        cut();
    }

    @Override
    public void use(RedisConnection current) {
        pulse.begin();
        connection = current;
        try {
            look(current);
            reading = true;
            events.streamChanged();
            askForMore(current, last);
            while (!connector.isClosed()) {
                read(current);
            }
        } finally {
            connection = null;
            reading = false;
            current.cut();
            events.streamChanged();
        }
    }

    @Override
    public void failed(JedisException why) {
        if (why instanceof JedisDataException refused) {
            events.refused(stream, refused);
        }
    }

    @Override
    public void ended() {
        LOG.debug("stream {} is not read any more", stream);
    }

    // ---- where the stream ends

    /** Makes sure that what is added from now on comes behind {@link #last}. */
    private void look(RedisConnection current) {
        looked = System.nanoTime();
        StreamExtent extent = extent(current);
        if (last.isEmpty()) {
            last = extent.last();
            first = extent.first();
        } else if (extent.endsBefore(last)) {
            goBack(current, extent);
        }
    }

    private boolean isLookDue() {
        return System.nanoTime() - looked >= settings.pingInterval().toNanos();
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

    private void goBack(RedisConnection current, StreamExtent extent) {
        String lost = last;
        last = lastKnown(current);
        if (last.isEmpty()) {
            last = extent.isAnew(first) ? StreamExtent.BEFORE_ALL : extent.last();
        }
        first = extent.first();
        tally.streamRewinds.increment();
        LOG.warn(
                "stream {} ends at {}, though entry {} was read: it was deleted, or Redis has an older copy of it now."
                        + " Reading on after {}; messages may be lost",
                stream,
                extent.last(),
                lost,
                last);
    }

    /** The newest entry in the stream that was read; empty if there is none. */
    private String lastKnown(RedisConnection current) {
        Set<String> ids = new HashSet<>();
        String oldest = last;
        for (int i = 0; i < Math.min(read, KNOWN); i++) {
            ids.add(known[i]);
            oldest = StreamExtent.compare(known[i], oldest) < 0 ? known[i] : oldest;
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
                String id = id(entry);
                if (ids.contains(id)) {
                    return id;
                }
                end = StreamExtent.before(id);
            }
            if (entries.size() < settings.count()) {
                return "";
            }
        }
    }

    // ---- reading

    private void askForMore(RedisConnection current, String after) {
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

    /** Takes what was asked for; what follows it is asked for before that, so that Redis looks it up meanwhile. */
    private void read(RedisConnection current) {
        List<?> entries = entries(await(current));
        if (entries.isEmpty()) { // nothing came within the time
            if (isLookDue()) {
                look(current);
            }
            askForMore(current, last);
            return;
        }
        if (first.isEmpty()) {
            first = id(entries.get(0));
        }
        askForMore(current, id(entries.get(entries.size() - 1)));
        Runnable endBatch = events.beginBatch();
        try {
            entries.forEach(entry -> take((List<?>) entry));
        } finally {
            endBatch.run();
        }
    }

    /** Of the one stream that was asked for. */
    private static List<?> entries(Object answer) {
        return answer instanceof List<?> streams && !streams.isEmpty()
                ? (List<?>) ((List<?>) streams.get(0)).get(1)
                : List.of();
    }

    private void take(List<?> entry) {
        String id = id(entry);
        last = id;
        known[(int) (read++ % KNOWN)] = id;
        // Redis tells of an entry that was deleted meanwhile, but without fields.
        if (entry.get(1) instanceof List<?> fields) {
            events.entry(stream, id, fields(fields));
        }
    }

    private static void write(RedisConnection current, CommandArguments command) {
        current.write(command);
        current.flush();
    }

    private Object await(RedisConnection current) {
        pulse.waitsFromNow();
        try {
            return current.read();
        } finally {
            pulse.heard();
        }
    }

    private static String id(Object entry) {
        return text(((List<?>) entry).get(0));
    }

    private static Map<String, byte[]> fields(List<?> namesAndValues) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < namesAndValues.size(); i += 2) {
            fields.put(text(namesAndValues.get(i)), (byte[]) namesAndValues.get(i + 1));
        }
        return fields;
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
