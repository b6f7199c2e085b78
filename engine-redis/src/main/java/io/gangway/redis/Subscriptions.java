package io.gangway.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is to be listened to, what of it Redis has been asked for over the connection of the moment, and what it has
 * confirmed. Not thread-safe: the {@link Subscriber} that has it guards it, and completes what is returned without its lock.
 */
final class Subscriptions {
    /** In order. */
    private final Map<Subscription, Wanted> wanted = new LinkedHashMap<>();
    /** What Redis has not answered yet, in order. */
    private final Deque<Asked> asked = new ArrayDeque<>();
    /** How many of the wanted are confirmed. */
    private int confirmed;

    /** The state of one subscription; with a connection that has been asked for it, or not. */
    private static final class Wanted {
        private final boolean countsNodes;
        private boolean asked;
        private boolean confirmed;
        private long confirmedAt;
        private CompletableFuture<Void> hearing = new CompletableFuture<>();

        private Wanted(boolean countsNodes) {
            this.countsNodes = countsNodes;
        }

        private void forget() {
            asked = false;
            if (confirmed) {
                confirmed = false;
                hearing = new CompletableFuture<>();
            }
        }
    }

    private enum Verb {
        SUBSCRIBE,
        UNSUBSCRIBE,
        PING
    }

    private record Asked(
            Verb verb,
            @Nullable Subscription subscription,
            @Nullable Wanted state,
            @Nullable CompletableFuture<Void> done) {}

    /** Returns what completes once Redis confirms it. */
    CompletableFuture<Void> want(Subscription subscription, boolean countsNodes) {
        return wanted.computeIfAbsent(subscription, absent -> new Wanted(countsNodes)).hearing;
    }

    /** Whether it is wanted, and Redis has not been asked for it. */
    boolean isToAsk(Subscription subscription) {
        Wanted state = wanted.get(subscription);
        return state != null && !state.asked;
    }

    /** Redis is being asked for it. */
    void asking(Subscription subscription) {
        Wanted state = wanted.get(subscription);
        if (state != null) {
            state.asked = true;
            asked.add(new Asked(Verb.SUBSCRIBE, subscription, state, null));
        }
    }

    /**
     * Does not want it any more.
     *
     * @return whether Redis has to be told
     */
    boolean unwant(Subscription subscription) {
        Wanted state = wanted.remove(subscription);
        if (state == null) {
            return false;
        }
        if (state.confirmed) {
            confirmed--;
        }
        return state.asked;
    }

    /** Redis is being told that it is not wanted any more; that completes once it confirms it, or will never. */
    void giving(Subscription subscription, CompletableFuture<Void> done) {
        asked.add(new Asked(Verb.UNSUBSCRIBE, subscription, null, done));
    }

    /** Redis is being asked for a sign of life. */
    void pinging() {
        asked.add(new Asked(Verb.PING, null, null, null));
    }

    /** Completes once Redis confirms it, or at once if it is not wanted. */
    CompletableFuture<Void> hearing(Subscription subscription) {
        Wanted state = wanted.get(subscription);
        return state == null ? CompletableFuture.completedFuture(null) : state.hearing;
    }

    /** Whether Redis has confirmed it before that time of {@link System#nanoTime}. */
    boolean isConfirmed(Subscription subscription, long since) {
        Wanted state = wanted.get(subscription);
        return state != null && state.confirmed && state.confirmedAt - since <= 0;
    }

    boolean areConfirmed() {
        return confirmed == wanted.size();
    }

    /** All of them, in the order of subscribing: who listens to what counts nodes has to be able to answer. */
    List<Subscription> inOrder() {
        List<Subscription> order = new ArrayList<>();
        for (boolean counting : new boolean[] {false, true}) {
            wanted.forEach((subscription, state) -> {
                if (state.countsNodes == counting) {
                    order.add(subscription);
                }
            });
        }
        return order;
    }

    /** Redis has confirmed it: returns whom to tell, if that is news. */
    @Nullable
    CompletableFuture<Void> confirm(Subscription subscription) {
        Asked question = asked.poll();
        Wanted state = wanted.get(subscription);
        // It may have been given up, and wanted again, while Redis was answering.
        if (question == null || state == null || state != question.state() || state.confirmed) {
            return null;
        }
        state.confirmed = true;
        state.confirmedAt = System.nanoTime();
        confirmed++;
        return state.hearing;
    }

    /** Redis has given it up: returns whom to tell; null if nobody asked for that. */
    @Nullable
    CompletableFuture<Void> end(Subscription subscription) {
        Asked question = asked.peek();
        if (question == null || question.verb() != Verb.UNSUBSCRIBE || !subscription.equals(question.subscription())) {
            return null;
        }
        return asked.remove().done();
    }

    /** Redis has answered the oldest question, whatever that was: returns what it was about, null if nothing. */
    @Nullable
    Subscription answered() {
        Asked question = asked.poll();
        return question == null ? null : question.subscription();
    }

    /** Redis does not let it be heard over this connection any more. */
    void lose(Subscription subscription) {
        Wanted state = wanted.get(subscription);
        if (state != null) {
            if (state.confirmed) {
                confirmed--;
            }
            state.forget();
        }
    }

    boolean isWanted(Subscription subscription) {
        return wanted.containsKey(subscription);
    }

    /** The connection is gone: returns who waits for answers that will not come. */
    List<CompletableFuture<Void>> disconnect() {
        List<CompletableFuture<Void>> unanswered = new ArrayList<>();
        for (Asked question : asked) {
            if (question.done() != null) {
                unanswered.add(question.done());
            }
        }
        asked.clear();
        confirmed = 0;
        wanted.values().forEach(Wanted::forget);
        return unanswered;
    }

    /** Wants nothing any more: returns who waits to hear something. */
    List<CompletableFuture<Void>> clear() {
        List<CompletableFuture<Void>> left = new ArrayList<>();
        wanted.values().forEach(state -> left.add(state.hearing));
        wanted.clear();
        confirmed = 0;
        return left;
    }
}
