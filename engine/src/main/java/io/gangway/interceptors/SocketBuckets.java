package io.gangway.interceptors;

import io.gangway.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One bucket per socket, attached to it, so that both go together. */
final class SocketBuckets implements Buckets {
    private final TokenBucket.Rate rate;

    /** The buckets of one socket, one for each limit that applies to it. */
    private static final class Attached {
        private final Map<SocketBuckets, TokenBucket> buckets = new ConcurrentHashMap<>(2);
    }

    SocketBuckets(TokenBucket.Rate rate) {
        this.rate = rate;
    }

    @Override
    public long take(Socket socket, long now) {
        return attachedTo(socket)
                .buckets
                .computeIfAbsent(this, absent -> new TokenBucket(rate, now))
                .take(now);
    }

    private static Attached attachedTo(Socket socket) {
        return socket.findAttached(Attached.class).orElseGet(() -> attach(socket));
    }

    /** Runs once per socket. Synchronized because an outer interceptor may let two events of a socket run at a time. */
    private static synchronized Attached attach(Socket socket) {
        return socket.findAttached(Attached.class).orElseGet(() -> {
            Attached attached = new Attached();
            socket.attach(Attached.class, attached);
            return attached;
        });
    }
}
