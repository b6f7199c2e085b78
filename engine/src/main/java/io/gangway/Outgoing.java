package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.recovery.History;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Publishes the messages of one namespace in the order of the calls, whichever threads call. Thread-safe. */
final class Outgoing {
    private final Cluster.Channel channel;
    private final BiConsumer<ClusterMessage, Throwable> unsent;
    private final Runnable publishing = this::publish;

    // Guarded by this.
    private final Deque<Message> waiting = new ArrayDeque<>();
    private boolean busy;

    private record Message(ClusterMessage message, Fate fate) {}

    /** Hears what has become of a message. */
    interface Fate {
        /**
         * The channel has done with it.
         *
         * @param failure why it may not have been sent; null if it has
         */
        void settled(@Nullable Throwable failure);
    }

    /** @param unsent is told of messages that could not be sent, and why */
    Outgoing(Cluster.Channel channel, BiConsumer<ClusterMessage, Throwable> unsent) {
        this.channel = channel;
        this.unsent = unsent;
    }

    /**
     * Queues a message.
     *
     * @param fate is told when the channel has done with it
     */
    synchronized void add(ClusterMessage message, Fate fate) {
        waiting.addLast(new Message(message, fate));
    }

    /** Sends what is queued: now, or when this thread has left the history, or by the thread that is at it. */
    void send() {
        History.outside(publishing);
    }

    private void publish() {
        for (Message next = next(false); next != null; next = next(true)) {
            Message sent = next;
            CompletionStage<Void> unused = publish(sent.message).handle((offset, failure) -> {
                if (failure != null) {
                    unsent.accept(sent.message, Ack.unwrap(failure));
                }
                sent.fate.settled(failure);
                return null;
            });
        }
    }

    private CompletionStage<String> publish(ClusterMessage message) {
        try {
            return channel.publish(message);
        } catch (Throwable unsendable) { // else no other message of the namespace would ever be sent
            return CompletableFuture.failedStage(unsendable);
        }
    }

    /** @param atIt whether this thread publishes already */
    private synchronized @Nullable Message next(boolean atIt) {
        if (busy && !atIt) {
            return null;
        }
        Message next = waiting.pollFirst();
        busy = next != null;
        return next;
    }
}
