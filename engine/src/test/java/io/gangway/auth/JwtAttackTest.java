package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client shows for a token, it learns one of three things; and the log learns nothing of the token. */
class JwtAttackTest {
    private static final String MISSING = "Missing authentication token";
    private static final String INVALID = "Invalid token";
    private static final String EXPIRED = "Token expired";

    private static final String US = "\"iss\":\"us\",\"aud\":\"chat\"";
    private static final String GOOD = Tokens.claims("42", US);

    private static final Queue<String> handled = new ConcurrentLinkedQueue<>();
    private static Engine engine;

    @BeforeAll
    static void start() {
        engine = Engine.builder()
                .port(0)
                .maxPayload(3_000_000)
                .limits(limits ->
                        limits.maxUnadmitted(3_000_000)) // so that the interceptor sees the largest tokens too
                .namespace(
                        "/hs",
                        secure -> secure.intercept(JwtInterceptor.hmac256(Tokens.SECRET)
                                        .issuer("us")
                                        .audience("chat", "mail")
                                        .require("sub"))
                                .onConnect(socket -> handled.add("connect"))
                                .on("x", (socket, arguments) -> {
                                    handled.add("x");
                                    return Ack.empty();
                                }))
                .namespace("/rs", secure -> secure.intercept(JwtInterceptor.rsa256(Tokens.rsaKey())))
                .namespace("/es", secure -> secure.intercept(JwtInterceptor.ecdsa256(Tokens.ecKey())))
                .start();
        // The classes that log are loaded, so that their loggers can be set.
        assertEquals(INVALID, refusal("/hs", quoted("x.y.z")));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    /** What the client is told that joins {@code namespace} with {@code token}, as JSON. */
    private static String refusal(String namespace, String token) {
        WireClient client = WireClient.open(engine.port());
        client.send("40" + namespace + ",{\"token\":" + token + "}");
        String answer = client.next();
        client.close();
        String before = "44" + namespace + ",{\"message\":\"";
        assertTrue(answer.startsWith(before) && answer.endsWith("\"}"), answer);
        return answer.substring(before.length(), answer.length() - 2);
    }

    private static String quoted(String token) {
        return "\"" + token + "\"";
    }

    record Attack(String name, String namespace, String token, String told) {
        static Attack hs(String name, String token) {
            return new Attack(name, "/hs", quoted(token), INVALID);
        }

        static Attack claims(String name, String payload) {
            return hs(name, Tokens.hs256(Tokens.HS256, payload));
        }

        static Attack header(String name, String header) {
            return hs(name, Tokens.hs256(header, GOOD));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Attack> attacks() {
        return Stream.of(others(), unsigned(), signatures(), headers(), claims(), shapes())
                .flatMap(List::stream);
    }

    private static List<Attack> others() {
        return List.of(
                new Attack("null", "/hs", "null", MISSING),
                new Attack("empty", "/hs", "\"\"", MISSING),
                new Attack("a number", "/hs", "42", INVALID),
                new Attack("true", "/hs", "true", INVALID),
                new Attack("an object", "/hs", "{\"token\":\"" + Tokens.of("42", US) + "\"}", INVALID),
                new Attack("an array", "/hs", "[\"" + Tokens.of("42", US) + "\"]", INVALID));
    }

    private static List<Attack> unsigned() {
        return Stream.of("none", "None", "NONE", "nOnE", "none ", "")
                .flatMap(none -> {
                    String token = Tokens.base64("{\"alg\":\"" + none + "\"}") + "." + Tokens.base64(GOOD) + ".";
                    String kept = Tokens.of("42", US);
                    return Stream.of(
                            Attack.hs("alg \"" + none + "\", unsigned", token),
                            Attack.hs("alg \"" + none + "\", some signature", token + "AAAA"),
                            Attack.hs(
                                    "alg \"" + none + "\", a true token's signature",
                                    token + kept.substring(kept.lastIndexOf('.') + 1)));
                })
                .toList();
    }

    private static List<Attack> signatures() {
        byte[] secret = Tokens.SECRET.getBytes(StandardCharsets.UTF_8);
        byte[] rsaKey = Tokens.rsaKey().getEncoded();
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(rsaKey)
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
        String good = Tokens.of("42", US);
        String others = Tokens.of("43", US);
        String es = Tokens.signed(
                "SHA256withECDSAinP1363Format", Tokens.EC.getPrivate(), "{\"alg\":\"ES256\"}", Tokens.claims("42"));
        return List.of(
                Attack.hs("another secret", Tokens.hmac("HmacSHA256", new byte[32], Tokens.HS256, GOOD)),
                Attack.hs("HS384", Tokens.hmac("HmacSHA384", secret, "{\"alg\":\"HS384\"}", GOOD)),
                Attack.hs("HS512", Tokens.hmac("HmacSHA512", secret, "{\"alg\":\"HS512\"}", GOOD)),
                Attack.hs("HS512 that says HS256", Tokens.hmac("HmacSHA512", secret, Tokens.HS256, GOOD)),
                Attack.hs("another's signature", swapped(good, others)),
                Attack.hs("an empty signature", good.substring(0, good.lastIndexOf('.') + 1)),
                Attack.hs("half a signature", good.substring(0, good.length() - 20)),
                Attack.hs(
                        "RS256 where HS256 is asked for",
                        Tokens.signed("SHA256withRSA", Tokens.RSA.getPrivate(), "{\"alg\":\"RS256\"}", GOOD)),
                new Attack(
                        "HS256 with the RSA public key",
                        "/rs",
                        quoted(Tokens.hmac("HmacSHA256", rsaKey, Tokens.HS256, Tokens.claims("42"))),
                        INVALID),
                new Attack(
                        "HS256 with the RSA public key as PEM",
                        "/rs",
                        quoted(Tokens.hmac("HmacSHA256", pem, Tokens.HS256, Tokens.claims("42"))),
                        INVALID),
                new Attack(
                        "HS256 with the RSA public key, that says RS256",
                        "/rs",
                        quoted(Tokens.hmac("HmacSHA256", rsaKey, "{\"alg\":\"RS256\"}", Tokens.claims("42"))),
                        INVALID),
                new Attack(
                        "RS512 where RS256 is asked for",
                        "/rs",
                        quoted(Tokens.signed(
                                "SHA512withRSA", Tokens.RSA.getPrivate(), "{\"alg\":\"RS512\"}", Tokens.claims("42"))),
                        INVALID),
                new Attack(
                        "another RSA key",
                        "/rs",
                        quoted(Tokens.signed(
                                "SHA256withRSA",
                                Tokens.rsa(2048).getPrivate(),
                                "{\"alg\":\"RS256\"}",
                                Tokens.claims("42"))),
                        INVALID),
                new Attack("ES256 where RS256 is asked for", "/rs", quoted(es), INVALID),
                new Attack(
                        "ES256 of zeros, CVE-2022-21449",
                        "/es",
                        quoted(es.substring(0, es.lastIndexOf('.') + 1) + Tokens.base64(new byte[64])),
                        INVALID));
    }

    private static String swapped(String good, String others) {
        return others.substring(0, others.lastIndexOf('.')) + good.substring(good.lastIndexOf('.'));
    }

    private static List<Attack> headers() {
        String jwk = "{\"kty\":\"oct\",\"k\":\"" + Tokens.base64(new byte[32]) + "\"}";
        return List.of(
                Attack.header("no alg", "{\"typ\":\"JWT\"}"),
                Attack.header("alg null", "{\"alg\":null}"),
                Attack.header("alg a list", "{\"alg\":[\"HS256\"]}"),
                Attack.header("alg in lower case", "{\"alg\":\"hs256\"}"),
                Attack.header("alg twice", "{\"alg\":\"none\",\"alg\":\"HS256\"}"),
                Attack.header("alg twice, once with an escape", "{\"a\\u006cg\":\"none\",\"alg\":\"HS256\"}"),
                Attack.header("crit", "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}"),
                Attack.header("crit of something unknown", "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}"),
                Attack.header("crit null", "{\"alg\":\"HS256\",\"crit\":null}"),
                Attack.header("crit empty", "{\"alg\":\"HS256\",\"crit\":[]}"),
                Attack.header("a header, and text behind it", "{\"alg\":\"HS256\"}x"),
                Attack.header("a header, and another", "{\"alg\":\"HS256\"} {\"kid\":\"a\"}"),
                Attack.header("a header that is no object", "[\"HS256\"]"),
                Attack.header("a header that is no JSON", "HS256"),
                Attack.hs(
                        "an embedded jwk",
                        Tokens.hmac("HmacSHA256", new byte[32], "{\"alg\":\"HS256\",\"jwk\":" + jwk + "}", GOOD)),
                Attack.hs(
                        "an x5u, a jku",
                        Tokens.hmac(
                                "HmacSHA256",
                                new byte[32],
                                "{\"alg\":\"HS256\",\"x5u\":\"http://localhost:1/x\",\"jku\":\"http://localhost:1/j\"}",
                                GOOD)),
                Attack.hs(
                        "a kid that is a path",
                        Tokens.hmac(
                                "HmacSHA256",
                                new byte[0x20],
                                "{\"alg\":\"HS256\",\"kid\":\"../../../../../../dev/null\"}",
                                GOOD)));
    }

    private static List<Attack> claims() {
        long hour = Tokens.in(3600);
        String who = "{\"sub\":\"42\"," + US;
        String lasting = who + ",\"exp\":" + hour;
        return List.of(
                new Attack(
                        "expired",
                        "/hs",
                        quoted(Tokens.hs256(Tokens.HS256, who + ",\"exp\":" + Tokens.in(-1) + "}")),
                        EXPIRED),
                new Attack("expired in 1970", "/hs", quoted(Tokens.hs256(Tokens.HS256, who + ",\"exp\":0}")), EXPIRED),
                new Attack("expired before", "/hs", quoted(Tokens.hs256(Tokens.HS256, who + ",\"exp\":-1}")), EXPIRED),
                Attack.hs(
                        "expired, and another secret",
                        Tokens.hmac("HmacSHA256", new byte[32], Tokens.HS256, who + ",\"exp\":1}")),
                Attack.claims(
                        "expired, and of another issuer", "{\"sub\":\"1\",\"iss\":\"x\",\"aud\":\"chat\",\"exp\":1}"),
                Attack.claims("expired, and not begun", who + ",\"exp\":1,\"nbf\":" + hour + "}"),
                Attack.claims("no exp", who + "}"),
                Attack.claims("exp null", who + ",\"exp\":null}"),
                Attack.claims("exp a string", who + ",\"exp\":\"" + hour + "\"}"),
                Attack.claims("exp true", who + ",\"exp\":true}"),
                Attack.claims("exp a list", who + ",\"exp\":[" + hour + "]}"),
                Attack.claims("exp 1e400", who + ",\"exp\":1e400}"),
                Attack.claims("exp 1e30", who + ",\"exp\":1e30}"),
                Attack.claims("exp NaN", who + ",\"exp\":NaN}"),
                Attack.claims("exp past the end of time", who + ",\"exp\":" + Long.MAX_VALUE + "}"),
                Attack.claims("exp twice", who + ",\"exp\":1,\"exp\":" + hour + "}"),
                Attack.claims("sub twice", "{\"sub\":\"1\"," + lasting.substring(1) + "}"),
                Attack.claims("sub twice, once with an escape", "{\"\\u0073ub\":\"1\"," + lasting.substring(1) + "}"),
                Attack.claims("nbf in the future", lasting + ",\"nbf\":" + hour + "}"),
                Attack.claims("nbf a string", lasting + ",\"nbf\":\"1\"}"),
                Attack.claims("iat in the future", lasting + ",\"iat\":" + hour + "}"),
                Attack.claims("another iss", Tokens.claims("42", "\"iss\":\"them\"", "\"aud\":\"chat\"")),
                Attack.claims("no iss", Tokens.claims("42", "\"aud\":\"chat\"")),
                Attack.claims("iss null", Tokens.claims("42", "\"iss\":null", "\"aud\":\"chat\"")),
                Attack.claims("iss a list", Tokens.claims("42", "\"iss\":[\"us\"]", "\"aud\":\"chat\"")),
                Attack.claims("another aud", Tokens.claims("42", "\"iss\":\"us\"", "\"aud\":\"shop\"")),
                Attack.claims("other auds", Tokens.claims("42", "\"iss\":\"us\"", "\"aud\":[\"shop\",\"chats\"]")),
                Attack.claims("no aud", Tokens.claims("42", "\"iss\":\"us\"")),
                Attack.claims("aud null", Tokens.claims("42", "\"iss\":\"us\"", "\"aud\":null")),
                Attack.claims("auds empty", Tokens.claims("42", "\"iss\":\"us\"", "\"aud\":[]")),
                Attack.claims("aud an object", Tokens.claims("42", "\"iss\":\"us\"", "\"aud\":{\"chat\":1}")),
                Attack.claims("a required claim missing", "{" + US + ",\"exp\":" + hour + "}"),
                Attack.claims("a required claim null", "{\"sub\":null," + US + ",\"exp\":" + hour + "}"),
                Attack.claims("no object", "[1]"),
                Attack.claims("no JSON", "exp"),
                Attack.claims("two objects", GOOD + GOOD),
                Attack.claims("an empty object more", GOOD + "{}"),
                Attack.claims("text behind the claims", GOOD + " x"),
                Attack.claims("a brace more", GOOD + "}"),
                Attack.claims("an object too deep", deep()));
    }

    private static String deep() {
        return "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "," + GOOD.substring(1);
    }

    private static List<Attack> shapes() {
        String good = Tokens.of("42", US);
        String[] parts = good.split("\\.", -1);
        return List.of(
                Attack.hs("one part", parts[0]),
                Attack.hs("two parts", parts[0] + "." + parts[1]),
                Attack.hs("four parts", good + "." + parts[2]),
                Attack.hs("five parts", good + ".a.b"),
                Attack.hs("an empty part more", good + "."),
                Attack.hs("two dots", ".."),
                Attack.hs("a million dots", ".".repeat(1_000_000)),
                Attack.hs("no base64", "&%$.!!.??"),
                Attack.hs("no base64url", good.replace(parts[2], "+/+/")),
                Attack.hs("padded", good + "="),
                Attack.hs("a character too many", good + "A"),
                Attack.hs("a space behind", good + " "),
                Attack.hs("a line break", good + "\\r\\nX: y"),
                Attack.hs("a scheme before", "Bearer " + good),
                Attack.hs("two tokens", good + "," + good),
                Attack.hs("9 KB, though good", Tokens.of("4".repeat(6_200), US)),
                Attack.hs("1 MB, though good", Tokens.of("4".repeat(750_000), US)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefusedInOneOfThreeWaysAndLeavesNoTrace(Attack attack) {
        handled.clear();
        try (VerboseLog log = new VerboseLog()) {
            assertEquals(attack.told, refusal(attack.namespace, attack.token));
            String text = log.text();
            if (attack.told.equals(INVALID) && attack.token.startsWith("\"")) {
                assertTrue(
                        text.contains("refused the token of Socket["), "the reason should stand in the log:\n" + text);
            }
            Stream.concat(Stream.of(attack.token), Stream.of(attack.token.split("[\".]", -1)))
                    .filter(part -> part.length() >= 10)
                    .forEach(part -> assertFalse(text.contains(part), "a token, or a part of it, stands in the log"));
        }
        assertEquals(List.of(), List.copyOf(handled));
        assertEquals(List.of(), List.copyOf(engine.namespace(attack.namespace).sockets()));
    }

    @Test
    void whatIsSentRightBehindABadTokenIsNotHandled() {
        handled.clear();
        for (int i = 0; i < 50; i++) {
            WireClient client = WireClient.open(engine.port());
            client.send("40/hs,{\"token\":\"x.y.z\"}");
            client.send("42/hs,[\"x\"]").send("42/hs,1[\"x\"]"); // the first may end the connection, the second be lost
            client.next();
            client.close();
        }
        assertEquals(List.of(), List.copyOf(handled));
    }

    @Test
    void twoAuthorizationHeadersAreNoToken() {
        String good = "Bearer " + Tokens.of("42", US);
        WireClient client = WireClient.open(engine.port(), "Authorization", good, "Authorization", good);
        client.send("40/hs,").expect("44/hs,{\"message\":\"Invalid token\"}");
        client.close();
    }

    @Test
    void anotherSchemeIsNoToken() {
        WireClient client = WireClient.open(engine.port(), "Authorization", "Basic " + Tokens.of("42", US));
        client.send("40/hs,").expect("44/hs,{\"message\":\"Missing authentication token\"}");
        client.close();
    }

    @Test
    void theQueryIsNoPlaceForAToken() {
        String good = Tokens.of("42", US);
        try (VerboseLog log = new VerboseLog()) {
            WireClient client = WireClient.connect(
                    engine.port(),
                    "/socket.io/?EIO=4&transport=websocket&token=" + good + "&access_token=" + good + "&auth=" + good);
            client.next();
            client.send("40/hs,").expect("44/hs,{\"message\":\"Missing authentication token\"}");
            client.close();
            assertFalse(log.text().contains(good));
        }
    }

    @Test
    void aGoodTokenIsNotLoggedEither() {
        String good = Tokens.of("42", US);
        try (VerboseLog log = new VerboseLog()) {
            WireClient client = WireClient.open(engine.port());
            client.send("40/hs,{\"token\":\"" + good + "\"}");
            client.expectConnected();
            client.send("42/hs,1[\"x\"]").expect("43/hs,1[]");
            client.close();
            assertFalse(log.text().contains(good.substring(good.indexOf('.'))));
        }
    }
}
