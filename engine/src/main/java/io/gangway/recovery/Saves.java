package io.gangway.recovery;

import io.gangway.cluster.SessionStore;
import io.gangway.cluster.StoredSession;
import io.gangway.logs.SparingLog;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/** The sessions of one namespace that are on their way to the store that all nodes share. Thread-safe. */
final class Saves {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Saves.class));

    private final SessionStore store;
    private final Keeping keeping;
    /** By private id. */
    private final Map<String, Save> underWay = new ConcurrentHashMap<>();

    private record Save(String id, CompletableFuture<Void> done) {}

    Saves(SessionStore store, Keeping keeping) {
        this.store = store;
        this.keeping = keeping;
    }

    /**
     * Saves a session, as soon as this thread is outside.
     *
     * @param whenOver runs when the session is saved, or cannot be
     */
    void begin(StoredSession session, Duration window, Runnable whenOver) {
        Save save = new Save(session.id(), new CompletableFuture<>());
        String privateId = session.privateId();
        underWay.put(privateId, save);
        History.outside(() -> CompletableFuture.completedStage(session)
                .thenCompose(known -> store.save(known, window))
                .whenComplete((saved, failure) -> {
                    underWay.remove(privateId, save);
                    try {
                        if (failure != null) {
                            isLost(save, failure);
                        }
                    } finally {
                        save.done.complete(null);
                        whenOver.run();
                    }
                }));
    }

    private void isLost(Save save, Throwable failure) {
        keeping.countUnkept();
        sparing.warn(
                "cannot save the session of socket {}, whose client has left; when it comes back, it gets a new one: {}",
                save.id,
                String.valueOf(failure instanceof CompletionException ? failure.getCause() : failure));
    }

    /**
     * Saves a session that was claimed at this time for a client that does not get it: for the rest of the window that began
     * then, lest it be kept for longer the more often that happens.
     */
    void undoClaim(StoredSession session, long claimed) {
        Duration rest = keeping.bounds().window().minusNanos(keeping.now() - claimed);
        if (!rest.isNegative() && !rest.isZero()) {
            begin(session, rest, () -> {});
        }
    }

    /** The id of the socket whose session is being saved; empty if it is not. */
    Optional<String> id(String privateId) {
        return Optional.ofNullable(underWay.get(privateId)).map(Save::id);
    }

    /** Completes when the session is not being saved any more. */
    CompletionStage<Void> done(String privateId) {
        Save save = underWay.get(privateId);
        return save == null ? CompletableFuture.completedFuture(null) : save.done;
    }

    /** Completes when none of those that are being saved now is any more, whether or not that succeeds. */
    CompletionStage<Void> done() {
        return CompletableFuture.allOf(
                underWay.values().stream().map(Save::done).toArray(CompletableFuture<?>[]::new));
    }
}
