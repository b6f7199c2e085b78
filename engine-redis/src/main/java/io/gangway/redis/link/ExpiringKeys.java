package io.gangway.redis.link;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import redis.clients.jedis.Protocol;

/** Values that Redis keeps for a while. Thread-safe; never blocks, and does not limit how long Redis may take. */
public final class ExpiringKeys {
    private final Outbox outbox;

    ExpiringKeys(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Sets a key; if Redis is unreachable, the command is queued as a message is. */
    public CompletionStage<Void> set(String key, String value, Duration lasting) {
        return outbox.ask(
                        Command.Kind.VALUE,
                        key,
                        Protocol.Command.SET,
                        key,
                        value,
                        "EX",
                        String.valueOf(lasting.toSeconds()))
                .thenAccept(ok -> {});
    }

    /** Whether there is such a key; fails at once if Redis is unreachable. */
    public CompletionStage<Boolean> exists(String key) {
        return outbox.ask(Command.Kind.QUERY, key, Protocol.Command.EXISTS, key).thenApply(number -> number.equals(1L));
    }
}
