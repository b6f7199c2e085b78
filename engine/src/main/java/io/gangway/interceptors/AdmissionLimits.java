package io.gangway.interceptors;

import io.gangway.AddressRange;
import io.gangway.Admission;
import io.gangway.Handshake;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits connections: their total, their number per address, their rate, and the addresses they come from.
 *
 * <pre>
 *   Engine.builder().admission(AdmissionLimits.builder()
 *           .maxConnections(50_000)
 *           .maxConnectionsPerAddress(200)
 *           .handshakesPerSecond(500).burst(2_000)
 *           .deny("203.0.113.0/24")
 *           .build())
 * </pre>
 *
 * <p>A client over a limit is refused with 503 and Retry-After, and stock clients try again later; a client from a
 * denied address is refused with 403. Behind a proxy, clients are told apart only if the proxy is trusted, see {@link
 * io.gangway.HttpOptions.Builder#trustProxies}; otherwise the proxy counts as one address. Simultaneous handshakes may
 * exceed a maximum by their number. Thread-safe.
 */
public final class AdmissionLimits implements Admission {
    private static final Load NOTHING = new Load() {
        @Override
        public int connections() {
            return 0;
        }

        @Override
        public int connectionsFrom(String address) {
            return 0;
        }
    };

    private final int maxConnections;
    private final int maxConnectionsPerAddress;
    private final @Nullable TokenBucket handshakes;
    private final List<AddressRange> allowed;
    private final List<AddressRange> denied;
    private final Duration retryAfter;
    private final LongSupplier nanoTime;

    private AdmissionLimits(Builder builder, @Nullable TokenBucket handshakes) {
        this.maxConnections = builder.maxConnections;
        this.maxConnectionsPerAddress = builder.maxConnectionsPerAddress;
        this.handshakes = handshakes;
        this.allowed = List.copyOf(builder.allowed);
        this.denied = List.copyOf(builder.denied);
        this.retryAfter = builder.retryAfter;
        this.nanoTime = builder.nanoTime;
    }

    /**
     * Begins a configuration without limits.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Applies only the addresses and the rate, not the maximums of open connections. */
    @Override
    public Verdict admit(Handshake handshake) {
        return admit(handshake, NOTHING);
    }

    @Override
    public Verdict admit(Handshake handshake, Load load) {
        String address = handshake.address();
        if (isIn(denied, address) || !(allowed.isEmpty() || isIn(allowed, address))) {
            return Admission.refuse(403);
        }
        if (load.connections() >= maxConnections || load.connectionsFrom(address) >= maxConnectionsPerAddress) {
            return Admission.refuse(503, retryAfter);
        }
        // Last, so that only a client that passes all other limits takes a token.
        long wait = handshakes == null ? 0 : handshakes.take(nanoTime.getAsLong());
        return wait == 0 ? Admission.accept() : Admission.refuse(503, Duration.ofNanos(wait));
    }

    private static boolean isIn(List<AddressRange> ranges, String address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Sets the limits; what is not set is not limited. Not thread-safe. */
    public static final class Builder {
        private static final Duration SECOND = Duration.ofSeconds(1);

        private int maxConnections = Integer.MAX_VALUE;
        private int maxConnectionsPerAddress = Integer.MAX_VALUE;
        private int handshakesPerSecond;
        private int burst;
        private final List<AddressRange> allowed = new ArrayList<>();
        private final List<AddressRange> denied = new ArrayList<>();
        private Duration retryAfter = Duration.ofSeconds(10);
        private LongSupplier nanoTime = System::nanoTime;

        private Builder() {}

        /**
         * The maximum number of connections in total.
         *
         * @param maximum the number of connections
         * @return this builder
         */
        public Builder maxConnections(int maximum) {
            maxConnections = positive("maxConnections", maximum);
            return this;
        }

        /**
         * The maximum number of connections from one address. Keep in mind that a whole office or mobile network may
         * share one.
         *
         * @param maximum the number of connections
         * @return this builder
         */
        public Builder maxConnectionsPerAddress(int maximum) {
            maxConnectionsPerAddress = positive("maxConnectionsPerAddress", maximum);
            return this;
        }

        /**
         * The maximum number of new connections per second, from all addresses together.
         *
         * @param handshakes the number of connections per second
         * @return this builder
         */
        public Builder handshakesPerSecond(int handshakes) {
            handshakesPerSecond = positive("handshakesPerSecond", handshakes);
            return this;
        }

        /**
         * How many connections may be opened at once after an idle time. Default: {@link #handshakesPerSecond}.
         *
         * @param burst the number of connections
         * @return this builder
         */
        public Builder burst(int burst) {
            this.burst = positive("burst", burst);
            return this;
        }

        /**
         * Admits only these addresses, and those of further calls.
         *
         * @param ranges addresses or ranges, see {@link AddressRange}
         * @return this builder
         */
        public Builder allow(String... ranges) {
            return add(allowed, ranges);
        }

        /**
         * Refuses these addresses, even if they are allowed.
         *
         * @param ranges addresses or ranges, see {@link AddressRange}
         * @return this builder
         */
        public Builder deny(String... ranges) {
            return add(denied, ranges);
        }

        /**
         * How long a client that exceeds a maximum is told to wait, in whole seconds, rounded up. Default: 10 s.
         *
         * @param retryAfter the time to wait
         * @return this builder
         */
        public Builder retryAfter(Duration retryAfter) {
            if (retryAfter.isNegative() || retryAfter.isZero()) {
                throw new IllegalArgumentException("retryAfter must be positive, but is " + retryAfter);
            }
            Admission.refuse(503, retryAfter); // fails now rather than at the first refusal
            this.retryAfter = retryAfter;
            return this;
        }

        /** Sets another monotonic clock, in nanoseconds; for tests. */
        Builder clock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        /**
         * Builds the limits.
         *
         * @return the limits
         * @throws IllegalArgumentException if two settings contradict each other
         */
        public AdmissionLimits build() {
            if (handshakesPerSecond == 0) {
                if (burst > 0) {
                    throw new IllegalArgumentException(
                            "burst(" + burst + ") needs handshakesPerSecond(..), which is not set");
                }
                return new AdmissionLimits(this, null);
            }
            TokenBucket.Rate rate =
                    TokenBucket.Rate.of(handshakesPerSecond, SECOND, burst > 0 ? burst : handshakesPerSecond);
            return new AdmissionLimits(this, new TokenBucket(rate, nanoTime.getAsLong()));
        }

        private Builder add(List<AddressRange> ranges, String... added) {
            for (String range : added) {
                ranges.add(AddressRange.of(range));
            }
            return this;
        }

        private static int positive(String name, int number) {
            if (number <= 0) {
                throw new IllegalArgumentException(name + " must be positive, but is " + number);
            }
            return number;
        }
    }
}
