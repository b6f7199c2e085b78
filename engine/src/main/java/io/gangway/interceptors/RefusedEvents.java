package io.gangway.interceptors;

import io.gangway.Socket;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many of one socket's events were refused by a rate limit and have no line in the access log yet. Thread-safe. */
final class RefusedEvents {
    private static final long PERIOD = Duration.ofSeconds(1).toNanos();

    private boolean begun;
    private long last;
    private long count;

    /** Those of each access log that a socket passes; attached to the socket. */
    private static final class ByLog {
        private final ConcurrentMap<Object, RefusedEvents> of = new ConcurrentHashMap<>(1);
    }

    /** Those of a socket; only sockets that exceed a limit have any. */
    static RefusedEvents of(Socket socket, Object log) {
        ByLog known = socket.findAttached(ByLog.class).orElse(null);
        if (known == null) {
            synchronized (socket) {
                known = socket.findAttached(ByLog.class).orElseGet(() -> {
                    ByLog fresh = new ByLog();
                    socket.attach(ByLog.class, fresh);
                    return fresh;
                });
            }
        }
        return known.of.computeIfAbsent(log, absent -> new RefusedEvents());
    }

    /** Counts a refused event: returns how many a line written now stands for, or 0 if none is to be written. */
    synchronized long refused(long now) {
        count++;
        if (begun && now - last < PERIOD) {
            return 0;
        }
        begun = true;
        last = now;
        return take();
    }

    /** How many refused events of a socket no line stands for; from now on none. */
    static long leftOut(Socket socket, Object log) {
        ByLog known = socket.findAttached(ByLog.class).orElse(null);
        RefusedEvents events = known == null ? null : known.of.get(log);
        return events == null ? 0 : events.take();
    }

    private synchronized long take() {
        long taken = count;
        count = 0;
        return taken;
    }
}
