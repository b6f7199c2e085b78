package io.gangway.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens, good and bad, word for word: a library would not write the bad ones. */
final class Tokens {
    static final String SECRET = "a secret for the tests, of forty-eight bytes or so.";
    static final KeyPair RSA = rsa(2048);
    static final KeyPair EC = ec("secp256r1");

    static final String HS256 = """
            {"alg":"HS256","typ":"JWT"}""";

    private Tokens() {}

    static RSAPublicKey rsaKey() {
        return (RSAPublicKey) RSA.getPublic();
    }

    static ECPublicKey ecKey() {
        return (ECPublicKey) EC.getPublic();
    }

    /** The claims of a good token, with further ones such as {@code "iss":"us"}. */
    static String claims(String subject, String... further) {
        StringBuilder claims = new StringBuilder("{\"sub\":\"" + subject + "\",\"exp\":" + in(3600));
        for (String claim : further) {
            claims.append(',').append(claim);
        }
        return claims.append('}').toString();
    }

    /** So many seconds from now. */
    static long in(long seconds) {
        return Instant.now().getEpochSecond() + seconds;
    }

    /** A good token, signed with {@link #SECRET}. */
    static String of(String subject, String... further) {
        return hs256(HS256, claims(subject, further));
    }

    /** A token that has this many seconds left, or up to one less: times are whole seconds. */
    static String expiring(String subject, long seconds) {
        return hs256(HS256, "{\"sub\":\"" + subject + "\",\"exp\":" + in(seconds) + "}");
    }

    static String hs256(String header, String payload) {
        return hmac("HmacSHA256", SECRET.getBytes(StandardCharsets.UTF_8), header, payload);
    }

    static String hmac(String algorithm, byte[] key, String header, String payload) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            String signed = base64(header) + "." + base64(payload);
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** For EC the algorithm is such as {@code SHA256withECDSAinP1363Format}. */
    static String signed(String algorithm, PrivateKey key, String header, String payload) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            String signed = base64(header) + "." + base64(payload);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
