package io.gangway;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of events without a handler, once per name, and lists the names that have one. Thread-safe.
 *
 * <p>Clients choose the names, so at most {@link #MOST} are remembered, none longer than a log line shows it; the last
 * line says that no further names are logged.
 */
final class UnhandledEvents {
    /** The maximum number of names to warn of. */
    static final int MOST = 100;

    private static final Logger log = LoggerFactory.getLogger(UnhandledEvents.class);

    private final String what;
    private final List<String> handled;
    private final String remedy;
    private final Set<String> told = ConcurrentHashMap.newKeySet(0);
    private volatile boolean full;

    /**
     * @param what such as "event"
     * @param handled the names that have a handler
     * @param remedy the advice to the application
     */
    UnhandledEvents(String what, Collection<String> handled, String remedy) {
        this.what = what;
        this.handled = handled.stream().map(Quoted::of).toList();
        this.remedy = remedy;
    }

    void warn(String namespace, String name) {
        if (full) {
            return;
        }
        String shown = Quoted.inQuotes(name);
        if (told.contains(shown)) {
            return;
        }
        String where = Quoted.of(namespace);
        boolean first;
        boolean last;
        synchronized (this) {
            first = !full && told.add(shown);
            last = first && told.size() == MOST;
            if (last) {
                full = true;
            }
        }
        if (first) {
            log.warn(
                    "{} has no handler for {}{}; it has {}: {}",
                    where,
                    what,
                    shown,
                    handled.isEmpty() ? "none" : handled,
                    remedy);
        }
        if (last) {
            log.warn("{}: {} names without a handler have been logged; further ones are not logged", where, MOST);
        }
    }
}
