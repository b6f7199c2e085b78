package io.gangway.redis;

import io.gangway.redis.link.Ranges;
import io.gangway.redis.wire.StreamsFormat;
import io.gangway.redis.wire.Subscription;
import java.time.Duration;

/** Choices for {@link RedisMode#STREAMS}; the defaults are those of the Node.js adapter. Not thread-safe. */
public final class StreamsChoices {
    private String name = "socket.io";
    private int count = 1;
    private long maxLen = 10_000;
    private int readCount = 100;
    private Duration block = Duration.ofSeconds(5);
    private String sessionPrefix = "sio:session:";
    private boolean besideClassic;
    private Subscription.Kind pubSub = Subscription.Kind.CHANNEL;

    StreamsChoices() {}

    /**
     * The stream's name, or the prefix of the names of several. The default is {@code socket.io}.
     *
     * @param name the name, or the prefix
     * @return these choices
     * @throws IllegalArgumentException if the name is empty
     */
    public StreamsChoices name(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the stream's name is empty; the default is \"socket.io\"");
        }
        this.name = name;
        return this;
    }

    /**
     * Over how many streams the namespaces are spread; identical on all nodes. The default is 1.
     *
     * @param streams how many streams
     * @return these choices
     * @throws IllegalArgumentException if it is less than 1
     */
    public StreamsChoices count(int streams) {
        count = Ranges.atLeast(1, "count", streams);
        return this;
    }

    /**
     * About how many entries a stream keeps. The default is 10,000. Clients that were away get back what they missed only
     * while the stream has it: at 1,000 messages a second, 10,000 entries are those of the last 10 s.
     *
     * @param entries how many entries
     * @return these choices
     * @throws IllegalArgumentException if it is less than 1
     */
    public StreamsChoices maxLen(long entries) {
        maxLen = Ranges.atLeast(1, "maxLen", entries);
        return this;
    }

    /**
     * How many entries are read at once, at most. The default is 100. An emitter reads none.
     *
     * @param entries how many entries
     * @return these choices
     * @throws IllegalArgumentException if it is less than 1
     */
    public StreamsChoices readCount(int entries) {
        readCount = Ranges.atLeast(1, "readCount", entries);
        return this;
    }

    /**
     * How long a read waits for an entry; a connection on which Redis then sends no reply for two ping intervals is
     * replaced. After a read without entries, at most once in a ping interval, the reader also checks whether the
     * stream has gone back behind the last entry read; {@code streamRewinds} in the health's details counts how often
     * it had. The default is 5 s. An emitter reads nothing.
     *
     * @param wait how long
     * @return these choices
     * @throws IllegalArgumentException if it is shorter than 1 ms, or longer than 24 days
     */
    public StreamsChoices block(Duration wait) {
        block = Ranges.atLeast(Duration.ofMillis(1), "block", wait);
        return this;
    }

    /**
     * The prefix of the keys under which the sessions of clients that are away are kept, which the Node.js adapter calls
     * {@code sessionKeyPrefix}; identical on all nodes. The default is {@code sio:session:}.
     *
     * @param prefix the prefix
     * @return these choices
     * @throws IllegalArgumentException if it is empty
     */
    public StreamsChoices sessionPrefix(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("the sessions' prefix is empty; the default is \"sio:session:\"");
        }
        sessionPrefix = prefix;
        return this;
    }

    /**
     * Sends requests and answers over sharded pub/sub, which requires Redis 7; identical on all nodes.
     *
     * @return these choices
     */
    public StreamsChoices shardedPubSub() {
        pubSub = Subscription.Kind.SHARDED;
        return this;
    }

    /**
     * Connects although servers in mode {@link RedisMode#CLASSIC} use the same key. A request among streams servers
     * makes Node.js servers in classic mode stop receiving; choosing another {@link RedisBuilder#key} is better.
     *
     * @return these choices
     */
    public StreamsChoices besideClassic() {
        besideClassic = true;
        return this;
    }

    StreamsFormat.Options format(String channelPrefix) {
        return new StreamsFormat.Options(name, count, channelPrefix, pubSub);
    }

    boolean isBesideClassic() {
        return besideClassic;
    }

    long maxLen() {
        return maxLen;
    }

    int readCount() {
        return readCount;
    }

    String sessionPrefix() {
        return sessionPrefix;
    }

    Duration block() {
        return block;
    }
}
