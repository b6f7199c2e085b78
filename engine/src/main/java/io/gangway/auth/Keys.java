package io.gangway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import org.jspecify.annotations.Nullable;

/** The keys that tokens may be signed with, each with the one algorithm it is for. */
interface Keys {
    /**
     * The algorithm, with its key, that verifies a token. May block, where keys come from afar.
     *
     * @param keyId the token's {@code kid}: all that it has a say in
     * @throws Refusal if there is no such key
     */
    Algorithm algorithm(@Nullable String keyId) throws Refusal;
}
