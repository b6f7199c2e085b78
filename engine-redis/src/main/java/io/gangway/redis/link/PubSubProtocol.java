package io.gangway.redis.link;

import io.gangway.redis.wire.Subscription;
import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** The commands that subscribe and unsubscribe, and what Redis sends over a subscribing connection. */
final class PubSubProtocol {
    private static final byte[] MESSAGE = "message".getBytes(Protocol.CHARSET);
    private static final byte[] PATTERN_MESSAGE = "pmessage".getBytes(Protocol.CHARSET);
    private static final byte[] SHARDED_MESSAGE = "smessage".getBytes(Protocol.CHARSET);

    /** What Redis has sent. */
    interface Handler {
        /**
         * A message arrived.
         *
         * @param subscription over which it came, so with a pattern not its channel
         */
        void message(Subscription subscription, String channel, byte[] body);

        void subscribed(Subscription subscription);

        void unsubscribed(Subscription subscription);

        void pong();
    }

    private PubSubProtocol() {}

    /** Passes one thing that Redis has sent to the handler. */
    static void dispatch(Object received, Handler handler) {
        if (!(received instanceof List<?> parts) || parts.isEmpty() || !(parts.get(0) instanceof byte[] type)) {
            handler.pong(); // without any subscription, a PONG is not a list
            return;
        }
        if (Arrays.equals(type, MESSAGE)) {
            String channel = text(parts.get(1));
            handler.message(new Subscription(Subscription.Kind.CHANNEL, channel), channel, (byte[]) parts.get(2));
        } else if (Arrays.equals(type, PATTERN_MESSAGE)) {
            handler.message(
                    new Subscription(Subscription.Kind.PATTERN, text(parts.get(1))), text(parts.get(2)), (byte[])
                            parts.get(3));
        } else if (Arrays.equals(type, SHARDED_MESSAGE)) {
            String channel = text(parts.get(1));
            handler.message(new Subscription(Subscription.Kind.SHARDED, channel), channel, (byte[]) parts.get(2));
        } else {
            reply(text(type), parts, handler);
        }
    }

    private static void reply(String type, List<?> parts, Handler handler) {
        switch (type) {
            case "subscribe" -> handler.subscribed(subscription(Subscription.Kind.CHANNEL, parts));
            case "psubscribe" -> handler.subscribed(subscription(Subscription.Kind.PATTERN, parts));
            case "ssubscribe" -> handler.subscribed(subscription(Subscription.Kind.SHARDED, parts));
            case "unsubscribe" -> handler.unsubscribed(subscription(Subscription.Kind.CHANNEL, parts));
            case "punsubscribe" -> handler.unsubscribed(subscription(Subscription.Kind.PATTERN, parts));
            case "sunsubscribe" -> handler.unsubscribed(subscription(Subscription.Kind.SHARDED, parts));
            case "pong" -> handler.pong();
            default -> {
                // nothing that this connection has asked for
            }
        }
    }

    private static Subscription subscription(Subscription.Kind kind, List<?> parts) {
        return new Subscription(kind, text(parts.get(1)));
    }

    static CommandArguments subscribe(Subscription subscription) {
        Protocol.Command verb = switch (subscription.kind()) {
            case CHANNEL -> Protocol.Command.SUBSCRIBE;
            case PATTERN -> Protocol.Command.PSUBSCRIBE;
            case SHARDED -> Protocol.Command.SSUBSCRIBE;
            case STREAM -> throw isRead();
        };
        return new CommandArguments(verb).add(subscription.channel());
    }

    static CommandArguments unsubscribe(Subscription subscription) {
        Protocol.Command verb = switch (subscription.kind()) {
            case CHANNEL -> Protocol.Command.UNSUBSCRIBE;
            case PATTERN -> Protocol.Command.PUNSUBSCRIBE;
            case SHARDED -> Protocol.Command.SUNSUBSCRIBE;
            case STREAM -> throw isRead();
        };
        return new CommandArguments(verb).add(subscription.channel());
    }

    private static IllegalArgumentException isRead() {
        return new IllegalArgumentException("cannot subscribe to a stream: streams are read, by a StreamReader");
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
