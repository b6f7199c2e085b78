package io.gangway.redis;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.Payload;
import io.gangway.cluster.Target;
import io.gangway.redis.wire.MalformedMessageException;
import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.Subscription;
import io.gangway.redis.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The smallest wire format that tests of connections need: broadcasts are {@code from|text}, a request is
 * {@code ?from|requestId}, an answer {@code !from|requestId|number}.
 */
record TinyFormat(String key, String namespace, String nodeId, Ways ways) implements WireFormat {
    enum Ways {
        PATTERN,
        ROOMS,
        SHARDED
    }

    static WireFormat.Factory with(String key, Ways ways) {
        return (namespace, nodeId) -> new TinyFormat(key, namespace, nodeId, ways);
    }

    static Broadcast broadcast(String text, String... rooms) {
        return new Broadcast("", new Target(Set.of(rooms), Set.of()), new Text(text), false, "", Duration.ZERO);
    }

    static Broadcast lossy(String text) {
        return new Broadcast("", Target.ALL, new Text(text), true, "", Duration.ZERO);
    }

    /** An event without arguments, for real formats. */
    static Broadcast event(String name) {
        return broadcast("[\"" + name + "\"]");
    }

    static String text(ClusterMessage message) {
        return ((Broadcast) message).event().json();
    }

    record Text(String json) implements Payload {
        @Override
        public boolean hasBinary() {
            return false;
        }

        @Override
        public Object value() {
            return json.startsWith("[\"") ? List.of(json.substring(2, json.length() - 2)) : json;
        }
    }

    String main() {
        return key + "#" + namespace + "#";
    }

    private Subscription.Kind kind() {
        return ways == Ways.SHARDED ? Subscription.Kind.SHARDED : Subscription.Kind.CHANNEL;
    }

    @Override
    public List<Subscription> subscriptions() {
        Subscription own = new Subscription(kind(), key + "-answers#" + namespace + "#" + nodeId);
        return ways == Ways.PATTERN
                ? List.of(new Subscription(Subscription.Kind.PATTERN, main() + "*"), own, counted())
                : List.of(new Subscription(kind(), main()), own, counted());
    }

    @Override
    public @Nullable Subscription subscription(String room) {
        return ways == Ways.PATTERN ? null : new Subscription(kind(), main() + room + "#");
    }

    @Override
    public @Nullable String room(String channel) {
        return channel.startsWith(main()) && channel.length() > main().length()
                ? channel.substring(main().length(), channel.length() - 1)
                : null;
    }

    @Override
    public Subscription counted() {
        return new Subscription(kind(), key + "-questions#" + namespace + "#");
    }

    @Override
    public Subscription destination(ClusterMessage message) {
        if (message instanceof Fetch) {
            return counted();
        }
        Set<String> rooms = ((Broadcast) message).target().rooms();
        return new Subscription(
                kind(), rooms.size() == 1 ? main() + rooms.iterator().next() + "#" : main());
    }

    @Override
    public OutgoingMessage publish(ClusterMessage message) {
        String body = message instanceof Fetch fetch
                ? "?" + nodeId + "|" + fetch.requestId()
                : nodeId + "|" + ((Broadcast) message).event().json();
        return new OutgoingMessage.Publish(kind(), destination(message).channel(), bytes(body));
    }

    @Override
    public OutgoingMessage respond(String toNode, ClusterMessage response) {
        ClientCount count = (ClientCount) response;
        return new OutgoingMessage.Publish(
                kind(),
                key + "-answers#" + namespace + "#" + toNode,
                bytes("!" + nodeId + "|" + count.requestId() + "|" + count.clients()));
    }

    @Override
    public @Nullable ClusterMessage read(String channel, byte[] body) throws MalformedMessageException {
        String text = new String(body, StandardCharsets.UTF_8);
        String[] parts = text.split("\\|", 3);
        if (parts.length < 2) {
            throw new MalformedMessageException("no bar in it");
        }
        String from = parts[0].replaceFirst("^[?!]", "");
        if (from.equals(nodeId)) {
            return null;
        }
        return switch (text.charAt(0)) {
            case '?' -> new Fetch(from, Target.ALL, parts[1]);
            case '!' -> new ClientCount(from, parts[1], Integer.parseInt(parts[2]));
            default ->
                new Broadcast(
                        from, Target.ALL, new Text(text.substring(text.indexOf('|') + 1)), false, "", Duration.ZERO);
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
