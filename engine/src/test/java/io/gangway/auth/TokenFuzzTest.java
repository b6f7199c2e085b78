package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.algorithms.Algorithm;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.gangway.Handshake;
import io.gangway.UnauthorizedException;
import io.gangway.testing.Fuzzing;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever a client presents as its token, it is told one of three texts, at once. */
class TokenFuzzTest {
    private static final int INPUTS = 20_000;

    private static final Set<String> TOLD = Set.of("Missing authentication token", "Invalid token", "Token expired");

    private static final String GOOD = Tokens.of("42");
    private static final String[] PARTS = GOOD.split("\\.");

    private static final List<String> TOKENS = List.of(
            GOOD,
            PARTS[0],
            PARTS[1],
            PARTS[2],
            ".",
            "..",
            "=",
            "-",
            "_",
            "eyJ",
            "e30",
            "bnVsbA",
            "W10",
            "AAAA",
            " ",
            ",",
            "Bearer ",
            "\u00e9",
            "\u0000",
            "%2e",
            Tokens.base64("{\"alg\":\"none\"}"),
            Tokens.base64("{\"alg\":\"HS256\"}"));

    private static final List<String> JSON = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\"alg\":",
            "\"HS256\"",
            "\"sub\":",
            "\"exp\":",
            "\"crit\":",
            "\"kid\":",
            "\"aud\":",
            "\"42\"",
            "9999999999",
            "1e400",
            "-1",
            "null",
            "true",
            "\\u0061",
            "\\\\",
            "\\",
            " ",
            "\u0001",
            "\ud83d",
            "\"exp\":9999999999",
            "\"sub\":\"a\"");

    private static final TokenVerifier VERIFIER =
            new TokenVerifier(keyId -> Algorithm.HMAC256(Tokens.SECRET), TokenRules.DEFAULT, AlarmClock.SYSTEM);

    private static void presented(String token) {
        try {
            String user = VERIFIER.verify(token, "a client").getSubject();
            assertEquals(GOOD, token, () -> "a token that nobody signed is user " + user);
        } catch (UnauthorizedException refused) {
            assertTrue(TOLD.contains(refused.getMessage()), refused.getMessage());
            assertNotEquals(GOOD, token);
        }
    }

    @Test
    void tokensThatNobodySignedAreRefused() {
        Fuzzing.each(INPUTS, random -> Fuzzing.text(random, TOKENS, 6), TokenFuzzTest::presented);
    }

    @Test
    void signedTokensWithAbsurdClaimsAreRefusedOrSound() {
        Fuzzing.each(
                INPUTS / 4,
                random -> Tokens.hs256(
                        header(random), random.nextBoolean() ? object(random) : Fuzzing.text(random, JSON, 20)),
                token -> {
                    try {
                        VERIFIER.verify(token, "a client");
                        String[] parts = token.split("\\.");
                        assertEquals(false, repeats(text(parts[0])), "no object, or a header twice");
                        assertEquals(false, repeats(text(parts[1])), "no object, or a claim twice");
                    } catch (UnauthorizedException refused) {
                        assertTrue(TOLD.contains(refused.getMessage()), refused.getMessage());
                    }
                });
    }

    private static String header(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Fuzzing.text(random, JSON, 12);
            case 1 -> "{\"alg\":\"HS256\",\"kid\":\"a\",\"typ\":\"JWT\",\"kid\":\"b\"}";
            case 2 -> Tokens.HS256 + Fuzzing.text(random, JSON, 2);
            default -> Tokens.HS256;
        };
    }

    private static String object(Random random) {
        String[] values = {
            "9999999999", "\"9999999999\"", "1", "1e9", "1e400", "-1", "null", "{}", "[]", "[1,\"a\"]", "\"\""
        };
        StringBuilder object = new StringBuilder("{\"exp\":9999999999");
        for (String name : List.of("sub", "aud", "iss", "nbf", "iat", "jti", "exp")) {
            if (random.nextInt(3) == 0) {
                object.append(",\"").append(name).append("\":").append(values[random.nextInt(values.length)]);
            }
        }
        object.append('}');
        return random.nextInt(4) == 0
                ? object.append(Fuzzing.text(random, JSON, 2)).toString()
                : object.toString();
    }

    /** What a client presents; its text is as long as that, which a handshake's is not: tokens do not belong in logs. */
    private record Presented(Map<String, Object> auth, Map<String, String> headers) {
        Handshake handshake() {
            return new Handshake(
                    headers, Map.of("token", GOOD), auth, "127.0.0.1", Instant.EPOCH, "/?token=" + GOOD, false);
        }
    }

    @Test
    void aTokenIsFoundWhereItMayBeOrItIsMissing() {
        List<Object> values =
                Arrays.asList(GOOD, "", null, 42L, true, List.of(GOOD), Map.of("token", GOOD), "Bearer " + GOOD);
        Fuzzing.each(
                INPUTS,
                random -> {
                    Map<String, Object> auth = new HashMap<>();
                    if (random.nextBoolean()) {
                        auth.put("token", values.get(random.nextInt(values.size())));
                    }
                    String header =
                            Fuzzing.text(random, List.of("Bearer ", "bearer", "Basic ", " ", "\t", GOOD, ", "), 5);
                    Map<String, String> headers =
                            random.nextBoolean() ? Map.of("authorization", header) : Map.of("cookie", "token=" + GOOD);
                    return new Presented(auth, headers);
                },
                presented -> {
                    try {
                        String token = BearerToken.of(presented.handshake());
                        Object own = presented.auth.get("token");
                        String header = presented.headers.getOrDefault("authorization", "");
                        assertTrue(token.equals(own) || header.contains(token), token);
                        assertTrue(own == null || own.equals("") || token.equals(own), "auth comes before the header");
                    } catch (UnauthorizedException refused) {
                        assertTrue(TOLD.contains(refused.getMessage()), refused.getMessage());
                    }
                });
    }

    @Test
    void repeatedNamesAreFoundAsAParserFindsThem() {
        Fuzzing.each(
                INPUTS,
                random -> "{"
                        + Fuzzing.text(
                                random,
                                List.of(
                                        "\"a\":1",
                                        "\"b\":2",
                                        "\"\\u0061\":3",
                                        ",",
                                        ",",
                                        "\"c\":{\"a\":1}",
                                        " ",
                                        "\"d\":[\"a\",\"a\"]",
                                        "\"f\":\"a\"",
                                        "\"a\\\\\":4",
                                        "\"e\":\"\\\"a\\\":1\""),
                                9)
                        + "}",
                json -> {
                    Boolean repeated = repeats(json);
                    if (repeated != null) { // only valid JSON is asked about
                        assertEquals(repeated, RepeatedNames.in(json), json);
                    }
                });
    }

    private static String text(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /** Whether an object has a name twice; null if the text is no object. */
    private static @Nullable Boolean repeats(String json) {
        Set<String> names = new HashSet<>();
        boolean repeated = false;
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            reader.beginObject();
            while (reader.hasNext()) {
                repeated |= !names.add(reader.nextName());
                reader.skipValue();
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                return null;
            }
        } catch (IOException | IllegalStateException invalid) {
            return null;
        }
        return repeated;
    }
}
