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
 * <p>The whole set is fetched when it is first needed, when it is old, and when a token names a key that is not in it,
 * at a limited rate. If the provider is down, the last set stays in use for a while. One thread fetches; others that
 * need the result wait. Thread-safe.
 *
 * <p>The only class that uses nimbus-jose-jwt, so that only applications with remote keys need it.
 */
final class RemoteKeys implements Keys {
    private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);

    /** How long the provider may take to accept a connection, and for each part of its answer. */
    private static final Duration NETWORK = Duration.ofSeconds(2);

    private static final int MAX_BYTES = 128 * 1024;
    /** How long a verification waits for another one's fetch. */
    private static final long WAIT_MILLIS = 5_000;

    private final String location;
    private final JWKSource<SecurityContext> source;

    RemoteKeys(URL url) {
        this(url, NETWORK);
    }

    /** @param network how long the provider may take to accept a connection, and for each part of its answer */
    RemoteKeys(URL url, Duration network) {
        this(url, network, Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofHours(1));
    }

    /**
     * @param network see {@link #NETWORK}
     * @param fresh how long a set is used before it is fetched again
     * @param pause the period in which at most two fetches are allowed
     * @param outage how long an old set stays in use if a new one cannot be fetched
     */
    RemoteKeys(URL url, Duration network, Duration fresh, Duration pause, Duration outage) {
        String scheme = url.getProtocol();
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException(
                    "cannot fetch keys from a \"" + scheme + ":\" URL: use an https or http URL");
        }
        location = url.getHost() + url.getPath();
        int millis = (int) network.toMillis();
        source = JWKSourceBuilder.<SecurityContext>create(url, new DefaultResourceRetriever(millis, millis, MAX_BYTES))
                .refreshAheadCache(false) // refreshing ahead would start threads of its own
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
            throw new Refusal("its kid names no known key, and the keys were fetched moments ago");
        } catch (KeySourceException unavailable) {
            log.warn(
                    "cannot fetch the keys from {}, refusing tokens that need them: {}",
                    location,
                    unavailable.getMessage());
            throw new Refusal("the keys to verify it cannot be fetched");
        }
        if (found.size() != 1) {
            throw new Refusal(found.isEmpty() ? "its kid names no known key" : "several keys match it");
        }
        return algorithm(found.get(0));
    }

    private static Algorithm algorithm(JWK key) throws Refusal {
        if (key.getKeyOperations() != null && !key.getKeyOperations().contains(KeyOperation.VERIFY)) {
            throw new Refusal("its key does not allow the operation \"verify\"");
        }
        String declared = key.getAlgorithm() == null ? null : key.getAlgorithm().getName();
        try {
            Algorithm algorithm = key instanceof RSAKey rsa
                    ? StrongKeys.rsa(rsaBits(declared), rsa.toRSAPublicKey())
                    : StrongKeys.ecdsa(
                            bits(key.toECKey().getCurve()), key.toECKey().toECPublicKey());
            if (declared != null && !declared.equals(algorithm.getName())) {
                throw new Refusal("its key is for an unsupported algorithm");
            }
            return algorithm;
        } catch (JOSEException | IllegalArgumentException unsound) {
            throw new Refusal("its key is too weak or invalid");
        }
    }

    /** Without an {@code alg}, RS256: the default of OpenID Connect. */
    private static int rsaBits(@Nullable String declared) {
        return "RS512".equals(declared) ? 512 : "RS384".equals(declared) ? 384 : 256;
    }

    private static int bits(Curve curve) {
        return curve.equals(Curve.P_521) ? 512 : curve.equals(Curve.P_384) ? 384 : 256;
    }
}
