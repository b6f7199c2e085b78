package io.gangway.redis.link;

import io.gangway.redis.wire.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one {@link Subscriber}: which it has, which of them were requested over the current
 * connection, and which of those Redis has confirmed. Not thread-safe: the subscriber guards it with its lock, and
 * completes the futures that are returned outside of it.
 */
final class Subscriptions {
    /** In the order of subscribing. */
    private final Map<Subscription, Entry> entries = new LinkedHashMap<>();
    /** The requests that Redis has not replied to, oldest first. */
    private final Deque<Request> unanswered = new ArrayDeque<>();
    /** How many entries are confirmed. */
    private int confirmed;

    /** One subscription, and its state over the current connection. */
    private static final class Entry {
        private final boolean countsNodes;
        private boolean requested;
        private boolean confirmed;
        private long confirmedAt;
        private CompletableFuture<Void> confirmation = new CompletableFuture<>();

        private Entry(boolean countsNodes) {
            this.countsNodes = countsNodes;
        }

        private void reset() {
            requested = false;
            if (confirmed) {
                confirmed = false;
                confirmation = new CompletableFuture<>();
            }
        }
    }

    private enum Verb {
        SUBSCRIBE,
        UNSUBSCRIBE,
        PING
    }

    private record Request(
            Verb verb,
            @Nullable Subscription subscription,
            @Nullable Entry entry,
            @Nullable CompletableFuture<Void> done) {}

    /** Adds a subscription if it is new; returns what completes once Redis confirms it. */
    CompletableFuture<Void> add(Subscription subscription, boolean countsNodes) {
        return entries.computeIfAbsent(subscription, absent -> new Entry(countsNodes)).confirmation;
    }

    /** Whether the subscription exists, but was not requested over the current connection. */
    boolean isUnrequested(Subscription subscription) {
        Entry entry = entries.get(subscription);
        return entry != null && !entry.requested;
    }

    /** A SUBSCRIBE is being sent. */
    void subscribeSent(Subscription subscription) {
        Entry entry = entries.get(subscription);
        if (entry != null) {
            entry.requested = true;
            unanswered.add(new Request(Verb.SUBSCRIBE, subscription, entry, null));
        }
    }

    /**
     * Removes a subscription.
     *
     * @return whether it was requested over the current connection, so that an UNSUBSCRIBE is needed
     */
    boolean remove(Subscription subscription) {
        Entry entry = entries.remove(subscription);
        if (entry == null) {
            return false;
        }
        if (entry.confirmed) {
            confirmed--;
        }
        return entry.requested;
    }

    /** An UNSUBSCRIBE is being sent; {@code done} is given back by {@link #unsubscribed} or {@link #disconnected}. */
    void unsubscribeSent(Subscription subscription, CompletableFuture<Void> done) {
        unanswered.add(new Request(Verb.UNSUBSCRIBE, subscription, null, done));
    }

    /** A PING is being sent. */
    void pingSent() {
        unanswered.add(new Request(Verb.PING, null, null, null));
    }

    /** Completes once Redis has confirmed the subscription, or at once if there is none. */
    CompletableFuture<Void> confirmation(Subscription subscription) {
        Entry entry = entries.get(subscription);
        return entry == null ? CompletableFuture.completedFuture(null) : entry.confirmation;
    }

    /** Whether Redis has confirmed the subscription before a time of {@link System#nanoTime}. */
    boolean isConfirmed(Subscription subscription, long before) {
        Entry entry = entries.get(subscription);
        return entry != null && entry.confirmed && entry.confirmedAt - before <= 0;
    }

    boolean areConfirmed() {
        return confirmed == entries.size();
    }

    /** All of them, those that count nodes last: a node that is counted must be able to answer. */
    List<Subscription> inOrder() {
        List<Subscription> order = new ArrayList<>();
        for (boolean countsNodes : new boolean[] {false, true}) {
            entries.forEach((subscription, entry) -> {
                if (entry.countsNodes == countsNodes) {
                    order.add(subscription);
                }
            });
        }
        return order;
    }

    /** Redis has confirmed a subscription; returns the future to complete, null if there is none. */
    @Nullable
    CompletableFuture<Void> confirm(Subscription subscription) {
        Request request = unanswered.poll();
        Entry entry = entries.get(subscription);
        // The subscription may have been removed and added again while Redis replied to the earlier request.
        if (request == null || entry == null || entry != request.entry() || entry.confirmed) {
            return null;
        }
        entry.confirmed = true;
        entry.confirmedAt = System.nanoTime();
        confirmed++;
        return entry.confirmation;
    }

    /** Redis has ended a subscription; returns the future to complete, null if no UNSUBSCRIBE was sent for it. */
    @Nullable
    CompletableFuture<Void> unsubscribed(Subscription subscription) {
        Request request = unanswered.peek();
        if (request == null || request.verb() != Verb.UNSUBSCRIBE || !subscription.equals(request.subscription())) {
            return null;
        }
        return unanswered.remove().done();
    }

    /** Redis has replied to the oldest request, whichever that was; returns its subscription, null if it had none. */
    @Nullable
    Subscription replied() {
        Request request = unanswered.poll();
        return request == null ? null : request.subscription();
    }

    /** Redis has ended the subscription by itself; it has to be requested again. */
    void lose(Subscription subscription) {
        Entry entry = entries.get(subscription);
        if (entry != null) {
            if (entry.confirmed) {
                confirmed--;
            }
            entry.reset();
        }
    }

    boolean contains(Subscription subscription) {
        return entries.containsKey(subscription);
    }

    /** The connection is gone; returns the futures of those who wait for an UNSUBSCRIBE. */
    List<CompletableFuture<Void>> disconnected() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (Request request : unanswered) {
            if (request.done() != null) {
                waiting.add(request.done());
            }
        }
        unanswered.clear();
        confirmed = 0;
        entries.values().forEach(Entry::reset);
        return waiting;
    }

    /** Removes all subscriptions; returns their confirmations, to be failed. */
    List<CompletableFuture<Void>> clear() {
        List<CompletableFuture<Void>> confirmations = new ArrayList<>();
        entries.values().forEach(entry -> confirmations.add(entry.confirmation));
        entries.clear();
        confirmed = 0;
        return confirmations;
    }
}
