package io.gangway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import org.jspecify.annotations.Nullable;

/** The keys that may sign tokens, each with its one algorithm. */
interface Keys {
    /**
     * The algorithm and key that verify a token. May block if keys are fetched over the network.
     *
     * @param keyId the token's {@code kid}, the only part of the token that has any influence
     * @throws Refusal if there is no such key
     */
    Algorithm algorithm(@Nullable String keyId) throws Refusal;
}
