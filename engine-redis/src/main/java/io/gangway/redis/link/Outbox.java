package io.gangway.redis.link;

import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** Sends the messages of all namespaces, and counts them as offered. Thread-safe; never blocks. */
final class Outbox {
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MILLIS = 100;

    private final Publishers publishers;
    private final Counters counters;
    private final long maxLen;

    /** @param maxLen about how many entries a stream keeps */
    Outbox(Publishers publishers, Counters counters, long maxLen) {
        this.publishers = publishers;
        this.counters = counters;
        this.maxLen = maxLen;
    }

    /**
     * Sends a message that is encoded already; completes as {@link io.gangway.cluster.Cluster.Channel#publish} says.
     */
    CompletionStage<String> send(OutgoingMessage message, Command.Kind kind) {
        return send(Command.of(message, kind, maxLen));
    }

    /**
     * Sends a message that is encoded when its turn comes, so that the caller does not wait for the encoding.
     *
     * @param bytes about how many the message takes until then
     */
    CompletionStage<String> send(
            Subscription destination, Supplier<OutgoingMessage> encoding, long bytes, Command.Kind kind) {
        return send(Command.of(destination, encoding, bytes, kind, maxLen));
    }

    /** Has Redis execute a command that is no message; completes with Redis's reply. */
    CompletionStage<Object> ask(Command command) {
        publishers.send(command);
        return command.reply();
    }

    private CompletionStage<String> send(Command command) {
        counters.offered.increment();
        publishers.send(command);
        return command.sent();
    }

    /**
     * Has Redis execute a command about a key; completes with Redis's reply. Asks again if the key has moved to another
     * node meanwhile.
     */
    CompletionStage<Object> ask(Command.Kind kind, String key, Protocol.Command verb, String... arguments) {
        return ask(ATTEMPTS, () -> Command.onKey(kind, key, verb, arguments));
    }

    private CompletionStage<Object> ask(int attempts, Supplier<Command> command) {
        return ask(command.get())
                .exceptionallyCompose(failure -> attempts > 1 && isMoved(failure)
                        ? later().thenCompose(now -> ask(attempts - 1, command))
                        : CompletableFuture.failedStage(failure));
    }

    private static boolean isMoved(Throwable failure) {
        return failure.getCause() instanceof JedisDataException refused && Topology.isMoved(refused);
    }

    /** Completes when the topology has probably been discovered anew. */
    private static CompletionStage<Void> later() {
        return new CompletableFuture<Void>().completeOnTimeout(null, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many connections are subscribed, summed over all Redis nodes. */
    CompletionStage<Long> countSubscribers(Subscription subscription) {
        return publishers.countSubscribers(subscription);
    }
}
