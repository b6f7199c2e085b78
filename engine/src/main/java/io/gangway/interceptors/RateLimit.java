package io.gangway.interceptors;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Event;
import io.gangway.Interceptor;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits how many events a socket or a user may send per time, and refuses the others with
 * {@link TooManyRequestsException}.
 *
 * <p>A token bucket: after an idle time, {@link #burst} events may arrive at once, and then one for each new token. A
 * refused event costs no token. A limit of the engine counts all events together; one passed to {@code on(..)} counts
 * that event only, and one passed to several counts those together. In a cluster each node counts separately. Immutable
 * and thread-safe.
 */
public final class RateLimit implements Interceptor {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final int events;
    private final Duration per;
    private final Buckets.Kind kind;
    private final LongSupplier nanoTime;
    private final Buckets buckets;

    /** No generic types in the signature: see GuessedConstructorTest. */
    private RateLimit(int events, Duration per, int burst, Buckets.Kind kind, LongSupplier nanoTime) {
        this.events = events;
        this.per = per;
        this.kind = kind;
        this.nanoTime = nanoTime;
        this.buckets = kind.of(TokenBucket.Rate.of(events, per, burst), nanoTime.getAsLong());
    }

    /**
     * Allows {@code events} per {@code per} for each socket, and bursts of the same size. A client that leaves the
     * namespace and joins again has a new socket; where that matters, use {@link #perUser}.
     *
     * @param events the number of events
     * @param per the time, at most one day
     * @return the rate limit
     */
    public static RateLimit perSocket(int events, Duration per) {
        return new RateLimit(events, per, events, (rate, now) -> new SocketBuckets(rate), System::nanoTime);
    }

    /**
     * Allows {@code events} per {@code per} for each {@linkplain io.gangway.Socket#user user}, all devices together,
     * and bursts of the same size. A socket without a user is counted separately. Idle users take no memory.
     *
     * @param events the number of events
     * @param per the time, at most one day
     * @return the rate limit
     */
    public static RateLimit perUser(int events, Duration per) {
        return new RateLimit(events, per, events, UserBuckets::new, System::nanoTime);
    }

    /**
     * Changes the burst: how many events may arrive at once after an idle time.
     *
     * @param burst the number of events
     * @return a rate limit with this burst
     */
    public RateLimit burst(int burst) {
        return new RateLimit(events, per, burst, kind, nanoTime);
    }

    /** Uses another monotonic clock, in nanoseconds; for tests. Must be called before {@link #burst}. */
    RateLimit clock(LongSupplier nanoTime) {
        return new RateLimit(events, per, events, kind, nanoTime);
    }

    @Override
    public Ack aroundEvent(Event event, Chain chain) {
        long wait = buckets.take(event.socket(), nanoTime.getAsLong());
        if (wait == 0) {
            return chain.proceed();
        }
        return Ack.failed(new TooManyRequestsException(Duration.ofMillis(1 + (wait - 1) / NANOS_PER_MILLI)));
    }

    Buckets buckets() {
        return buckets;
    }
}
