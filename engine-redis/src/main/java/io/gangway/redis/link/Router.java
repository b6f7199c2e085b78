package io.gangway.redis.link;

import io.gangway.redis.wire.StreamsFormat;
import io.gangway.redis.wire.Subscription;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Passes each message that arrives to the namespace that it is for. Thread-safe. */
final class Router {
    private final Function<String, @Nullable Receiver> namespaces;
    private final Map<Subscription, Receiver> receivers = new ConcurrentHashMap<>();
    /** The keys of {@link #receivers} that are patterns. */
    private final Set<Subscription> patterns = ConcurrentHashMap.newKeySet();

    private final Counters counters;
    private final MessageErrors errors;

    /** Receives the messages of one namespace, on the thread that reads them, which must not be blocked. */
    interface Receiver {
        /** A message arrived on a channel. */
        void message(String channel, byte[] body);

        /** An entry was read from a stream. */
        void entry(String stream, String id, Map<String, byte[]> fields);
    }

    /** @param namespaces gives the receiver of a namespace; null if this node does not serve it */
    Router(Function<String, @Nullable Receiver> namespaces, Counters counters, MessageErrors errors) {
        this.namespaces = namespaces;
        this.counters = counters;
        this.errors = errors;
    }

    /** Messages of the subscription go to this receiver from now on. */
    void attach(Subscription subscription, Receiver receiver) {
        receivers.put(subscription, receiver);
        if (subscription.kind() == Subscription.Kind.PATTERN) {
            patterns.add(subscription);
        }
    }

    /**
     * Messages of the subscription go nowhere from now on; returns false, and does nothing, if they go to another
     * receiver.
     */
    boolean detach(Subscription subscription, Receiver receiver) {
        boolean detached = receivers.remove(subscription, receiver);
        if (detached) {
            patterns.remove(subscription);
        }
        return detached;
    }

    /** Whether messages of the subscription go to this receiver. */
    boolean isAttached(Subscription subscription, Receiver receiver) {
        return receivers.get(subscription) == receiver;
    }

    void clear() {
        receivers.clear();
        patterns.clear();
    }

    void message(Subscription subscription, String channel, byte[] body) {
        Receiver receiver = receivers.get(subscription);
        if (receiver != null) {
            receiver.message(channel, body);
        }
    }

    void entry(String stream, String id, Map<String, byte[]> fields) {
        Receiver receiver = namespaces.apply(StreamsFormat.namespace(fields));
        if (receiver != null) {
            receiver.entry(stream, id, fields);
        } else if (fields.containsKey("nsp")) {
            counters.selfSkipped.increment();
        } else {
            errors.malformed("dropped a malformed entry of stream " + stream, "the field nsp is missing");
        }
    }

    /**
     * The subscription over which this node should receive its own message.
     *
     * @param confirmed whether Redis has confirmed a subscription
     */
    Optional<Subscription> subscriptionTo(Command message, Predicate<Subscription> confirmed) {
        Subscription exact = message.destination();
        if (receivers.containsKey(exact) && confirmed.test(exact)) {
            return Optional.of(exact);
        }
        return patterns.stream()
                .filter(pattern -> exact.kind() == Subscription.Kind.CHANNEL
                        && exact.channel().startsWith(prefix(pattern.channel()))
                        && confirmed.test(pattern))
                .findFirst();
    }

    /** The prefix that a pattern ending with its only star matches. */
    private static String prefix(String pattern) {
        return pattern.substring(0, pattern.length() - 1).replaceAll("\\\\(.)", "$1");
    }
}
