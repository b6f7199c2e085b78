package io.gangway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Disconnects clients in two steps, because a client may be at another node within milliseconds: its sockets leave, and once
 * the sessions that other nodes can give back are saved, its connection is closed. Confined to one thread.
 */
final class Farewells {
    /** How long a connection is kept open for a save. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Supplier<CompletionStage<Void>> saved;
    private final Deque<Farewell> waiting = new ArrayDeque<>(0);

    /** @param end when the connections are closed in any case, on the clock of {@link System#nanoTime()} */
    private record Farewell(List<Client> clients, CompletableFuture<Void> saved, long end) {}

    /** @param saved completes when the sessions that are being saved now are saved, or cannot be */
    Farewells(Supplier<CompletionStage<Void>> saved) {
        this.saved = saved;
    }

    /** Disconnects clients, now or later in {@link #areSaid}. */
    void say(List<Client> clients) {
        clients.forEach(Client::leaveAhead);
        CompletableFuture<Void> saves = saved.get().toCompletableFuture();
        if (saves.isDone()) {
            clients.forEach(Client::shutdown);
        } else {
            waiting.add(new Farewell(clients, saves, System.nanoTime() + PATIENCE.toNanos()));
        }
    }

    /** Closes the connections for which nothing is saved any more; true if no other is left. */
    boolean areSaid() {
        long now = System.nanoTime();
        waiting.removeIf(farewell -> {
            boolean over = farewell.saved.isDone() || now - farewell.end >= 0;
            if (over) {
                farewell.clients.forEach(Client::shutdown);
            }
            return over;
        });
        return waiting.isEmpty();
    }

    /** Closes the connections that are left. */
    void cut() {
        waiting.forEach(farewell -> farewell.clients.forEach(Client::shutdown));
        waiting.clear();
    }
}
