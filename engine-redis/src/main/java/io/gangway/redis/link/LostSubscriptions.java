package io.gangway.redis.link;

import io.gangway.redis.wire.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that Redis has dropped a subscription of this node without a word: this node publishes to a channel that it
 * is subscribed to itself, and Redis reports 0 receivers. Not for a Redis Cluster, whose nodes report their own
 * subscribers only.
 */
final class LostSubscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(LostSubscriptions.class);

    private final Router router;
    private final Subscribers subscribers;
    private final Counters counters;
    private final String name;
    private final RateLimitedLog log = new RateLimitedLog(LOG);

    LostSubscriptions(Router router, Subscribers subscribers, Counters counters, String name) {
        this.router = router;
        this.subscribers = subscribers;
        this.counters = counters;
        this.name = name;
    }

    /** Redis has accepted a message and delivered it to so many connections. */
    void published(Command message, long receivers) {
        if (receivers == 0) {
            router.subscriptionTo(message, subscription -> subscribers.isConfirmed(subscription, message.created()))
                    .ifPresent(subscription -> resubscribe(subscription, message));
        }
    }

    private void resubscribe(Subscription subscription, Command message) {
        counters.deaf.increment();
        log.warn(
                name + " is subscribed to " + subscription.channel()
                        + ", but Redis reported 0 receivers of its message to "
                        + message.destination().channel(),
                "the subscription is lost; subscribing again");
        subscribers.resubscribe(subscription);
    }
}
