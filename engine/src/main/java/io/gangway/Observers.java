package io.gangway;

import io.gangway.logs.SparingLog;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** The observers of one engine. Immutable; a failure is logged, and the others are told all the same. */
final class Observers {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Observers.class));

    private final EngineObserver[] all;

    Observers(List<EngineObserver> all) {
        this.all = all.toArray(EngineObserver[]::new);
    }

    void started() {
        for (EngineObserver observer : all) {
            tell(observer, EngineObserver::onStart);
        }
    }

    void stopped() {
        for (EngineObserver observer : all) {
            tell(observer, EngineObserver::onStop);
        }
    }

    boolean describeConnections() {
        for (EngineObserver observer : all) {
            if (observer.describesConnections()) {
                return true;
            }
        }
        return false;
    }

    /** Whether any of them wants to be told: if not, {@link #tell} would only cost. */
    boolean areWatching() {
        for (EngineObserver observer : all) {
            if (observer.isWatching()) {
                return true;
            }
        }
        return false;
    }

    /** Tells those that are watching. */
    void tell(Consumer<EngineObserver> news) {
        for (EngineObserver observer : all) {
            if (observer.isWatching()) {
                tell(observer, news);
            }
        }
    }

    private static void tell(EngineObserver observer, Consumer<EngineObserver> news) {
        try {
            news.accept(observer);
        } catch (Throwable failure) {
            sparing.error(
                    failure,
                    "an observer of the engine failed: {}",
                    observer.getClass().getName());
        }
    }
}
