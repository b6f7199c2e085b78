package io.gangway.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 */
final class StreamReader implements Connector.User {
    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    private static final String BEFORE_ALL = "0-0";

    private final String stream;
    private final Settings settings;
    private final Events events;
    private final Pulse pulse;
    private final Connector connector;

    private volatile @Nullable RedisConnection connection;
    private volatile boolean reading;
    /** Confined to the thread; empty until it is known what was there before. */
    private String last = "";

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
            String newest = newest(current);
            if (last.isEmpty()) {
                last = newest;
            } else if (compare(newest, last) < 0) {
                LOG.warn(
                        "stream {} ends at {}, before {}, which was read: Redis has lost it; reading all that is there",
                        stream,
                        newest,
                        last);
                last = BEFORE_ALL;
            }
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

    /** The id of the last entry. */
    private String newest(RedisConnection current) {
        write(
                current,
                new CommandArguments(Protocol.Command.XREVRANGE)
                        .add(stream)
                        .add("+")
                        .add("-")
                        .add("COUNT")
                        .add(1));
        List<?> entries = (List<?>) await(current);
        return entries.isEmpty() ? BEFORE_ALL : id(entries.get(0));
    }

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
            askForMore(current, last);
            return;
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

    private static int compare(String one, String other) {
        int time = Long.compareUnsigned(time(one), time(other));
        return time != 0 ? time : Long.compareUnsigned(sequence(one), sequence(other));
    }

    private static long time(String id) {
        return Long.parseUnsignedLong(id, 0, id.indexOf('-'), 10);
    }

    private static long sequence(String id) {
        return Long.parseUnsignedLong(id, id.indexOf('-') + 1, id.length(), 10);
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
