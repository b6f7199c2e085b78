package io.gangway.redis;

import java.time.Duration;

/** Choices for {@link RedisMode#STREAMS}; the defaults are those of the Node.js adapter. Confined to its thread. */
public final class StreamsChoices {
    private String name = "socket.io";
    private int count = 1;
    private long maxLen = 10_000;
    private int readCount = 100;
    private Duration block = Duration.ofSeconds(5);
    private boolean besideClassic;
    private Subscription.Kind pubSub = Subscription.Kind.CHANNEL;

    StreamsChoices() {}

    /**
     * The stream's name, or what the names of several begin with.
     *
     * @param name the stream's name
     * @return this builder
     */
    public StreamsChoices name(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the stream's name is empty; the default is socket.io");
        }
        this.name = name;
        return this;
    }

    /**
     * Over how many streams the namespaces are spread; the same on all nodes.
     *
     * @param streams how many streams
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public StreamsChoices count(int streams) {
        count = Ranges.atLeast(1, "count", streams);
        return this;
    }

    /**
     * About how many entries a stream keeps.
     *
     * @param entries how many entries
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public StreamsChoices maxLen(long entries) {
        maxLen = Ranges.atLeast(1, "maxLen", entries);
        return this;
    }

    /**
     * How many entries are read at once, at most.
     *
     * @param entries how many entries
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public StreamsChoices readCount(int entries) {
        readCount = Ranges.atLeast(1, "readCount", entries);
        return this;
    }

    /**
     * How long a reader waits for an entry before it asks again; a Redis that then answers nothing for two ping intervals is
     * taken for dead. When nothing came for so long, the reader also looks whether the stream has gone back behind what was
     * read, once in a ping interval at most; how often that was, {@code streamRewinds} of the health's details tells.
     *
     * @param wait how long a read waits for entries
     * @return this builder
     * @throws IllegalArgumentException if it is shorter than 1 ms, or longer than 24 days
     */
    public StreamsChoices block(Duration wait) {
        block = Ranges.atLeast(Duration.ofMillis(1), "block", wait);
        return this;
    }

    /**
     * Asks and answers over sharded pub/sub, which needs Redis 7; the same on all nodes.
     *
     * @return this builder
     */
    public StreamsChoices shardedPubSub() {
        pubSub = Subscription.Kind.SHARDED;
        return this;
    }

    /**
     * Connects although servers in mode {@link RedisMode#PUBSUB} use the same key. What is asked of streams servers makes
     * Node.js servers in that mode deaf: another {@link RedisClusterBuilder#key} is the better way out.
     *
     * @return this builder
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

    Duration block() {
        return block;
    }
}
