package io.gangway.redis;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wire format of createShardedAdapter of {@code @socket.io/redis-adapter}: sharded pub/sub, a channel for all, one for
 * each node, and as the options say one for each room. Needs Redis 7.
 */
final class ShardedFormat implements WireFormat {
    /** As long are socket ids, by which the Node.js adapter takes a room for a socket's own. */
    private static final int SOCKET_ID_LENGTH = 20;

    private final Options options;
    private final Envelope envelope;
    private final String prefix;
    private final String ownChannel;

    /** @param channelPrefix what the names of all channels begin with */
    record Options(String channelPrefix, SubscriptionMode mode) {
        /** The Node.js adapter's defaults. */
        static final Options DEFAULT = new Options("socket.io", SubscriptionMode.DYNAMIC);
    }

    ShardedFormat(Options options, String namespace, String nodeId) {
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
        return switch (options.mode()) {
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
    public Outgoing publish(ClusterMessage message) {
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
    public Outgoing respond(String toNode, ClusterMessage response) {
        return publish(channel(toNode), response);
    }

    private Outgoing publish(String channel, ClusterMessage message) {
        return new Outgoing.Publish(Subscription.Kind.SHARDED, channel, envelope.write(message));
    }

    @Override
    public @Nullable ClusterMessage read(String channel, byte[] body) throws MalformedMessageException {
        return Envelope.onlyAnswersIf(channel.equals(ownChannel), envelope.read(body));
    }
}
