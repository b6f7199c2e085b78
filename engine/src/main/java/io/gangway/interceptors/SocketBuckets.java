package io.gangway.interceptors;

import io.gangway.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A bucket for each socket, attached to it, so that it goes when the socket does. */
final class SocketBuckets implements Buckets {
    private final TokenBucket.Rate rate;

    /** The buckets of one socket: as many as there are limits on its way. */
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

    /** Once for each socket; two of its events at a time are rare, but an interceptor further out may let them. */
    private static synchronized Attached attach(Socket socket) {
        return socket.findAttached(Attached.class).orElseGet(() -> {
            Attached attached = new Attached();
            socket.attach(Attached.class, attached);
            return attached;
        });
    }
}
