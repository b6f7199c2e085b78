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
 * Lets only so many clients in, in all and from each address, only so many a second, and only from some addresses.
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
 * <p>Whoever is too many is refused with 503 and Retry-After, and stock clients come again later; whose address may not come
 * is refused with 403. Addresses are the clients' own only if proxies are trusted, see
 * {@link io.gangway.HttpOptions.Builder#trustProxies}; without, a proxy counts as one address. Handshakes at the same moment may
 * exceed a maximum by as many as there are. Thread-safe.
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

    /** Begins with no limits. */
    public static Builder builder() {
        return new Builder();
    }

    /** Without a look at the connections there are: the addresses and the rate alone decide. */
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
        // Last, so that only who could come in takes a token.
        long wait = handshakes == null ? 0 : handshakes.take(nanoTime.getAsLong());
        return wait == 0 ? Admission.accept() : Admission.refuse(503, Duration.ofNanos(wait));
    }

    private static boolean isIn(List<AddressRange> ranges, String address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Chooses the limits; what is not chosen is not limited. Not thread-safe. */
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

        /** How many connections there may be in all. */
        public Builder maxConnections(int maximum) {
            maxConnections = positive("maxConnections", maximum);
            return this;
        }

        /** How many connections there may be from one address; think of offices and mobile networks behind one. */
        public Builder maxConnectionsPerAddress(int maximum) {
            maxConnectionsPerAddress = positive("maxConnectionsPerAddress", maximum);
            return this;
        }

        /** How many new connections are let in a second, all addresses together. */
        public Builder handshakesPerSecond(int handshakes) {
            handshakesPerSecond = positive("handshakesPerSecond", handshakes);
            return this;
        }

        /** How many may come in at once after a rest. Default: as many as {@link #handshakesPerSecond}. */
        public Builder burst(int burst) {
            this.burst = positive("burst", burst);
            return this;
        }

        /**
         * Lets only these addresses in, and those of further calls.
         *
         * @param ranges addresses or ranges, see {@link AddressRange}
         */
        public Builder allow(String... ranges) {
            return add(allowed, ranges);
        }

        /**
         * Lets these addresses not in, even if they are allowed.
         *
         * @param ranges addresses or ranges, see {@link AddressRange}
         */
        public Builder deny(String... ranges) {
            return add(denied, ranges);
        }

        /** When clients are told to come again while there are too many; in whole seconds, rounded up. Default 10 s. */
        public Builder retryAfter(Duration retryAfter) {
            if (retryAfter.isNegative() || retryAfter.isZero()) {
                throw new IllegalArgumentException("retryAfter " + retryAfter + " has to be more than 0");
            }
            Admission.refuse(503, retryAfter); // now, and not when too many are there
            this.retryAfter = retryAfter;
            return this;
        }

        /** Another monotonic clock, in nanoseconds; for tests. */
        Builder clock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        /**
         * The limits as chosen.
         *
         * @throws IllegalArgumentException if two choices contradict each other
         */
        public AdmissionLimits build() {
            if (handshakesPerSecond == 0) {
                if (burst > 0) {
                    throw new IllegalArgumentException(
                            "burst(" + burst + ") is the burst of handshakesPerSecond(..), which is not set");
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
                throw new IllegalArgumentException(name + " " + number + " has to be more than 0");
            }
            return number;
        }
    }
}
