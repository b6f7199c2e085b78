package io.gangway.interceptors;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Event;
import io.gangway.Interceptor;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Takes so many events in a time, from a socket or a user, and refuses the rest with {@link TooManyRequestsException}.
 *
 * <p>A token bucket: after a rest {@link #burst} events may come at once, and then one whenever a token has come. What is
 * refused costs no token. An engine's own limit counts all events together; one that is given to {@code on(..)} counts that
 * event alone, one given to several counts those. In a cluster each node counts for itself. Immutable and thread-safe.
 */
public final class RateLimit implements Interceptor {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final int events;
    private final Duration per;
    private final Buckets.Kind kind;
    private final LongSupplier nanoTime;
    private final Buckets buckets;

    /** Names no generic type: see GuessedConstructorTest. */
    private RateLimit(int events, Duration per, int burst, Buckets.Kind kind, LongSupplier nanoTime) {
        this.events = events;
        this.per = per;
        this.kind = kind;
        this.nanoTime = nanoTime;
        this.buckets = kind.of(TokenBucket.Rate.of(events, per, burst), nanoTime.getAsLong());
    }

    /**
     * So many events from each socket, with bursts of as many. A client that leaves the namespace and joins again has a new
     * socket; where that matters, limit the user.
     *
     * @param per a day at most
     */
    public static RateLimit perSocket(int events, Duration per) {
        return new RateLimit(events, per, events, (rate, now) -> new SocketBuckets(rate), System::nanoTime);
    }

    /**
     * So many events from each {@linkplain io.gangway.Socket#user user}, all devices together, with bursts of as many. While
     * nobody has signed in on a socket, it is counted by itself. A user who rests is forgotten.
     *
     * @param per a day at most
     */
    public static RateLimit perUser(int events, Duration per) {
        return new RateLimit(events, per, events, UserBuckets::new, System::nanoTime);
    }

    /** The same with bursts of this size: how many events are taken at once after a rest. */
    public RateLimit burst(int burst) {
        return new RateLimit(events, per, burst, kind, nanoTime);
    }

    /** The same by another monotonic clock, in nanoseconds; for tests. Goes before {@link #burst}. */
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
