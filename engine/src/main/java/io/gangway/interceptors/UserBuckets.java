package io.gangway.interceptors;

import io.gangway.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One bucket per user for all devices, and one per socket without a user.
 *
 * <p>A bucket that is full again is removed, because a new one would be the same: there are as many buckets as users
 * were active within the last two filling times.
 */
final class UserBuckets implements Buckets {
    private static final long SHORTEST_SWEEP = Duration.ofSeconds(1).toNanos();

    private final TokenBucket.Rate rate;
    private final long sweepEvery;
    private final Buckets strangers;
    private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final AtomicLong nextSweep;

    UserBuckets(TokenBucket.Rate rate, long now) {
        this.rate = rate;
        this.sweepEvery = Math.max(rate.nanosToFill(), SHORTEST_SWEEP);
        this.strangers = new SocketBuckets(rate);
        this.nextSweep = new AtomicLong(now + sweepEvery);
    }

    @Override
    public long take(Socket socket, long now) {
        Optional<String> user = socket.user();
        return user.isEmpty() ? strangers.take(socket, now) : take(user.get(), now);
    }

    long take(String user, long now) {
        sweep(now);
        while (true) {
            TokenBucket bucket = buckets.computeIfAbsent(user, absent -> new TokenBucket(rate, now));
            long wait = bucket.take(now);
            if (wait != TokenBucket.RETIRED) {
                return wait;
            }
            buckets.remove(user, bucket);
        }
    }

    private void sweep(long now) {
        long due = nextSweep.get();
        if (now - due >= 0 && nextSweep.compareAndSet(due, now + sweepEvery)) {
            buckets.values().removeIf(bucket -> bucket.retire(now));
        }
    }

    int size() {
        return buckets.size();
    }
}
