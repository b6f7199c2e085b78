package io.gangway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

/** Makes algorithms from keys, and refuses keys that are too weak or of the wrong kind. */
final class StrongKeys {
    private static final int MIN_RSA_BITS = 2048;

    private StrongKeys() {}

    /** RFC 7518, section 3.2: the key must be at least as long as the hash. */
    static Algorithm hmac(int bits, byte[] secret) {
        if (secret.length < bits / 8) {
            throw new IllegalArgumentException(
                    "HS%d needs a secret of at least %d bytes, got %d".formatted(bits, bits / 8, secret.length));
        }
        byte[] copy = secret.clone();
        return switch (bits) {
            case 256 -> Algorithm.HMAC256(copy);
            case 384 -> Algorithm.HMAC384(copy);
            default -> Algorithm.HMAC512(copy);
        };
    }

    static byte[] bytes(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 7518, section 3.3: the key must have at least 2048 bits. */
    static Algorithm rsa(int bits, RSAPublicKey key) {
        int length = key.getModulus().bitLength();
        if (length < MIN_RSA_BITS) {
            throw new IllegalArgumentException(
                    "RS%d needs a key of at least %d bits, got %d".formatted(bits, MIN_RSA_BITS, length));
        }
        return switch (bits) {
            case 256 -> Algorithm.RSA256(key, null);
            case 384 -> Algorithm.RSA384(key, null);
            default -> Algorithm.RSA512(key, null);
        };
    }

    /** RFC 7518, section 3.4: each algorithm has its own curve. */
    static Algorithm ecdsa(int bits, ECPublicKey key) {
        String curve = switch (bits) {
            case 256 -> "secp256r1";
            case 384 -> "secp384r1";
            default -> "secp521r1";
        };
        if (!isOn(curve, key.getParams())) {
            throw new IllegalArgumentException(
                    "ES%d needs a key on the curve %s, but this one has %d bits on another curve"
                            .formatted(bits, curve, key.getParams().getOrder().bitLength()));
        }
        return switch (bits) {
            case 256 -> Algorithm.ECDSA256(key, null);
            case 384 -> Algorithm.ECDSA384(key, null);
            default -> Algorithm.ECDSA512(key, null);
        };
    }

    private static boolean isOn(String curve, ECParameterSpec actual) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(curve));
            ECParameterSpec expected = parameters.getParameterSpec(ECParameterSpec.class);
            return expected.getCurve().equals(actual.getCurve())
                    && expected.getGenerator().equals(actual.getGenerator())
                    && expected.getOrder().equals(actual.getOrder())
                    && expected.getCofactor() == actual.getCofactor();
        } catch (GeneralSecurityException unknown) {
            throw new IllegalStateException("this JDK does not support the curve " + curve, unknown);
        }
    }
}
