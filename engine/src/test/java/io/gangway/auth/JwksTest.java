package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.gangway.Engine;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys come from an identity provider, which changes them, fails, and answers whatever it likes. */
class JwksTest {
    private static final KeyPair OTHER = Tokens.rsa(2048);
    /** The provider is a thread of this machine, which may stand still. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private final List<WireClient> clients = new ArrayList<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String keys = set(rsa("a", Tokens.RSA, "\"alg\":\"RS256\""));
    private volatile int status = 200;
    private HttpServer provider;
    private Engine engine;

    @BeforeEach
    void startProvider() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            byte[] body = keys.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        provider.start();
    }

    @AfterEach
    void stop() {
        clients.forEach(WireClient::close);
        if (engine != null) {
            engine.close();
        }
        provider.stop(0);
    }

    private URL url() throws IOException {
        return URI.create("http://localhost:" + provider.getAddress().getPort() + "/keys")
                .toURL();
    }

    private void start() throws IOException {
        start(JwtInterceptor.by(new RemoteKeys(url(), PATIENT)));
    }

    private void start(JwtInterceptor interceptor) {
        engine = Engine.builder().port(0).namespace("/s").intercept(interceptor).start();
    }

    private static String set(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    private static String rsa(String kid, KeyPair pair, String... further) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"kty\":\"RSA\",\"kid\":\"" + kid + "\",\"n\":\"" + number(key.getModulus()) + "\",\"e\":\""
                + number(key.getPublicExponent()) + "\"" + (further.length == 0 ? "" : "," + String.join(",", further))
                + "}";
    }

    private static String ec(String kid, KeyPair pair, String curve) {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        int bytes = (key.getParams().getOrder().bitLength() + 7) / 8;
        return "{\"kty\":\"EC\",\"kid\":\"" + kid + "\",\"crv\":\"" + curve + "\",\"x\":\""
                + number(key.getW().getAffineX(), bytes) + "\",\"y\":\""
                + number(key.getW().getAffineY(), bytes) + "\"}";
    }

    private static String number(BigInteger value) {
        return number(value, (value.bitLength() + 7) / 8);
    }

    private static String number(BigInteger value, int length) {
        byte[] all = value.toByteArray();
        byte[] bytes = new byte[length];
        int count = Math.min(all.length, length);
        System.arraycopy(all, all.length - count, bytes, length - count, count);
        return Tokens.base64(bytes);
    }

    private static String token(String kid, KeyPair pair) {
        return Tokens.signed(
                "SHA256withRSA", pair.getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", Tokens.claims("42"));
    }

    private void expectIn(String token) {
        joining(token).expectConnected();
    }

    private void expectRefused(String token) {
        joining(token).expect("44/s,{\"message\":\"Invalid token\"}");
    }

    private WireClient joining(String token) {
        WireClient client = WireClient.open(engine.port());
        clients.add(client);
        return client.send("40/s,{\"token\":\"" + token + "\"}");
    }

    @Test
    void theKeysAreFetchedOnce() throws Exception {
        start(JwtInterceptor.jwks(url().toURI()));
        assertEquals(0, fetches.get());
        for (int i = 0; i < 5; i++) {
            expectIn(token("a", Tokens.RSA));
        }
        assertEquals(1, fetches.get());
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesIt() throws Exception {
        start();
        expectIn(token("a", Tokens.RSA));
        keys = set(rsa("a", Tokens.RSA), rsa("b", OTHER));
        expectIn(token("b", OTHER));
        expectIn(token("a", Tokens.RSA));
        assertEquals(2, fetches.get());
    }

    @Test
    void aWithdrawnKeyIsNotTrustedOnceTheSetIsOld() throws Exception {
        start(JwtInterceptor.by(
                new RemoteKeys(url(), PATIENT, Duration.ofMillis(50), Duration.ofMillis(1), Duration.ofMinutes(1))));
        expectIn(token("a", Tokens.RSA));
        keys = set(rsa("b", OTHER));
        Eventually.holds(
                "the key is not trusted any more",
                () -> joining(token("a", Tokens.RSA)).next().equals("44/s,{\"message\":\"Invalid token\"}"));
        expectIn(token("b", OTHER));
    }

    @Test
    void unknownKeysDoNotHammerTheProviderNorLockTheOthersOut() throws Exception {
        start();
        long begun = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            expectRefused(token("unknown" + i, OTHER));
            if (i % 10 == 0) {
                expectIn(token("a", Tokens.RSA));
            }
        }
        long periods = (System.nanoTime() - begun) / Duration.ofSeconds(30).toNanos() + 1;
        assertTrue(fetches.get() <= 2 * periods, fetches.get() + " fetches");
    }

    @Test
    void whileTheProviderIsDownItsLastKeysServe() throws Exception {
        start(JwtInterceptor.by(
                new RemoteKeys(url(), PATIENT, Duration.ofMillis(50), Duration.ofMillis(1), Duration.ofMinutes(1))));
        expectIn(token("a", Tokens.RSA));
        status = 500;
        int before = fetches.get();
        Eventually.holds("it was asked while it was down", () -> {
            expectIn(token("a", Tokens.RSA));
            return fetches.get() > before;
        });
        expectIn(token("a", Tokens.RSA));
    }

    @Test
    void whoHasNeverHadKeysTrustsNobodyAndSaysWhyInTheLog() throws Exception {
        provider.stop(0);
        start();
        expectRefused("x.y.z"); // loads the classes that log
        try (VerboseLog log = new VerboseLog()) {
            String token = token("a", Tokens.RSA);
            expectRefused(token);
            assertTrue(
                    log.text().contains("cannot fetch the keys from localhost/keys, refusing tokens that need them: "),
                    log.text());
            assertEquals(false, log.text().contains(token));
        }
    }

    @Test
    void aHugeAnswerIsNotReadToItsEnd() throws Exception {
        keys = set(rsa("a", Tokens.RSA, "\"x\":\"" + "x".repeat(20_000_000) + "\""));
        start();
        expectRefused(token("a", Tokens.RSA));
    }

    @Test
    void anAnswerThatIsNoKeySetIsNone() throws Exception {
        keys = "<html>sign in here</html>";
        start();
        expectRefused(token("a", Tokens.RSA));
    }

    @Test
    void theKeySaysWhichAlgorithmItIsFor() throws Exception {
        KeyPair p384 = Tokens.ec("secp384r1");
        keys = set(
                rsa("512", Tokens.RSA, "\"alg\":\"RS512\""),
                rsa("ps", Tokens.RSA, "\"alg\":\"PS256\""),
                rsa("enc", Tokens.RSA, "\"use\":\"enc\""),
                rsa("ops", Tokens.RSA, "\"key_ops\":[\"encrypt\"]"),
                rsa("weak", Tokens.rsa(1024)),
                rsa("sig", Tokens.RSA, "\"use\":\"sig\",\"key_ops\":[\"verify\"]"),
                rsa("twice", Tokens.RSA),
                rsa("twice", OTHER),
                "{\"kty\":\"oct\",\"kid\":\"oct\",\"k\":\"" + Tokens.base64(Tokens.SECRET) + "\"}",
                "{\"kty\":\"new\",\"kid\":\"new\"}",
                ec("ec", p384, "P-384"));
        start();
        expectRefused(token("512", Tokens.RSA));
        expectIn(Tokens.signed(
                "SHA512withRSA", Tokens.RSA.getPrivate(), "{\"alg\":\"RS512\",\"kid\":\"512\"}", Tokens.claims("42")));
        expectRefused(token("ps", Tokens.RSA));
        expectRefused(token("enc", Tokens.RSA));
        expectRefused(token("ops", Tokens.RSA));
        expectRefused(token("weak", Tokens.RSA));
        expectRefused(token("twice", Tokens.RSA));
        expectIn(token("sig", Tokens.RSA));
        expectRefused(Tokens.hs256("{\"alg\":\"HS256\",\"kid\":\"oct\"}", Tokens.claims("42")));
        expectRefused(Tokens.hmac(
                "HmacSHA256",
                Tokens.rsaKey().getEncoded(),
                "{\"alg\":\"HS256\",\"kid\":\"sig\"}",
                Tokens.claims("42")));
        expectIn(Tokens.signed(
                "SHA384withECDSAinP1363Format",
                p384.getPrivate(),
                "{\"alg\":\"ES384\",\"kid\":\"ec\"}",
                Tokens.claims("42")));
    }

    @Test
    void aTokenWithoutAKeyIdNeedsNoneIfThereIsOneKey() throws Exception {
        String token =
                Tokens.signed("SHA256withRSA", Tokens.RSA.getPrivate(), "{\"alg\":\"RS256\"}", Tokens.claims("42"));
        start();
        expectIn(token);
    }

    @Test
    void aTokenWithoutAKeyIdIsRefusedIfThereAreSeveralKeys() throws Exception {
        keys = set(rsa("a", Tokens.RSA), rsa("b", OTHER));
        start();
        expectRefused(
                Tokens.signed("SHA256withRSA", Tokens.RSA.getPrivate(), "{\"alg\":\"RS256\"}", Tokens.claims("42")));
    }

    @Test
    void keyIdsAreNeitherPathsNorAddresses() throws Exception {
        start();
        expectRefused(token("../../keys", OTHER));
        expectRefused(token("http://localhost:1/keys", OTHER));
        assertTrue(fetches.get() <= 2);
    }

    @Test
    void keysComeOverHttpAlone() {
        for (String address : List.of("file:///etc/passwd", "jar:file:/x.jar!/y", "relative", "ldap://localhost/x")) {
            assertThrows(IllegalArgumentException.class, () -> JwtInterceptor.jwks(URI.create(address)));
        }
    }
}
