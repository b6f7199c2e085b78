package io.gangway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that an identity provider publishes at a URL, as a JSON Web Key Set.
 *
 * <p>The whole set is fetched when it is first needed, when it is old, and when a token names a key that is not in it; but
 * only so often, whatever tokens come. If the provider is down the last set serves on for a while. One thread fetches, those
 * that need the outcome wait. Thread-safe.
 *
 * <p>The only class that knows nimbus-jose-jwt, so that nobody else needs it.
 */
final class RemoteKeys implements Keys {
    private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final int READ_TIMEOUT_MILLIS = 2_000;
    private static final int MAX_BYTES = 128 * 1024;
    /** How long a verification waits for the fetch of another. */
    private static final long WAIT_MILLIS = 5_000;

    private final String location;
    private final JWKSource<SecurityContext> source;

    RemoteKeys(URL url) {
        this(url, Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofHours(1));
    }

    /**
     * @param fresh how long a set is used before it is fetched anew
     * @param pause how long it takes until, after two fetches, there may be a third
     * @param outage how long a set serves on if it cannot be fetched anew
     */
    RemoteKeys(URL url, Duration fresh, Duration pause, Duration outage) {
        String scheme = url.getProtocol();
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("keys are fetched over https or http, got \"" + scheme + ":\"");
        }
        location = url.getHost() + url.getPath();
        source = JWKSourceBuilder.<SecurityContext>create(
                        url, new DefaultResourceRetriever(CONNECT_TIMEOUT_MILLIS, READ_TIMEOUT_MILLIS, MAX_BYTES))
                .refreshAheadCache(false) // it would bring threads of its own
                .cache(fresh.toMillis(), WAIT_MILLIS)
                .rateLimited(pause.toMillis())
                .outageTolerant(outage.toMillis())
                .build();
    }

    @Override
    public Algorithm algorithm(@Nullable String keyId) throws Refusal {
        JWKMatcher.Builder wanted =
                new JWKMatcher.Builder().keyTypes(KeyType.RSA, KeyType.EC).keyUses(KeyUse.SIGNATURE, null);
        if (keyId != null) {
            wanted.keyID(keyId);
        }
        List<JWK> found;
        try {
            found = source.get(new JWKSelector(wanted.build()), null);
        } catch (RateLimitReachedException tooSoon) {
            throw new Refusal("it names no key that is known, and the keys have been fetched a moment ago");
        } catch (KeySourceException unavailable) {
            log.warn("the keys at {} cannot be had: {}", location, unavailable.getMessage());
            throw new Refusal("the keys cannot be had");
        }
        if (found.size() != 1) {
            throw new Refusal(found.isEmpty() ? "it names no key that is known" : "it may mean several keys");
        }
        return algorithm(found.get(0));
    }

    private static Algorithm algorithm(JWK key) throws Refusal {
        if (key.getKeyOperations() != null && !key.getKeyOperations().contains(KeyOperation.VERIFY)) {
            throw new Refusal("its key is not for verifying");
        }
        String declared = key.getAlgorithm() == null ? null : key.getAlgorithm().getName();
        try {
            Algorithm algorithm = key instanceof RSAKey rsa
                    ? StrongKeys.rsa(rsaBits(declared), rsa.toRSAPublicKey())
                    : StrongKeys.ecdsa(
                            bits(key.toECKey().getCurve()), key.toECKey().toECPublicKey());
            if (declared != null && !declared.equals(algorithm.getName())) {
                throw new Refusal("its key is for an algorithm that is not supported");
            }
            return algorithm;
        } catch (JOSEException | IllegalArgumentException unsound) {
            throw new Refusal("its key is weak or unsound");
        }
    }

    /** Without an {@code alg}, RS256: what OpenID Connect takes for granted. */
    private static int rsaBits(@Nullable String declared) {
        return "RS512".equals(declared) ? 512 : "RS384".equals(declared) ? 384 : 256;
    }

    private static int bits(Curve curve) {
        return curve.equals(Curve.P_521) ? 512 : curve.equals(Curve.P_384) ? 384 : 256;
    }
}
