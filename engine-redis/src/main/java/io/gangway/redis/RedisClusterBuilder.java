package io.gangway.redis;

import io.gangway.redis.link.ClusterLink;
import io.gangway.redis.link.LinkSettings;
import io.gangway.redis.link.Ranges;
import io.gangway.redis.link.RedisEndpoint;
import io.gangway.redis.wire.ClassicFormat;
import io.gangway.redis.wire.WireFormat;
import java.time.Duration;

/** Choices for a {@link RedisCluster}; {@link #connect} refuses those that contradict each other. Not thread-safe. */
public final class RedisClusterBuilder extends RedisBuilder<RedisClusterBuilder> {
    private ClassicFormat.Broadcasts broadcasts = ClassicFormat.Broadcasts.BY_PATTERN;
    private ClassicFormat.Answers answers = ClassicFormat.Answers.SHARED;
    private Duration pingInterval = Duration.ofSeconds(5);

    RedisClusterBuilder(RedisEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    RedisClusterBuilder self() {
        return this;
    }

    /**
     * Subscribes to one channel for each room with members on this node, in {@link RedisMode#CLASSIC}, instead of to
     * one pattern for all rooms: less traffic, more subscriptions. Each node may choose for itself.
     *
     * @return this builder
     */
    public RedisClusterBuilder perRoomSubscriptions() {
        broadcasts = ClassicFormat.Broadcasts.BY_ROOM;
        return only(RedisMode.CLASSIC, "perRoomSubscriptions()");
    }

    /**
     * Sends answers to the requesting node only, in {@link RedisMode#CLASSIC}, instead of to all nodes; the Node.js
     * adapter calls this {@code publishOnSpecificResponseChannel}. Each node may choose for itself.
     *
     * @return this builder
     */
    public RedisClusterBuilder specificResponseChannel() {
        answers = ClassicFormat.Answers.SPECIFIC;
        return only(RedisMode.CLASSIC, "specificResponseChannel()");
    }

    /**
     * Between two pings on a silent connection; one on which nothing arrives for twice as long is replaced. The
     * default is 5 s.
     *
     * @param interval between two pings
     * @return this builder
     * @throws IllegalArgumentException if it is shorter than 10 ms, or longer than 24 days
     */
    public RedisClusterBuilder pingInterval(Duration interval) {
        pingInterval = Ranges.atLeast(Duration.ofMillis(10), "pingInterval", interval);
        return this;
    }

    /**
     * Connects, in the background.
     *
     * @return the cluster
     * @throws IllegalArgumentException if the choices contradict each other
     */
    public RedisCluster connect() {
        requireMatchingChoices();
        return connect(formats(broadcasts, answers));
    }

    RedisCluster connect(WireFormat.Factory formats) {
        LinkSettings settings = new LinkSettings(
                name(),
                formats,
                offlineMessages(),
                offlineAge(),
                pingInterval,
                streams().maxLen(),
                streams().readCount(),
                streams().sessionPrefix(),
                streams().block());
        return new RedisCluster(new ClusterLink(settings, connections(pingInterval, conflictingChannels())).start());
    }
}
