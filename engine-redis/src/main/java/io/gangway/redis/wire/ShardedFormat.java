package io.gangway.redis.wire;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wire format of {@code createShardedAdapter} of {@code @socket.io/redis-adapter}: sharded pub/sub, with one
 * channel for all nodes, one for each node's responses, and one for each room that {@link RoomChannels} includes.
 * Requires Redis 7.
 */
public final class ShardedFormat implements WireFormat {
    /** The length of socket ids: the Node.js adapter takes a room with a name of this length for a socket's own. */
    private static final int SOCKET_ID_LENGTH = 20;

    private final Options options;
    private final Envelope envelope;
    private final String prefix;
    private final String ownChannel;

    /**
     * Which rooms have a channel of their own, by the names of the Node.js adapter's option {@code subscriptionMode}.
     */
    public enum RoomChannels {
        /** None. */
        STATIC,
        /** All whose names are not as long as a socket's id. */
        DYNAMIC,
        /** All. */
        DYNAMIC_PRIVATE
    }

    /**
     * The options of the Node.js adapter that concern the format.
     *
     * @param channelPrefix the prefix of the names of all channels
     */
    public record Options(String channelPrefix, RoomChannels rooms) {
        /** The Node.js adapter's defaults. */
        public static final Options DEFAULT = new Options("socket.io", RoomChannels.DYNAMIC);
    }

    public ShardedFormat(Options options, String namespace, String nodeId) {
        this.options = options;
        this.envelope = new Envelope(namespace, nodeId);
        this.prefix = options.channelPrefix() + "#" + namespace + "#";
        this.ownChannel = channel(nodeId);
    }

    private String channel(String suffix) {
        return prefix + suffix + "#";
    }

    @Override
    public List<Subscription> subscriptions() {
        return List.of(new Subscription(Subscription.Kind.SHARDED, ownChannel), counted());
    }

    @Override
    public @Nullable Subscription subscription(String room) {
        return hasChannel(room) ? new Subscription(Subscription.Kind.SHARDED, channel(room)) : null;
    }

    private boolean hasChannel(String room) {
        return switch (options.rooms()) {
            case STATIC -> false;
            case DYNAMIC -> room.length() != SOCKET_ID_LENGTH;
            case DYNAMIC_PRIVATE -> true;
        };
    }

    @Override
    public Subscription counted() {
        return new Subscription(Subscription.Kind.SHARDED, prefix);
    }

    @Override
    public Subscription destination(ClusterMessage message) {
        return new Subscription(Subscription.Kind.SHARDED, channelFor(message));
    }

    @Override
    public OutgoingMessage publish(ClusterMessage message) {
        return publish(channelFor(message), message);
    }

    private String channelFor(ClusterMessage message) {
        if (message instanceof Broadcast broadcast
                && !broadcast.wantsAcks()
                && broadcast.target().rooms().size() == 1) {
            String room = broadcast.target().rooms().iterator().next();
            return hasChannel(room) ? channel(room) : prefix;
        }
        return prefix;
    }

    @Override
    public OutgoingMessage respond(String toNode, ClusterMessage response) {
        return publish(channel(toNode), response);
    }

    private OutgoingMessage publish(String channel, ClusterMessage message) {
        return new OutgoingMessage.Publish(Subscription.Kind.SHARDED, channel, envelope.write(message));
    }

    @Override
    public @Nullable ClusterMessage read(String channel, byte[] body) throws MalformedMessageException {
        return Envelope.onlyResponsesIf(channel.equals(ownChannel), envelope.read(body));
    }
}
